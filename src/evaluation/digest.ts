import {
  Breath,
  ARMS,
  canonicalJson,
  sha256,
  type Digest,
  type Run,
  type SampleResult,
  type TranscriptEvent,
} from "../protocol/index.ts";

/** What a run asked: with equal parts, equal tokens are promised on one device class and library version. */
export type Asked = Pick<Run, "config" | "dataset" | "model" | "adapter">;

/**
 * The digest of a run: what was asked, decided and said. Results are taken in a canonical order (sample id, arm, repeat),
 * so it does not depend on the order of completion. Times are never part of it.
 */
export async function digestOf(
  { config, dataset, model, adapter }: Asked,
  results: readonly SampleResult[],
): Promise<Digest> {
  const sorted = [...results].sort(byIdentity);
  const asked = { config, dataset: dataset.sha256, model: model.sha256, adapter: adapter?.sha256 ?? null };
  return {
    config: await sha256(canonicalJson(asked)),
    decisions: await hashList(sorted, (result) => [identity(result), decidedIn(result)]),
    tokens: await hashList(sorted, (result) => [identity(result), saidIn(result)]),
  };
}

/** sha256 of the canonical JSON of a list, which is written piece by piece so that a long run does not stall the page. */
async function hashList(results: readonly SampleResult[], partOf: (result: SampleResult) => unknown): Promise<string> {
  const breath = new Breath();
  const parts: string[] = [];
  for (const result of results) {
    parts.push(canonicalJson(partOf(result)));
    if (breath.due()) await breath.take();
  }
  return sha256(`[${parts.join(",")}]`);
}

export type Comparison = "identical" | "same_decisions" | "different";

/** Grades two digests. Equal tokens of different questions are not identical: then only the decisions are said to agree. */
export function compareDigests(a: Digest, b: Digest): Comparison {
  if (a.decisions !== b.decisions) return "different";
  return a.tokens === b.tokens && a.config === b.config ? "identical" : "same_decisions";
}

/** What was decided: each turn's choice, in order. */
export function decidedIn(result: SampleResult): [step: number, choice: string][] {
  return result.transcript.flatMap((event) => (event.type === "decision" ? [[event.step, event.choice]] : []));
}

/** What was said by model and tools, as plain values. */
export function saidIn(result: SampleResult): unknown[] {
  return result.transcript.flatMap((event) => {
    const said = saidBy(event);
    return said === undefined ? [] : [said];
  });
}

function saidBy(event: TranscriptEvent): unknown {
  if (event.type === "model") return event.tokenIds ?? event.text;
  // How far a killed program came depends on the machine's speed: only why it was killed is kept.
  if (event.type === "tool_result") return event.killed ? { killed: event.killed } : event.output;
  if (event.type === "error") return { error: event.kind };
  return undefined;
}

function identity({ sample_id, arm, repeat }: SampleResult): [string, string, number] {
  return [sample_id, arm, repeat];
}

function byIdentity(a: SampleResult, b: SampleResult): number {
  if (a.sample_id !== b.sample_id) return a.sample_id < b.sample_id ? -1 : 1;
  return ARMS.indexOf(a.arm) - ARMS.indexOf(b.arm) || a.repeat - b.repeat;
}
