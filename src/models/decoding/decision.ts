import type { AdapterUse, Decision, ToolSchema } from "../../protocol/index.ts";
import { CALL_OPEN, callOpening } from "../formats/index.ts";
import { entropy, likeliest, softmax } from "./sampling.ts";
import type { Encoder, Past, Session } from "./session.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The point at which a decision is measured. */
interface Point {
  model: { session: Session; encoder: Encoder; vocabulary: Vocabulary };
  past: Past;
  adapter: AdapterUse | null;
  /** Of the first token after `past`. */
  logits: Float32Array;
}

/** What is needed to measure what a model could write there. */
interface Probe extends Point {
  first: Float64Array;
}

/**
 * The distribution at the start of the assistant's turn. Tool openings are teacher-forced from the prompt's past, which
 * stays as it is: measuring changes no token that is generated afterwards.
 */
export async function measureDecision(point: Point, tools: readonly ToolSchema[]): Promise<Decision> {
  const { encoder, vocabulary } = point.model;
  const first = softmax(point.logits);
  const probe = { ...point, first };
  const marker = encoder.encode(CALL_OPEN);
  let pCall: number | null = null;
  const perTool: { option: string; probability: number }[] = [];
  for (const tool of tools) {
    const ids = encoder.encode(callOpening(tool.name));
    const rows = await forced(probe, ids);
    perTool.push({ option: tool.name, probability: chain(probe, ids, rows) });
    // The marker's tokens but its last begin the opening too, so its probability comes with the first tool's pass.
    if (pCall === null && marker.slice(0, -1).every((id, i) => id === ids[i])) pCall = chain(probe, marker, rows);
  }
  pCall ??= chain(probe, marker, await forced(probe, marker));
  return {
    ...weighed(pCall, perTool),
    entropy: entropy(first),
    top: likeliest(first, 5).map((id) => ({ token: vocabulary.text(id), probability: first[id]! })),
  };
}

/**
 * The options with their probabilities, from that of a call's marker and of each tool's opening: a call is at least as
 * likely as all openings together.
 */
export function weighed(
  marker: number,
  perTool: readonly { option: string; probability: number }[],
): Pick<Decision, "options" | "pCall"> {
  const listed = perTool.reduce((sum, { probability }) => sum + probability, 0);
  const pCall = Math.min(1, Math.max(marker, listed));
  const none = { option: "none", probability: 1 - pCall };
  return { options: [none, ...perTool, { option: "other", probability: Math.max(0, pCall - listed) }], pCall };
}

/** The distribution after each token of `ids` but the last. */
async function forced({ model, past, adapter, first }: Probe, ids: readonly number[]): Promise<Float64Array[]> {
  if (ids.length < 2) return [first];
  const context = ids.slice(0, -1);
  const step = await model.session.forward(
    context,
    past,
    context.map((_, i) => i),
    adapter,
  );
  step.past.dispose();
  return [first, ...step.logits.map((logits) => softmax(logits))];
}

/**
 * The probability that the model writes this text. All tokens but the last are taken as they are; the last one's place
 * may be taken by any token that begins with the same bytes, because what follows the text can merge into it (`>` of the
 * marker and `>{"` of a call).
 */
function chain({ model: { vocabulary } }: Probe, ids: readonly number[], rows: readonly Float64Array[]): number {
  return ids.reduce((product, id, i) => {
    const row = rows[i]!;
    if (i < ids.length - 1) return product * row[id]!;
    return product * vocabulary.startingWith(vocabulary.bytes(id)).reduce((sum, same) => sum + (row[same] ?? 0), 0);
  }, 1);
}
