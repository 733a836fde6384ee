import type { Decision, ToolSchema } from "../../protocol/index.ts";
import { weighed, type Vocabulary } from "../decoding/index.ts";
import { CALL_OPEN, callOpening } from "../formats/index.ts";
import type { Answer, Ask, Llama } from "./llama.ts";

/**
 * Tokens that are listed: for the first token's entropy, and for what may stand in the last one's place. A piece of a
 * character among them cannot be returned; such tokens are rare and unlikely, and then fewer are listed.
 */
const LISTED = [512, 64, 8];
/** Added to the logit of a token that is to be chosen; probabilities are taken before. */
const FORCED = 1e4;

/** Where a decision is measured. */
interface Point {
  llama: Llama;
  vocabulary: Vocabulary;
  /** Texts' tokens, as llama.cpp cuts them; kept between requests. */
  tokens: Map<string, number[]>;
  prompt: string;
  lora: Ask["lora"];
  /** Aborted: measuring rejects with an AbortError before the next token. */
  signal: AbortSignal | undefined;
}

/** The likeliest tokens at a place, likeliest first, and the probability of the one that was asked for. */
interface Place {
  asked: number;
  listed: { id: number; probability: number }[];
}

/**
 * The distribution at the start of the assistant's turn, as decoding/decision.ts defines it. llama.cpp gives no logits but
 * the probability of the token that is chosen and of the likeliest ones; so each token of the canonical text is made the
 * choice in turn, behind the prompt and those before it, whose keys and values are there already. Tokens beyond the
 * listed ones count as nothing where they could stand in the last one's place; the entropy is the middle between its
 * bounds: what is left is spread evenly over them, or lies on as few as can be.
 */
export async function measureDecision(point: Point, tools: readonly ToolSchema[]): Promise<Decision> {
  const places = new Map<string, Place>();
  const marker = await measure(point, CALL_OPEN, places);
  const perTool: { option: string; probability: number }[] = [];
  for (const { name } of tools) {
    perTool.push({ option: name, probability: (await measure(point, callOpening(name), places)).probability });
  }
  return {
    ...weighed(marker.probability, perTool),
    entropy: entropyOf(marker.first, point.vocabulary.size),
    top: marker.first.slice(0, 5).map(({ id, probability }) => ({ token: point.vocabulary.text(id), probability })),
  };
}

/** Tokens of a text by itself. llama.cpp has no call for it, but tells which tokens a text in `logit_bias` stands for. */
async function encode({ llama, tokens, prompt, lora, signal }: Point, text: string): Promise<number[]> {
  const known = tokens.get(text);
  if (known) return known;
  const grammar = 'root ::= "."';
  const { __verbose: told } = await llama.answer(
    { prompt, max_tokens: 1, temperature: 0, grammar, lora, cache_prompt: true, logit_bias: [[text, 0]] },
    signal,
  );
  const ids = (told.generation_settings?.logit_bias ?? []).map(({ token }) => token);
  tokens.set(text, ids);
  return ids;
}

/** The probability that a text is written; the last token's place may be taken by any that begins with its bytes. */
async function measure(point: Point, text: string, places: Map<string, Place>) {
  const ids = await encode(point, text);
  const { vocabulary } = point;
  let probability = 1;
  for (const [i, id] of ids.entries()) {
    const last = i === ids.length - 1;
    const key = ids.slice(0, i + 1).join(",");
    const before = textOf(ids.slice(0, i), vocabulary);
    const place = places.get(key) ?? (await look(point, before, id));
    places.set(key, place);
    if (last) {
      const same = new Set(vocabulary.startingWith(vocabulary.bytes(id)));
      const others = place.listed.filter((one) => one.id !== id && same.has(one.id));
      probability *= others.reduce((sum, one) => sum + one.probability, place.asked);
    } else probability *= place.asked;
  }
  return { probability, first: places.get(String(ids[0]))?.listed ?? [] };
}

/** What stands at a place: `id` is made the choice there. */
async function look({ llama, prompt, lora, signal }: Point, before: string, id: number): Promise<Place> {
  const forced = { max_tokens: 1, temperature: 0, logit_bias: [[id, FORCED]] as [number, number][] };
  const ask = (count: number) =>
    llama.answer({ ...forced, prompt: prompt + before, lora, cache_prompt: true, n_probs: count }, signal);
  let answer: Answer | null = null;
  for (const count of LISTED) {
    try {
      answer = await ask(count);
      break;
    } catch (error) {
      if (signal?.aborted || count === LISTED.at(-1)) throw error;
    }
  }
  const [told] = answer?.choices[0]?.logprobs?.content ?? [];
  if (told?.id !== id) throw new Error(`llama.cpp chose token ${told?.id} where ${id} was forced.`);
  return {
    asked: Math.exp(told.logprob),
    listed: told.top_logprobs.map((one) => ({ id: one.id, probability: Math.exp(one.logprob) })),
  };
}

function textOf(ids: readonly number[], vocabulary: Vocabulary): string {
  return ids.map((id) => vocabulary.text(id)).join("");
}

function entropyOf(listed: Place["listed"], size: number): number {
  const known = listed.reduce((sum, { probability: p }) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
  const left = Math.max(0, 1 - listed.reduce((sum, { probability }) => sum + probability, 0));
  const least = listed.at(-1)?.probability ?? 1;
  if (left === 0 || listed.length >= size || least === 0) return known;
  const [fewest, even] = [-Math.log(least), -Math.log(left / (size - listed.length))];
  return known + (left * (fewest + even)) / 2;
}
