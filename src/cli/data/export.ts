import { join } from "node:path";
import { parseDataset, toolsIn } from "../../data/index.ts";
import { EXPORTS, type DatasetExport, type ExportFile, type ExportOptions } from "../../data/exports/index.ts";
import { renderCall } from "../../models/index.ts";
import { sha256, SPLITS, type Sample, type ToolSchema } from "../../protocol/index.ts";
import { parseRun } from "../../store/index.ts";
import { createDefaultTools } from "../../tools/index.ts";
import { choice, list, number, readArguments, text, UsageError } from "../arguments.ts";
import { inBrowser, unwrap } from "../browser.ts";
import { note, open, print, progress, save } from "../output.ts";
import { openDatasetFile } from "./dataset.ts";

const IDS = EXPORTS.map(({ id }) => id);
const WIDTH = Math.max(...IDS.map((id) => id.length));

export const help = `Usage: agentcoder data export FILE|NAME --format F --output PATH [options]

Writes a dataset in another program's form. PATH is a file, or a folder where the form has several files.

${EXPORTS.map(({ id, title }) => `  ${id.padEnd(WIDTH)}  ${title}`).join("\n")}

  --split S       ${SPLITS.join(", ")} or all (train where the rows are to train on, else all); samples of a test are
                  never written as rows to train on
  --seed N        of the tool lists and pairs that are drawn (0)
  --tools a,b     the tools to list where a sample brings none (the usual ones and those that labels name)
  --runs a,b      trl-dpo and trl-kto: pairs of what these runs decided, in place of pairs from the labels
  --json          the last line of standard output is one JSON object

trl-sft, chat and hermes run the gold calls in the sandbox for their results; the others need no browser.`;

/** `agentcoder data export`. */
export async function exportData(argv: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const options = { format: string, output: string, split: string, seed: string, tools: string, runs: string };
  const { values, names } = readArguments(argv, options, 1);
  if (values["help"]) return (print(help), 0);
  const [source] = names;
  const id = choice(values, "format", IDS);
  const output = text(values, "output");
  if (!source || !id || !output) throw new UsageError("A dataset, --format and --output are needed: see --help.");
  const form = EXPORTS.find((one) => one.id === id)!;
  const runs = list(values, "runs");
  if (runs && !/^trl-(dpo|kto)$/.test(id)) throw new UsageError("--runs makes pairs: use it with trl-dpo or trl-kto.");
  const split = choice(values, "split", [...SPLITS, "all"]);
  const seed = number(values, "seed");
  const file = await openDatasetFile(source);
  const samples = parseDataset(file.text, file.name);
  const notes: string[] = [];
  const files = await write(form, samples, {
    name: file.name.replace(/\/data\.jsonl$/, "").replace(/^.*\//, ""),
    sha256: await sha256(file.text),
    tools: schemasOf(list(values, "tools") ?? toolsIn(samples)),
    renderCall,
    ...(split && { split }),
    ...(seed !== undefined && { seed }),
    ...(runs && { runs: await Promise.all(runs.map(async (path) => parseRun(await open(path)))) }),
    note: (sentence) => void notes.push(sentence),
  });
  const written = files.map((one) => ({ path: form.extension === "" ? join(output, one.name) : output, one }));
  for (const { path, one } of written) await save(path, "text" in one ? one.text : one.bytes);
  notes.forEach(note);
  const paths = written.map(({ path }) => path);
  if (values["json"]) print(JSON.stringify({ format: id, samples: samples.length, files: paths, notes }));
  else print(`${form.title}: ${paths.join(", ")}`);
  return 0;
}

/** Tools are run in the page; everything else is done here. */
function write(form: DatasetExport, samples: readonly Sample[], options: ExportOptions): Promise<ExportFile[]> {
  if (!form.needsResults) return form.files(samples, options);
  note("Running the gold calls ...");
  return inBrowser(async (page) => {
    let done = 0;
    const files = await form.files(samples, {
      ...options,
      run: async ({ files, tools }, calls) => {
        const order = { sample: { ...(files && { files }), ...(tools && { tools }) }, calls: [...calls] };
        const results = unwrap(await page.evaluate((o) => window.agentcoder.callGold(o.sample, o.calls), order));
        progress(`${++done} samples`);
        return results;
      },
    });
    progress("");
    return files;
  });
}

/** Our own tools, by name. */
function schemasOf(names: string[]): ToolSchema[] {
  const refuse = () => Promise.reject(new Error("Tools are run in the page."));
  return createDefaultTools({ execute: refuse }).schemas(names);
}
