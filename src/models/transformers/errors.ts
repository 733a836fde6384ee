import { messageOf, UserError } from "../../protocol/index.ts";

/** The GPU, or the worker with the model, went away. What was done before is whole; nothing more will come from this model. */
export class DeviceLostError extends UserError {
  override name = "DeviceLostError";
}

/** @param reason the driver's or browser's own words. */
export function deviceLost(reason: string): DeviceLostError {
  return new DeviceLostError(
    `The GPU was lost (${reason}): load the model again, or choose the device WASM. What was done is kept.`,
  );
}

const OUT_OF_MEMORY =
  /out of memory|bad_alloc|allocation failed|allocate (memory|a buffer)|memory access out of bounds/i;

/** Turns what onnxruntime throws into an error for a person where its cause is known. */
export function explain(error: unknown, subject: string): Error {
  if (error instanceof UserError) return error;
  const message = messageOf(error);
  if (error instanceof RangeError || OUT_OF_MEMORY.test(message)) {
    return new UserError(
      `${subject} needs more memory than the browser gives (${message}): close other tabs or choose a smaller dtype.`,
    );
  }
  return error instanceof Error ? error : new Error(message);
}

/** Restores an error's class on the page's side: crossing from the worker keeps only its name, message and stack. */
export function revive(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  if (error.name === "UserError") return new UserError(error.message);
  return error.name === "DeviceLostError" ? new DeviceLostError(error.message) : error;
}
