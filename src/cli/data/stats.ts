import { trustReport, type Balance } from "../../data/trust/index.ts";
import { DIFFICULTIES, messageOf, UserError, type Run, type Sample } from "../../protocol/index.ts";
import { parseRun } from "../../store/index.ts";
import { list, number, readArguments, text, UsageError } from "../arguments.ts";
import { open, print } from "../output.ts";
import { plain, printChecks, showProgress } from "./checks.ts";
import { openDataset } from "./dataset.ts";

export const help = `Usage: agentcoder data stats FILE|NAME [--runs a.json,b.json] [--threshold T] [--mask-numbers] [--json]

Counts a dataset's samples and checks whether results on it can be trusted (docs/data_trust.md): duplicates, contamination
among its splits, answers and labels that prompts give away, contradictory labels, balance. FILE is JSON Lines or a JSON
array, NAME a published dataset. The exit code is 0 whatever is found.

--runs         run files of \`agentcoder baseline\`: labels that they contradict, and samples that models disagree on
--threshold    least similarity of near duplicates, above 0 and at most 1 (0.8)
--mask-numbers near duplicates: all numbers count as the same`;

/** `agentcoder data stats`. */
export async function stats(argv: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const options = { runs: string, threshold: string, "mask-numbers": { type: "boolean" } as const };
  const { values, names } = readArguments(argv, options, 1);
  if (values["help"]) return (print(help), 0);
  const [name] = names;
  if (name === undefined) throw new UsageError("data stats needs a file or a published dataset's name: see --help.");
  const threshold = number(values, "threshold", { min: 0, max: 1, integer: false });
  if (threshold === 0) throw new UsageError('--threshold is "0": it must be above 0.');
  const files = text(values, "runs") === undefined ? [] : list(values, "runs")!;
  const samples = await openDataset(name);
  const runs = await Promise.all(files.map((file) => readRun(file, samples)));
  const report = await trustReport(samples, {
    runs,
    maskNumbers: values["mask-numbers"] === true,
    ...(threshold !== undefined && { threshold }),
    onProgress: showProgress,
  });
  if (values["json"]) print(JSON.stringify(report));
  else {
    print(`${name}: ${report.samples} samples`);
    printBalance(report.balance);
    printChecks(report.checks);
  }
  return 0;
}

async function readRun(file: string, samples: readonly Sample[]): Promise<Run> {
  let run: Run;
  try {
    run = parseRun(await open(file));
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${file}: ${messageOf(error)}`) : error;
  }
  const ids = new Set(samples.map(({ id }) => id));
  if (run.results.some(({ sample_id }) => ids.has(sample_id))) return run;
  throw new UserError(
    `${file}: this run has no result of these samples. It is of ${run.dataset.name}: give that dataset.`,
  );
}

/** Samples by split, then by category and label with a column for each difficulty. */
function printBalance({ cells, splits }: Balance): void {
  for (const { split, samples, templates, topics } of splits)
    print(`  ${split.padEnd(12)} ${samples} samples, ${templates} templates, ${topics} topics`);
  const rows = new Map<string, { names: string[]; counts: Map<string, number> }>();
  for (const { split, category, optimal_tool, difficulty, count } of cells) {
    const names = [split, category, optimal_tool];
    const row = rows.get(JSON.stringify(names)) ?? { names, counts: new Map<string, number>() };
    rows.set(JSON.stringify(names), row);
    row.counts.set(difficulty, count);
  }
  const difficulties = DIFFICULTIES.filter((difficulty) => cells.some((cell) => cell.difficulty === difficulty));
  const table = [
    ["split", "category", "optimal_tool", ...difficulties],
    ...[...rows.values()].map(({ names, counts }) => [
      ...names,
      ...difficulties.map((one) => `${counts.get(one) ?? 0}`),
    ]),
  ];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  for (const row of table)
    print(plain(`  ${row.map((text, i) => (i < 3 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join("  ")}`));
}
