import { UsageError } from "../arguments.ts";
import { print } from "../output.ts";

const HELP = `Usage: agentcoder data ACTION [options]      (each action has --help)

validate        every mistake of a dataset, and what can be mended
stats           what is in a dataset
import          samples from JSONL, JSON, CSV, Parquet or the hub
export          samples in other programs' forms
contamination   what of a test stands in a training set`;

type Action = (argv: string[]) => Promise<number>;
const ACTIONS: Record<string, () => Promise<Action>> = {
  validate: async () => (await import("./validate.ts")).validate,
  stats: async () => (await import("./stats.ts")).stats,
  import: async () => (await import("./import.ts")).importData,
  export: async () => (await import("./export.ts")).exportData,
  contamination: async () => (await import("./contamination.ts")).contamination,
};

/** `agentcoder data`. */
export async function data([name, ...argv]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") return (print(HELP), name === undefined ? 2 : 0);
  const load = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!load) throw new UsageError(`"${name}" is no action of data: known are ${Object.keys(ACTIONS).join(", ")}.`);
  return (await load())(argv);
}
