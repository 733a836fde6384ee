import { firstOf, isObject, UserError } from "../../protocol/index.ts";

/** The server cannot be asked any more. What was done before is whole, and a run can go on once the server is back. */
export class ServerLostError extends UserError {
  override name = "ServerLostError";
}

/** What went wrong with one try. Its message is for whoever puts it into a sentence. */
export class Trouble extends Error {
  override name = "Trouble";

  constructor(
    /** network: no answer at all; status: refused; broken: begun, but not to be read. */
    readonly kind: "network" | "status" | "broken",
    message: string,
    readonly status = 0,
    /** Seconds that the server asks to wait; null: it says nothing. */
    readonly after: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.kind !== "status" || this.status === 429 || this.status >= 500;
  }
}

/** What a server says of an error, on one line of at most 300 characters and without the key; empty where it says nothing. */
export function saidBy(body: string, key: string | undefined): string {
  const plain = messageIn(body).replace(/\s+/g, " ").trim();
  return firstOf(key ? plain.replaceAll(key, "…") : plain, 300);
}

function messageIn(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // A page of HTML says nothing to a person.
    return /^\s*</.test(body) ? "" : body;
  }
  for (const place of ["error", "message", "detail"]) {
    const found = isObject(value) ? value[place] : undefined;
    if (typeof found === "string") return found;
    if (isObject(found) && typeof found.message === "string") return found.message;
  }
  return body;
}
