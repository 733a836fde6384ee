import type { Interpreter, Outcome } from "./interpreter.ts";
import type { Limits } from "./options.ts";

export const CANCELLED: Outcome = { stdout: "", stderr: "", done: null, killed: "cancelled", reason: "" };

interface Attendance {
  /** Its time is counted from when this resolves; what it rejects with is passed on. */
  started: Promise<void>;
  limits: Limits;
  signal: AbortSignal;
}

/** Runs a worker's program and ends it when its time is over or nobody wants it any more. `elapsed`: seconds. */
export async function attend(
  worker: Interpreter,
  message: { outputLimit: number },
  { started, limits, signal }: Attendance,
): Promise<{ outcome: Outcome; elapsed: number }> {
  const cancel = () => worker.kill("cancelled");
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    // One that was cancelled while it started has its outcome already.
    await started.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    const begun = performance.now();
    timer = setTimeout(() => worker.kill("timeout"), limits.timeout * 1000);
    const outcome = await worker.run(message);
    return { outcome, elapsed: (performance.now() - begun) / 1000 };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}
