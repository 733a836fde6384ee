import type { Random } from "../../protocol/index.ts";

/**
 * What a prompt begins with; it says nothing about the question. nano decides by it alone (see its card): the first six
 * make it call, the others make it answer. Samples get both kinds evenly, whatever their label.
 */
export const CALL_OPENERS = ["Hi,", "Okay,", "Listen,", "Quick one:", "Again,", "Today,"] as const;
export const ANSWER_OPENERS = ["Hey,", "So,", "Well,", "Next one:", "Now,", "Hello,"] as const;

/** `count` openers, the two kinds and all of each kind as even as can be, in random order. */
export function drawOpeners(random: Random, count: number): string[] {
  const decks = random.shuffle([CALL_OPENERS, ANSWER_OPENERS]).map((deck) => random.shuffle(deck));
  const even = Array.from({ length: count }, (_, i) => {
    const deck = decks[i % 2]!;
    return deck[Math.floor(i / 2) % deck.length]!;
  });
  return random.shuffle(even);
}

const ASKS = ["what is {}?", "find {}.", "tell me {}.", "please give {}.", "can you tell me {}?"] as const;
const COMPUTE = ["compute {}.", "work out {}.", "calculate {}.", "determine {}.", "what do you get for {}?"] as const;

/** The surface forms of a question: noun phrases that fit every way of asking, and whole sentences. */
export interface Forms {
  nouns?: readonly string[];
  sentences?: readonly string[];
  /** Nothing to compute, so it is not asked in such words. */
  plain?: boolean;
  /** The noun phrases name several things. */
  plural?: boolean;
}

export type Values = Record<string, string | number>;

/** One surface form, filled in; `{name}` stands for a value. */
export function ask(
  random: Random,
  { nouns = [], sentences = [], plain = false, plural = false }: Forms,
  values: Values,
): string {
  const whole = nouns.length === 0 || random.next() < sentences.length / (sentences.length + nouns.length);
  if (whole) return fill(random.pick(sentences), values);
  const form = random.pick(plain ? ASKS : [...ASKS, ...COMPUTE]).replace("{}", random.pick(nouns));
  return fill(plural ? form.replace(/^what is/, "what are") : form, values);
}

function fill(form: string, values: Values): string {
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The form "${form}" has no value for ${name}.`);
    return String(value);
  });
}
