import { contamination as compare, sideOf, worstOf } from "../../data/trust/index.ts";
import { number, readArguments, text, UsageError } from "../arguments.ts";
import { print } from "../output.ts";
import { printChecks, showProgress } from "./checks.ts";
import { openDataset } from "./dataset.ts";

export const help = `Usage: agentcoder data contamination --train FILE|NAME --test FILE|NAME [--n 8] [--json]

Tells what of the test was seen in training (docs/data_trust.md): identical prompts, word n-grams, templates, topics. FILE
is JSON Lines or a JSON array, NAME a published dataset. Of a dataset with splits, --train takes train and validation and
--test the test splits, where it has them; otherwise all rows. Exit code 0: clean, 1: contaminated.

--n  words of an n-gram (8); GPT-3 and lm-evaluation-harness take 13`;

/** `agentcoder data contamination`. */
export async function contamination(argv: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const { values } = readArguments(argv, { train: string, test: string, n: string });
  if (values["help"]) return (print(help), 0);
  const [train, test] = [text(values, "train"), text(values, "test")];
  if (!train || !test) throw new UsageError("--train and --test are needed: see --help.");
  const n = number(values, "n", { min: 1, max: 1000 }) ?? 8;
  const seen = sideOf(await openDataset(train), "train");
  const asked = sideOf(await openDataset(test), "test");
  const checks = await compare(asked, seen, { n, onProgress: showProgress });
  const contaminated = worstOf(checks) === "problem";
  if (values["json"]) print(JSON.stringify({ contaminated, n, train: seen.length, test: asked.length, checks }));
  else {
    print(`${asked.length} test samples of ${test} against ${seen.length} training samples of ${train}`);
    printChecks(checks);
    print(contaminated ? "Contaminated." : "Clean.");
  }
  return contaminated ? 1 : 0;
}
