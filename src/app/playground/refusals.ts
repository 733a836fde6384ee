import type { ExecResult, KillReason } from "../../protocol/index.ts";

const KILLED: Record<KillReason, string> = {
  timeout: "Its worker was ended from outside, which no loop, no except and no sleep can hold up.",
  memory: "Its worker was ended: the memory of its WebAssembly has a maximum, and the engine gives no more.",
  output: "Its worker was ended; what it had written by then is kept.",
  files: "Its worker was ended: files lie in memory, and 32 MiB or 10,000 of them are the most.",
  crash: "Its worker was ended and the next program gets a new one, so nothing of this one is left.",
  cancelled: "Its worker was ended.",
};

/** What stopped the program, or held it back, and why that is so; null where nothing of the sandbox did. */
export function refusalOf({ killed, error }: Pick<ExecResult, "killed" | "error">): string | null {
  if (killed) {
    const sealed = killed === "crash" && error?.message.includes("JavaScript is sealed off");
    return sealed ? `While a program runs, no JavaScript runs for it. ${KILLED.crash}` : KILLED[killed];
  }
  if (error?.type === "MemoryError") {
    return "Python was refused the memory and lives: the maximum stands in the WebAssembly itself.";
  }
  if (error?.type === "ModuleNotFoundError" && error.message.endsWith("sealed off from the browser")) {
    return "js, pyodide and ctypes lead to JavaScript, and JavaScript is sealed off while a program runs.";
  }
  if (error?.type === "gaierror") {
    return "There is no network in the sandbox: its frame may connect to nothing, and no name of a host is known to it.";
  }
  if (error?.type === "EOFError" && error.message.startsWith("input() is not available")) {
    return "A program gets no keyboard: put the values into the code.";
  }
  return null;
}
