import type { Category, Check, Difficulty, Split, ToolCall } from "../../../protocol/index.ts";
import facts from "../../search-facts.json";
import { ask, type Forms } from "../phrasing.ts";
import { EVERY, type Draft, type Template } from "../template.ts";

/** A fact of the search corpus (public/search/corpus.jsonl), with two ways of asking for it. */
export interface Fact {
  topic: string;
  /** The entry that holds the answer as it is written here. */
  entry: string;
  noun: string;
  question: string;
  answer: string;
  /** What to search for, where the noun phrase finds another entry first. */
  query?: string;
}

const FACTS: readonly Fact[] = facts;

export const searchFor = (query: string): ToolCall => ({ name: "web_search", arguments: { query } });

/** The words of a fact's noun phrase without its articles, or a query of its own. */
export const queryOf = ({ noun, query }: Fact): string => query ?? noun.replace(/^the (name of the )?/, "");

const FORMS: Forms = {
  plain: true,
  nouns: ["{noun}"],
  sentences: [
    "{question}",
    "{question}",
    "i would like to know {noun}.",
    "find out {noun}.",
    "look up {noun}.",
    "do you know {noun}?",
    "i need {noun}.",
  ],
};

/** The answer, in a sentence at most. A number may be written without its separators. */
export function stating(answer: string): Check {
  const plain = /^[\d,.]+$/.test(answer) ? answer.replaceAll(",", "") : answer;
  return { kind: "keywords", any: [...new Set([answer, plain])], none: ["not", "unknown"], max_words: 24 };
}

/** Its label: what is called first, and what else may be decided. */
export type Label = Pick<Draft, "optimal_tool" | "alternative_tools" | "reasoning">;

interface About {
  id: string;
  category: Category;
  split: Split;
  topic: string;
  difficultyOf(fact: Fact): Difficulty;
  label(fact: Fact): Label;
}

/** Questions about the facts of a topic; each has the difficulties that its facts have. */
export function lookups({ id, category, split, topic, difficultyOf, label }: About): Template {
  const known = FACTS.filter((fact) => fact.topic === topic);
  const of = (difficulty: Difficulty) => known.filter((fact) => difficultyOf(fact) === difficulty);
  return {
    id,
    category,
    topic: `search: ${topic}`,
    split,
    difficulties: EVERY.filter((difficulty) => of(difficulty).length > 0),
    draw: (random, difficulty): Draft => {
      const fact = random.pick(of(difficulty));
      const labelled = label(fact);
      return {
        body: ask(random, FORMS, { noun: fact.noun, question: fact.question }),
        key: fact.entry + fact.answer,
        ...labelled,
        check: stating(fact.answer),
        calls: labelled.optimal_tool === "none" ? [] : [() => searchFor(queryOf(fact))],
        answer: fact.answer,
      };
    },
  };
}

/** The facts of a topic whose answer is a number that a program can take. */
export const numericFacts = (topic: string): Fact[] =>
  FACTS.filter((fact) => fact.topic === topic && /^[\d,]+$/.test(fact.answer));
