import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importRows, preview, sampleFaults, type ImportOptions } from "../../src/data/formats/index.ts";
import { evaluate } from "../../src/evaluation/index.ts";
import { loadScripted } from "../../src/models/index.ts";
import type { Run, Sample } from "../../src/protocol/index.ts";
import { configOf, datasetOf, pythonTools } from "../evaluation/doubles.ts";

/** Where other people's data lies; it is not part of this project. */
export const external = (file: string) => join(process.env["AGENTCODER_EXTERNAL_DATA"] ?? "", file);

export const blob = (path: string) => new Blob([readFileSync(path)]);

export const rowsIn = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Imports a file by the mapping that is guessed for it; any problem fails. */
export async function importAll(path: string, options: ImportOptions = {}): Promise<Sample[]> {
  const { guess } = await preview(blob(path));
  const samples: Sample[] = [];
  for await (const one of importRows(blob(path), guess, options)) {
    if ("problems" in one) throw new Error(JSON.stringify(one.problems));
    if (sampleFaults(one.sample).length > 0 || one.changes.length > 0) throw new Error(JSON.stringify(one));
    samples.push(one.sample);
  }
  return samples;
}

/** A run of the oracle, with Python on this machine. */
export function runOracle(samples: Sample[]): Promise<Run> {
  return evaluate({
    config: configOf("oracle"),
    dataset: datasetOf(samples),
    model: loadScripted("oracle", samples, 0),
    tools: pythonTools(),
  });
}

/** The oracle's correctness and tool accuracy. */
export async function oracleOn(samples: Sample[]): Promise<(number | null | undefined)[]> {
  const { metrics } = await runOracle(samples);
  return ["correctness", "tool_accuracy"].map((name) => metrics[name]?.value);
}
