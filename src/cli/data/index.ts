import { UsageError } from "../arguments.ts";
import { print } from "../output.ts";

const HELP = `Usage: agentcoder data ACTION [options]      (each action has --help)

validate        every mistake of a dataset, and what can be mended
import          samples from JSONL, JSON, CSV, Parquet or the hub`;

type Action = (argv: string[]) => Promise<number>;
const ACTIONS: Record<string, () => Promise<Action>> = {
  validate: async () => (await import("./validate.ts")).validate,
  import: async () => (await import("./import.ts")).importData,
};

/** `agentcoder data`. */
  if (name === undefined || name === "--help" || name === "-h") return (print(HELP), name === undefined ? 2 : 0);
  const load = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!load) throw new UsageError(`"${name}" is no action of data: known are ${Object.keys(ACTIONS).join(", ")}.`);
  return (await load())(argv);
}
