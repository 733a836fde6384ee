import { messageOf, UserError } from "../protocol/index.ts";

/** What the person is told of something thrown: sentences, and a detail to copy when it is a defect of ours. */
export interface Failure {
  lines: string[];
  detail: string | null;
}

/** A UserError's own sentence, which names the way out; anything else is a defect and says so. */
export function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  // An error that crossed from a worker has lost its class, not its name.
  const named = error instanceof Error && (error.name === "UserError" || error.name === "DeviceLostError");
  if (named || error instanceof UserError)
    return { lines: message.split("\n").filter((line) => line.trim() !== ""), detail: null };
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  return { lines: [`Something broke: ${message}`], detail: stack };
}
