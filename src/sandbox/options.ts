import { UserError } from "../protocol/index.ts";

export interface SandboxOptions {
  /** Seconds of wall time for one program; 5. */
  timeout?: number;
  /** MiB that a program may allocate above the started image; 100. */
  memoryLimitMb?: number;
  /** Bytes that a program's stdout, stderr and value may have together; 1 MiB. */
  outputLimit?: number;
}

export interface ExecuteOptions {
  /** Seconds. */
  timeout?: number;
  /** MiB. */
  memory?: number;
  /** Texts that lie in the working directory when the program starts: path -> content. */
  files?: Record<string, string>;
  /** Ends the program: `killed` is then "cancelled". */
  signal?: AbortSignal;
  /** Decides random numbers, entropy and time: two runs of the program see the same. Without it they are the machine's. */
  seed?: number;
}

/** The limits that a program runs under. */
export interface Limits {
  /** Seconds. */
  timeout: number;
  memoryMb: number;
  /** Bytes. */
  outputLimit: number;
}

const LONGEST = 3600;
// Image and limit together stay within what the binary's memory section has room for.
const LARGEST_MEMORY_MB = 900;
const LONGEST_OUTPUT = 2 ** 30;

/** The limits that the options mean. UserError naming the one that makes no sense. */
export function limitsOf(sandbox: SandboxOptions, program: ExecuteOptions = {}): Limits {
  const timeout = program.timeout ?? sandbox.timeout ?? 5;
  const memoryMb = program.memory ?? sandbox.memoryLimitMb ?? 100;
  const outputLimit = sandbox.outputLimit ?? 2 ** 20;
  check(program.timeout === undefined ? "timeout" : "timeout of the program", timeout, LONGEST);
  check(program.memory === undefined ? "memoryLimitMb" : "memory", memoryMb, LARGEST_MEMORY_MB);
  check("outputLimit", outputLimit, LONGEST_OUTPUT);
  return { timeout, memoryMb, outputLimit };
}

function check(name: string, value: number, most: number): void {
  if (typeof value === "number" && value > 0 && value <= most) return;
  throw new UserError(`${name}: give a number above 0 and up to ${most}, not ${String(value)}.`);
}

/** UserError naming the first file that would not lie below the working directory. */
export function checkFiles(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const place = `files, ${JSON.stringify(path)}`;
    const outside = path.includes("\0") || path.split("/").some((part) => part === "" || part === "." || part === "..");
    if (outside) throw new UserError(`${place}: give a path below the working directory, such as data/a.txt.`);
    if (typeof text !== "string") throw new UserError(`${place}: its content must be a text.`);
  }
}
