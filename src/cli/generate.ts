import { SET_NAMES } from "../data/index.ts";
import { CATEGORIES, DIFFICULTIES, SPLITS } from "../protocol/index.ts";
import { choice, list, number, readArguments, text, UsageError } from "./arguments.ts";
import { inBrowser, unwrap } from "./browser.ts";
import { note, print, save } from "./output.ts";

export const help = `Usage: agentcoder generate --num-samples N --seed S [--categories a,b] [--difficulty a,b] [--tools a,b]
                          [--splits a,b] [--set NAME] --output FILE.jsonl|FILE.json

Generates labelled samples; their ground truth is computed by running Python in the sandbox. Same seed, same bytes.
categories: ${CATEGORIES.join(", ")}
difficulty: ${DIFFICULTIES.join(", ")}
splits: ${SPLITS.join(", ")}
tools: questions that one of these answers best, and those that need none
set: the templates, ${SET_NAMES.join(" or ")} (the last one by default)`;

/** `agentcoder generate`. */
export async function generate(argv: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const options = {
    "num-samples": string,
    seed: string,
    categories: string,
    difficulty: string,
    tools: string,
    splits: string,
    set: string,
    output: string,
  };
  const { values } = readArguments(argv, options);
  if (values["help"]) return (print(help), 0);
  const numSamples = number(values, "num-samples", { min: 1 });
  const seed = number(values, "seed");
  const output = text(values, "output");
  if (numSamples === undefined || seed === undefined || !output) {
    throw new UsageError("--num-samples, --seed and --output are needed: see --help.");
  }
  if (!/\.jsonl?$/.test(output)) throw new UsageError(`--output is "${output}": its name must end in .jsonl or .json.`);
  const categories = list(values, "categories", CATEGORIES);
  const difficultyLevels = list(values, "difficulty", DIFFICULTIES);
  const splits = list(values, "splits", SPLITS);
  const tools = list(values, "tools");
  const set = choice(values, "set", SET_NAMES);
  const order = {
    numSamples,
    seed,
    ...(categories && { categories }),
    ...(difficultyLevels && { difficultyLevels }),
    ...(splits && { splits }),
    ...(tools && { tools }),
    ...(set && { set }),
  };
  note(`Generating ${numSamples} samples ...`);
  const lines = await inBrowser(async (page) =>
    unwrap(await page.evaluate((o) => window.agentcoder.generate(o), order)),
  );
  const rows = lines.trim().split("\n");
  const asArray = () =>
    `${JSON.stringify(
      rows.map((row) => JSON.parse(row) as unknown),
      null,
      2,
    )}\n`;
  await save(output, output.endsWith(".json") ? asArray() : lines);
  print(
    values["json"] ? JSON.stringify({ output, samples: rows.length, seed }) : `${rows.length} samples in ${output}`,
  );
  return 0;
}
