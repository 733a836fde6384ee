import { existsSync, readFileSync } from "node:fs";
import { blocks, documents } from "./markdown.ts";

export interface Command {
  document: string;
  line: number;
  text: string;
}

/** How a command of the docs is held to work: by running it as it stands, or by tests of its own and the test run itself. */
export type Way = "run" | "elsewhere";

/** The commands of every page's bash blocks, in order; a line that ends in a backslash goes on. */
export function commandsInDocs(): Command[] {
  return documents().flatMap((document) =>
    blocks(document, "bash").flatMap(({ line, text }) =>
      text
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((command) => command.replace(/\s+#\s.*$/, "").trim())
        .filter((command) => command !== "" && !command.startsWith("#"))
        .map((command) => ({ document, line, text: command })),
    ),
  );
}

/** The file of an `npx agentcoder` command; `data` has one for each action. null: another program's command. */
export function programOf(command: string): string | null {
  const [, own, action] = /^npx agentcoder ([a-z]+)(?: ([a-z]+))?/.exec(command) ?? [];
  if (own === undefined) return null;
  return `src/cli/${own === "data" && action !== undefined ? `data/${action}` : own}.ts`;
}

/** How a command is checked, or null for one that nobody would notice to be wrong. */
export function wayOf(command: string): Way | null {
  const program = programOf(command);
  if (program !== null) {
    if (!existsSync(program)) return null;
    return program === "src/cli/serve.ts" ? "elsewhere" : "run";
  }
  const [, module] = /^cd trainer-server && python -m trainer\.([a-z_]+)\b/.exec(command) ?? [];
  // Pretraining takes hours: its command stands in nano's card, as part of a record and not to be typed.
  if (module !== undefined)
    return existsSync(`trainer-server/trainer/${module}`) && module !== "pretrain" ? "run" : null;
  // What installs, builds and tests the project is what runs this test.
  const [, script] = /^npm (?:run )?([a-z:]+)\b/.exec(command) ?? [];
  if (script === "ci") return "elsewhere";
  if (script !== undefined) return script in scripts() ? "elsewhere" : null;
  const [, tool] = /^npx ([a-z]+)\b/.exec(command) ?? [];
  return tool !== undefined && ["vitest", "playwright"].includes(tool) ? "elsewhere" : null;
}

function scripts(): Record<string, string> {
  return (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> }).scripts;
}
