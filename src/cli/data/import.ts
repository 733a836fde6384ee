import { basename } from "node:path";
import {
  describe,
  FORMATS,
  hubRows,
  importRows,
  preview,
  PRESET_IDS,
  PRESETS,
  TRANSFORMS,
  type Field,
  type From,
  type Mapping,
  type Problem,
  type Rows,
  type Source,
  type TransformId,
} from "../../data/formats/index.ts";
import { SPLITS, UserError } from "../../protocol/index.ts";
import { choice, list, number, readArguments, text, UsageError, type Values } from "../arguments.ts";
import { note, print, progress } from "../output.ts";
import { fileStream, lineWriter } from "./file.ts";

export const help = `Usage: agentcoder data import FILE|hub:OWNER/NAME --output OUT.jsonl [options]

Makes samples of rows from JSONL, JSON, CSV or Parquet (gzip too), or from the hub's dataset viewer. Every row becomes a
sample or is named as a problem; columns that are no field of ours stay on the sample. Exit code 1 with problems.

  --preset P        ${PRESET_IDS.join(", ")}; told from the rows when left out
  --answers FILE    rows to be joined by id: BFCL's possible_answer
  --map A,B         field=column, field=column:transform or field==constant, over the preset or the guess
  --format F        ${FORMATS.join(", ")}; told from the content when left out
  --limit N         only the first N rows
  --config C  --split S  --from N  --hub ADDRESS     of a dataset on the hub; --from goes on after N rows, in the same file
  --json            the last line of standard output is one JSON object

transforms: ${Object.keys(TRANSFORMS).join(", ")}`;

const SHOWN = 20;
const OPTIONS = ["output", "preset", "answers", "map", "format", "limit", "config", "split", "from", "hub"];

/** `agentcoder data import`. */
export async function importData(argv: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const { values, names } = readArguments(argv, Object.fromEntries(OPTIONS.map((name) => [name, string])), 1);
  if (values["help"]) return (print(help), 0);
  const [from] = names;
  const output = text(values, "output");
  if (from === undefined || !output)
    throw new UsageError("A file, or hub:OWNER/NAME, and --output are needed: see --help.");
  if (!output.endsWith(".jsonl")) throw new UsageError(`--output is "${output}": its name must end in .jsonl.`);
  const limit = number(values, "limit", { min: 1 });
  const format = choice(values, "format", FORMATS);
  const name = basename(from.replace(/^hub:/, ""));
  const options = { name, ...(format && { format }) };
  const { open, start } = origin(from, values, limit);
  const mapping = await readMapping(values, async () => await preview(await open(), options));
  const split = SPLITS.find((one) => from.startsWith("hub:") && one === values["split"]);
  if (split && !mapping.split) mapping.split = { constant: split };
  const answers = text(values, "answers");
  const lines = await lineWriter(output, { append: start > 0 });
  const count = { rows: 0, samples: 0, problems: 0, changes: 0 };
  const kept: Record<string, number> = {};
  const problems: Problem[] = [];
  try {
    const more = {
      ...(limit !== undefined && { limit }),
      ...(answers !== undefined && { answers: await fileStream(answers) }),
    };
    for await (const one of importRows(await open(), mapping, {
      ...options,
      ...more,
      onProgress: (rows) => progress(`${rows} rows`),
    })) {
      if (one.row !== null) count.rows++;
      if ("problems" in one) {
        count.problems += one.problems.length;
        problems.push(...one.problems.slice(0, 1000 - problems.length));
        continue;
      }
      count.samples++;
      count.changes += one.changes.length;
      for (const column of one.kept) kept[column] = (kept[column] ?? 0) + 1;
      await lines.write(one.sample);
    }
  } catch (error) {
    if (count.samples === 0 || !(error instanceof UserError)) await lines.drop();
    else {
      await lines.close();
      note(`${count.samples} samples that came are in ${output}.`);
    }
    throw error;
  }
  await lines.close();
  progress("");
  if (values["json"]) print(JSON.stringify({ output, ...count, kept, mapping, problems }));
  else tell({ output, name, count, kept, problems });
  return count.problems > 0 ? 1 : 0;
}

function origin(
  from: string,
  values: Values,
  limit: number | undefined,
): { open(): Promise<Source | Rows>; start: number } {
  const start = number(values, "from", { min: 0 }) ?? 0;
  if (!from.startsWith("hub:")) {
    const odd = ["config", "split", "from", "hub"].find((name) => values[name] !== undefined);
    if (odd) throw new UsageError(`--${odd} belongs to hub:OWNER/NAME, and ${from} is a file.`);
    return { open: () => fileStream(from), start: 0 };
  }
  const [config, split, base] = [text(values, "config"), text(values, "split"), text(values, "hub")];
  const given = { ...(config && { config }), ...(split && { split }), ...(base && { base }), ...(limit && { limit }) };
  const onProgress = (rows: number, total: number) => progress(`${rows} of ${total} rows`);
  return { open: async () => hubRows({ id: from.slice(4), from: start, ...given, onProgress }), start };
}

async function readMapping(values: Values, look: () => Promise<{ guess: Mapping }>): Promise<Mapping> {
  const preset = choice(values, "preset", PRESET_IDS);
  const base = preset ? PRESETS[preset].mapping : (await look()).guess;
  const given = (list(values, "map") ?? []).map((entry): [Field, From] => {
    const [, field, from] = /^(\w+)=(.+)$/s.exec(entry) ?? [];
    if (field === undefined || from === undefined) {
      throw new UsageError(`--map has "${entry}": write field=column, field=column:transform or field==constant.`);
    }
    if (from.startsWith("=")) return [field as Field, { constant: from.slice(1) }];
    const at = from.lastIndexOf(":");
    const transform = from.slice(at + 1);
    if (at < 0 || !Object.hasOwn(TRANSFORMS, transform)) return [field as Field, { column: from }];
    return [field as Field, { ...(at > 0 && { column: from.slice(0, at) }), transform: transform as TransformId }];
  });
  return { ...base, ...Object.fromEntries(given) };
}

interface Told {
  output: string;
  name: string;
  count: { rows: number; samples: number; problems: number; changes: number };
  kept: Record<string, number>;
  problems: Problem[];
}

function tell({ output, name, count, kept, problems }: Told): void {
  for (const problem of problems.slice(0, SHOWN)) print(describe(problem, name));
  if (count.problems > SHOWN) print(`… and ${count.problems - SHOWN} more problems.`);
  const columns = Object.entries(kept).map(([column, n]) => `${column} (${n})`);
  if (columns.length > 0) print(`Kept under their own names: ${columns.join(", ")}.`);
  if (count.changes > 0) print(`${count.changes} values were mended.`);
  print(`${count.samples} samples of ${count.rows} rows in ${output}, ${count.problems} problems.`);
}
