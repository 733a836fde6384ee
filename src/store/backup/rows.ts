import { Type } from "typebox";
import { Value } from "typebox/value";
import {
  hashAdapter,
  readAdapterConfig,
  Sample,
  UserError,
  UserModel,
  UserTool,
  type Run,
  type SampleResult,
} from "../../protocol/index.ts";
import { checkRun } from "../run-file.ts";
import { whatIsWrong } from "../run-problem.ts";
import type { AdapterFilesRow, AdapterSummary } from "../schema.ts";

const Key = Type.String({ minLength: 1, maxLength: 1000 });
const Count = Type.Integer({ minimum: 0 });

const Time = Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$" });

const Setting = Type.Object({ key: Key, value: Type.Unknown() });
const Draft = Type.Object({
  sha256: Key,
  edits: Type.Array(
    Type.Union([
      Type.Object({ kind: Type.Literal("change"), index: Count, before: Sample, after: Sample }),
      Type.Object({ kind: Type.Literal("insert"), index: Count, after: Sample }),
      Type.Object({ kind: Type.Literal("delete"), index: Count, before: Sample }),
    ]),
  ),
});
export const DatasetLine = Type.Object({
  name: Key,
  version: Type.String(),
  sha256: Key,
  n: Count,
  created: Time,
  parent: Type.Union([Key, Type.Null()]),
  source: Type.String(),
  card: Type.String(),
  edits: Type.Optional(Type.Object({ changed: Count, added: Count, deleted: Count })),
});
export const SamplesLine = Type.Object({ sha256: Key, from: Count, samples: Type.Array(Sample) });
export const ResultsLine = Type.Object({ runId: Key, from: Count, results: Type.Array(Type.Unknown()) });
/** Far more than adapters of small models have. */
const MOST_BYTES = 512 * 2 ** 20;
export const AdapterLine = Type.Object({
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  baseModel: Type.String({ minLength: 1, maxLength: 200 }),
  created: Time,
  bytes: Type.Integer({ minimum: 0, maximum: MOST_BYTES }),
  /** So many of them are adapter_config.json, which come first. */
  configBytes: Type.Integer({ minimum: 0, maximum: MOST_BYTES }),
});
export const AdapterBytesLine = Type.Object({ sha256: Key, from: Count, adapterBytes: Type.String() });
export const RunLine = Type.Object({ id: Key, done: Count });

/** Tables whose rows stand alone. */
export const SINGLE = {
  settings: Setting,
  userTools: UserTool,
  drafts: Draft,
  models: Type.Object({ ...UserModel.properties, created: Time }),
};

/** The field by which a line says what it belongs to. */
export const KEYS = {
  runs: "id",
  results: "runId",
  datasets: "sha256",
  samples: "sha256",
  settings: "key",
  userTools: "name",
  drafts: "sha256",
  adapters: "sha256",
  adapterBytes: "sha256",
  models: "id",
} as const;

/** The value if it has this shape. UserError: the first field that is wrong. */
export function shaped<T extends Type.TSchema>(schema: T, value: unknown): Type.Static<T> {
  if (Value.Check(schema, value)) return value;
  throw new UserError(whatIsWrong(schema, value));
}

/** Samples by the rules of datasets that a shape cannot say. `seen` holds the ids before these. */
export function checkSamples(samples: readonly Sample[], seen: Set<string>): void {
  for (const { id, check } of samples) {
    if (seen.has(id)) throw new UserError(`the sample "${id.slice(0, 80)}" is there twice`);
    seen.add(id);
    if (check?.kind === "keywords" && !check.all?.length && !check.any?.length) {
      throw new UserError(`the check of the sample "${id.slice(0, 80)}" has no keyword in "all" or "any"`);
    }
  }
}

/** Results by the rules of the run's file that they belong to. */
export function checkResults(run: Run, results: unknown[]): SampleResult[] {
  return checkRun({ ...run, results }).results;
}

/** An adapter's rows, from the bytes of its two files, one behind the other. UserError: they are not what the line says. */
export async function adapterRows(
  { configBytes, ...line }: Type.Static<typeof AdapterLine>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ row: AdapterSummary; files: AdapterFilesRow }> {
  const [configFile, weights] = [bytes.slice(0, configBytes), bytes.slice(configBytes)];
  const files = { "adapter_config.json": configFile, "adapter_model.safetensors": weights };
  if ((await hashAdapter(files)) !== line.sha256)
    throw new UserError("its files are not those that its hash stands for");
  const config = readAdapterConfig(configFile);
  if (!config) throw new UserError("its adapter_config.json is no JSON object");
  return { row: { ...line, config }, files: { sha256: line.sha256, configFile, weights } };
}
