import { UserError } from "../protocol/index.ts";
import { UsageError } from "./arguments.ts";

const HELP = `Usage: agentcoder COMMAND [options]      (each command has --help)

baseline   evaluate a model on a dataset
generate   make a dataset
exec       run Python in the sandbox
models     list, prepare and check models
data       validate, import and export datasets, and look into them
bench      measure against a peer
serve      the app and its companion server`;

type Command = (argv: string[]) => Promise<number>;
const COMMANDS: Record<string, () => Promise<Command>> = {
  baseline: async () => (await import("./baseline.ts")).baseline,
  generate: async () => (await import("./generate.ts")).generate,
  exec: async () => (await import("./exec.ts")).exec,
  models: async () => (await import("./models.ts")).models,
  data: async () => (await import("./data/index.ts")).data,
  bench: async () => (await import("./bench/index.ts")).bench,
  serve: async () => (await import("./serve.ts")).serve,
};

/** Runs a command line; returns its exit code: 0 done, 1 not done, 2 wrong usage. Errors are one sentence. */
export async function runProgram([name, ...argv]: string[]): Promise<number> {
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      process[name === undefined ? "stderr" : "stdout"].write(`${HELP}\n`);
      return name === undefined ? 2 : 0;
    }
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) throw new UsageError(`"${name}" is no command: known are ${Object.keys(COMMANDS).join(", ")}.`);
    return await (
      await load()
    )(argv);
  } catch (error) {
    const known = error instanceof UserError;
    const text = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
