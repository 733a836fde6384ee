import { failureOf } from "../failure.ts";
import { toasts } from "./toasts.svelte.ts";

/** Tells what went wrong where no place of the page is at hand for it. */
export function complain(error: unknown): void {
  toasts.show(failureOf(error).lines.join(" "), { tone: "bad", seconds: 10 });
}

/** Does something; what goes wrong is told. Never rejects. */
export async function attempt(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    complain(error);
  }
}
