import { isObject, type RemoteAccess } from "../../protocol/index.ts";

const PLACE = "agentcoder.keys";

/**
 * Keys of the person's servers, each for the one address that it was given for: a run that came from somebody else never
 * sends a key elsewhere. They last as long as the page, unless the person lets this browser keep them.
 */
class Keys {
  private readonly kept: Record<string, string> = read();
  private readonly byUrl = $state<Record<string, string>>({ ...this.kept });
  /** The addresses whose keys this browser keeps. */
  private readonly keeping = $state<Record<string, boolean>>(
    Object.fromEntries(Object.keys(this.kept).map((url) => [url, true])),
  );

  of(url: string): string {
    return Object.hasOwn(this.byUrl, url) ? (this.byUrl[url] ?? "") : "";
  }

  keeps(url: string): boolean {
    return Object.hasOwn(this.keeping, url) && this.keeping[url] === true;
  }

  set(url: string, key: string, keep: boolean): void {
    this.byUrl[url] = key;
    this.keeping[url] = keep;
    write(Object.fromEntries(Object.entries(this.byUrl).filter(([at, one]) => one !== "" && this.keeps(at))));
  }

  /** What a run on this server is asked with. */
  accessTo(url: string): RemoteAccess {
    const key = this.of(url);
    return key === "" ? {} : { key };
  }
}

function read(): Record<string, string> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    if (!isObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    // A browser without storage keeps nothing.
    return {};
  }
}

function write(keys: Record<string, string>): void {
  try {
    if (Object.keys(keys).length > 0) localStorage.setItem(PLACE, JSON.stringify(keys));
    else localStorage.removeItem(PLACE);
  } catch {
    // As above: the key still works until the page is closed.
  }
}

export const keys = new Keys();
