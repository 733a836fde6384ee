/** A sentence for the person: it names the place and the way out. Anything else that is thrown is a defect. */
export class UserError extends Error {
  override name = "UserError";
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
