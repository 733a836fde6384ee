import { Type } from "typebox";
import { Value } from "typebox/value";
import { Sample, UserError, UserTool, type Run, type SampleResult } from "../../protocol/index.ts";
import { checkRun } from "../run-file.ts";
import { whatIsWrong } from "../run-problem.ts";

const Key = Type.String({ minLength: 1, maxLength: 1000 });
const Count = Type.Integer({ minimum: 0 });

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
  created: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$" }),
  parent: Type.Union([Key, Type.Null()]),
  source: Type.String(),
  card: Type.String(),
  edits: Type.Optional(Type.Object({ changed: Count, added: Count, deleted: Count })),
});
export const SamplesLine = Type.Object({ sha256: Key, from: Count, samples: Type.Array(Sample) });
export const ResultsLine = Type.Object({ runId: Key, from: Count, results: Type.Array(Type.Unknown()) });
export const RunLine = Type.Object({ id: Key, done: Count });

/** Tables whose rows stand alone. */
export const SINGLE = { settings: Setting, userTools: UserTool, drafts: Draft };

/** The field by which a line says what it belongs to. */
export const KEYS = {
  runs: "id",
  results: "runId",
  datasets: "sha256",
  samples: "sha256",
  settings: "key",
  userTools: "name",
  drafts: "sha256",
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
