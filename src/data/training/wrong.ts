import type { JsonSchema, Random, Sample, ToolCall } from "../../protocol/index.ts";
import { goldAnswerOf } from "./label.ts";
import type { ToolPart } from "./rows.ts";

/** Answers of a dataset, to be taken for wrong ones elsewhere: of the right kind, and of a length that is asked for. */
export class Answers {
  private readonly byKind = new Map<string, Map<number, string[]>>();

  constructor(samples: readonly Sample[]) {
    const seen = new Set<string>();
    for (const sample of samples) {
      const answer = goldAnswerOf(sample);
      const key = `${kindOf(sample)}/${answer}`;
      if (answer === null || seen.has(key)) continue;
      seen.add(key);
      const lengths = this.byKind.get(kindOf(sample)) ?? new Map<number, string[]>();
      this.byKind.set(kindOf(sample), lengths.set(answer.length, [...(lengths.get(answer.length) ?? []), answer]));
    }
  }

  /** A wrong answer to the sample's question as near to `length` as there is one of its kind; null where there is none. */
  wrong(sample: Sample, length: number, random: Random): string | null {
    const right = goldAnswerOf(sample) ?? "";
    const lengths = this.byKind.get(kindOf(sample)) ?? new Map<number, string[]>();
    const nearest = [...lengths.keys()].sort((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b);
    for (const one of nearest) {
      const others = lengths.get(one)!.filter((answer) => differs(answer, right));
      if (others.length > 0) return random.pick(others);
    }
    return null;
  }
}

const kindOf = ({ check }: Sample) => check?.kind ?? "exact";

const differs = (a: string, b: string) => a.trim().toLowerCase() !== b.trim().toLowerCase() && Number(a) !== Number(b);

/**
 * A call that is not wanted, as a model might write it in earnest: the sample's program, or its question's own words, as
 * arguments; of those that can be had the one whose length is nearest to the wanted one.
 */
export function unwantedCall(
  sample: Sample,
  tool: ToolPart,
  { target, lengthOf, random }: { target: number; lengthOf: (call: ToolCall) => number; random: Random },
): ToolCall {
  const { name, parameters } = tool.function;
  const { properties = {}, required = [] } = parameters;
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  const texts = names.filter((one) => isText(properties[one]));
  const fixed = Object.fromEntries(names.map((one) => [one, valueOf(properties[one], sample, random)]));
  const slot = texts.at(-1);
  if (slot === undefined) return { name, arguments: fixed };
  const calls = textsFor(sample, slot).map((text): ToolCall => ({ name, arguments: { ...fixed, [slot]: text } }));
  const off = (call: ToolCall) => Math.abs(lengthOf(call) - target);
  return calls.reduce((best, call) => (off(call) < off(best) ? call : best));
}

/** What the text may be: more and more of the question; where the slot takes code, more and more of it as a comment. */
function textsFor({ prompt, gold_program }: Sample, slot: string): string[] {
  const words = prompt.split(/\s+/).filter(Boolean);
  const beginnings = words.map((_, i) => words.slice(0, i + 1).join(" "));
  if (slot !== "code") return beginnings;
  const program = gold_program ?? `print(${JSON.stringify(beginnings.at(-1) ?? "")})`;
  return [program, ...beginnings.map((text) => `# ${text}\n${program}`)];
}

const isText = (schema: JsonSchema | undefined) =>
  !schema?.enum && (schema?.type === undefined || schema.type === "string");

function valueOf(schema: JsonSchema | undefined, sample: Sample, random: Random): unknown {
  if (schema?.enum) return random.pick(schema.enum);
  switch (schema?.type) {
    case "integer":
    case "number":
      return Number(random.pick(sample.prompt.match(/\d{1,9}/g) ?? ["1"]));
    case "boolean":
      return random.integer(0, 1) === 1;
    case "array":
      return [valueOf(schema.items, sample, random)];
    case "object":
      return {};
    case "null":
      return null;
    default:
      return sample.prompt.split(/\s+/, 1)[0] ?? "";
  }
}

/** A written call with one bracket lost, doubled or mistaken: it cannot be read, and its length tells nothing. */
export function spoiled(call: string, random: Random): string {
  const at = call.lastIndexOf("}");
  return call.slice(0, at) + random.pick(["", "}}", "]"]) + call.slice(at + 1);
}
