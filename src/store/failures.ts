import { messageOf, UserError } from "../protocol/index.ts";

/** Runs a database operation; what a person can mend becomes a sentence. Transactions undo what they had begun. */
export async function guarded<T>(operation: () => PromiseLike<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw explain(error);
  }
}

/** Whether the storage was full. */
export function isFull(error: unknown): boolean {
  return namesOf(error).includes("QuotaExceededError");
}

function explain(error: unknown): unknown {
  const names = namesOf(error);
  if (isFull(error)) {
    return new UserError(
      "This browser's storage is full, so the latest results could not be saved; what was stored before is safe. Delete old runs on the History page or free disk space.",
    );
  }
  if (names.includes("VersionError")) {
    return new UserError("The stored runs were written by a newer AgentCoder: reload the page to get that version.");
  }
  if (
    names.some((name) => ["MissingAPIError", "InvalidStateError", "OpenFailedError", "SecurityError"].includes(name))
  ) {
    return new UserError(
      `This browser does not let the page store anything (${messageOf(error)}): leave private browsing or allow site data.`,
    );
  }
  return error;
}

/** The names of an error and of what caused it: Dexie wraps the database's own errors. */
function namesOf(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { name, inner, cause } = error as { name?: unknown; inner?: unknown; cause?: unknown };
  return [...(typeof name === "string" ? [name] : []), ...namesOf(inner ?? cause)];
}
