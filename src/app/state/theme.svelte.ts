type ThemeChoice = "system" | "light" | "dark";
const KEY = "agentcoder.theme";
const ORDER: ThemeChoice[] = ["system", "light", "dark"];

/** Light or dark: what the system says, unless the person chose; the choice is remembered. */
class Theme {
  choice = $state<ThemeChoice>(remembered());
  private readonly query = matchMedia("(prefers-color-scheme: dark)");
  private systemDark = $state(this.query.matches);
  readonly shown = $derived(this.choice === "system" ? (this.systemDark ? "dark" : "light") : this.choice);

  constructor() {
    this.query.addEventListener("change", (event) => (this.systemDark = event.matches));
  }

  next(): void {
    this.choice = ORDER[(ORDER.indexOf(this.choice) + 1) % ORDER.length] ?? "system";
    try {
      localStorage.setItem(KEY, this.choice);
    } catch {
      // Storage may be closed to us; the choice then lasts as long as the page.
    }
  }
}

function remembered(): ThemeChoice {
  try {
    const found = localStorage.getItem(KEY);
    return ORDER.find((choice) => choice === found) ?? "system";
  } catch {
    return "system";
  }
}

export const theme = new Theme();
