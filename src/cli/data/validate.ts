import { basename } from "node:path";
import { describe, fixDataset, readDataset, type FixResult, type Problem } from "../../data/formats/index.ts";
import { readArguments, text, UsageError } from "../arguments.ts";
import { note, print, progress } from "../output.ts";
import { fileStream, lineWriter } from "./file.ts";

export const help = `Usage: agentcoder data validate FILE [--fix OUT.jsonl] [--json]

Names every problem of a dataset (JSONL or a JSON array) with its row, its field and what can be done about it.
--fix writes the rows with everything mended that needs no person to tell, and says what was changed; rows that stay
wrong are named and left out. Exit code 1 where problems are left.`;

/** Lines that are printed; --json has a thousand. All are counted. */
const SHOWN = 50;

/** `agentcoder data validate`. */
export async function validate(argv: string[]): Promise<number> {
  const { values, names } = readArguments(argv, { fix: { type: "string" } }, 1);
  if (values["help"]) return (print(help), 0);
  const [file] = names;
  if (file === undefined) throw new UsageError("data validate needs a file: see --help.");
  const output = text(values, "fix");
  if (output !== undefined && !output.endsWith(".jsonl")) {
    throw new UsageError(`--fix is "${output}": its name must end in .jsonl.`);
  }
  const name = basename(file);
  const options = { name, onProgress: (rows: number) => progress(`${rows} rows`) };
  const stream = await fileStream(file);
  const result = output === undefined ? await readDataset(stream, options) : await fixDataset(stream, options);
  progress("");
  if (output !== undefined) await write(output, result.samples);
  const { rows, problems, problemCount, fixable, notices } = result;
  const { changes, changeCount } = "changes" in result ? (result as FixResult) : { changes: [], changeCount: 0 };
  if (values["json"]) {
    const said = { file, rows, samples: result.samples.length, problemCount, fixable, problems, notices };
    print(JSON.stringify({ ...said, ...(output !== undefined && { output, changeCount, changes }) }));
    return problemCount > 0 ? 1 : 0;
  }
  for (const problem of [...notices, ...problems].slice(0, SHOWN)) print(sentence(problem, name));
  if (problemCount > SHOWN)
    print(`… and ${problemCount - SHOWN} more problems: --json has the first ${problems.length}.`);
  for (const { row, field, what } of changes.slice(0, SHOWN)) {
    print(row === null ? `mended: ${what}` : `mended: row ${row}, field ${field}: ${what}`);
  }
  if (changeCount > SHOWN) print(`… and ${changeCount - SHOWN} more changes.`);
  const mendable = fixable > 0 ? `, ${fixable} of them can be mended with --fix OUT.jsonl` : "";
  print(`${name}: ${rows} rows, ${problemCount} ${problemCount === 1 ? "problem" : "problems"}${mendable}.`);
  if (output !== undefined) note(`${result.samples.length} of ${rows} rows are in ${output}, ${changeCount} changes.`);
  return problemCount > 0 ? 1 : 0;
}

function sentence(problem: Problem, name: string): string {
  return `${describe(problem, name)}${problem.fix === null ? "" : ` (--fix: ${problem.fix})`}`;
}

async function write(path: string, samples: readonly unknown[]): Promise<void> {
  const lines = await lineWriter(path);
  for (const sample of samples) await lines.write(sample);
  await lines.close();
}
