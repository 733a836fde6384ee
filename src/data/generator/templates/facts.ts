import type { Check, Difficulty, Split } from "../../../protocol/index.ts";
import facts from "../../facts.json";
import type { Draft, Template } from "../template.ts";

type Fact = (typeof facts)[number];

/** Other names of an answer. */
const ALSO: Record<string, string[]> = {
  "hash table": ["hash map", "hashmap", "dictionary"],
  trie: ["prefix tree"],
  quicksort: ["quick sort"],
  "merge sort": ["mergesort"],
  "bubble sort": ["bubblesort"],
  "binary search": ["bisection"],
  "breadth first": ["BFS"],
  "depth first": ["DFS"],
  memoization: ["memoisation"],
  dict: ["dictionary"],
  bool: ["boolean"],
  HTTP: ["HTTPS"],
  "Ada Lovelace": ["Lovelace"],
  "Alan Turing": ["Turing"],
  "Grace Hopper": ["Hopper"],
  "O(log n)": ["logarithmic"],
  "O(n)": ["linear"],
  "O(1)": ["constant"],
};
/** What looks like an answer from its beginning and is another one. */
const BUT_NOT: Record<string, string[]> = { "O(n)": ["log", "n 2", "n 3", "squared", "quadratic"] };
/** Longest answer that is accepted: the question's own sentence and the name. */
const MOST_WORDS = 16;
/** Words of everyday sentences, which say nothing about a wrong choice. */
const EVERYDAY = new Set(["with", "go", "c"]);

const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}_]+[+#]*/gu) ?? [];
const includes = (text: string, name: string) => ` ${words(text).join(" ")} `.includes(` ${words(name).join(" ")} `);

/** The answer's name; neither a denial of it nor the names of its kind beside it. */
function checkOf(fact: Fact, question: string, kin: readonly Fact[]): Check {
  const names = [fact.answer, ...(ALSO[fact.answer] ?? [])];
  const others = kin
    .map(({ answer }) => answer)
    .filter((answer) => answer !== fact.answer && !EVERYDAY.has(answer.toLowerCase()))
    // A name that the question or the answer contains says nothing against the answer.
    .filter((answer) => ![...names, question].some((text) => includes(text, answer)));
  return {
    kind: "keywords",
    any: names,
    none: [...others, ...(BUT_NOT[fact.answer] ?? []), "not", "isn't", "or"],
    max_words: MOST_WORDS,
  };
}

/** Questions about the facts whose ids fit. */
function about(id: string, split: Split, difficulty: Difficulty, chosen: RegExp): Template {
  const kin = facts.filter((fact) => chosen.test(fact.id));
  return {
    id,
    category: "pure_reasoning",
    split,
    difficulties: [difficulty],
    draw: (random): Draft => {
      const fact = random.pick(kin);
      const question = random.pick([fact.question, ...fact.paraphrases]);
      return {
        body: question.charAt(0).toLowerCase() + question.slice(1),
        key: fact.id,
        optimal_tool: "none",
        alternative_tools: [],
        reasoning: "A fact that is known or not; no program can compute it.",
        check: checkOf(fact, question, kin),
        calls: [],
        answer: fact.answer,
      };
    },
  };
}

/** pure_reasoning, recalled: easy is what a beginner meets first, hard is algorithms and their cost. */
export const FACTS: Template[] = [
  about("fact-python-keyword", "train", "easy", /^python-keyword-/),
  about("fact-git", "train", "easy", /^git-command-/),
  about("fact-python-type", "test", "easy", /^python-type-/),
  about("fact-python-call", "test", "easy", /^python-(function|method)-/),
  about("fact-python-error", "validation", "easy", /^python-(exception|package-manager)-/),
  about("fact-language", "train", "medium", /^language-(python|java|rust|go|c)$/),
  about("fact-person", "train", "medium", /^person-/),
  about("fact-data-structure", "test", "medium", /^data-structure-/),
  about("fact-web", "test", "medium", /^(language-(html|css|sql|javascript)|format-json)$/),
  about("fact-protocol", "validation", "medium", /^protocol-/),
  about("fact-technique", "train", "hard", /^programming-technique-/),
  about("fact-graph", "train", "hard", /^graph-(algorithm|search)-/),
  about("fact-algorithm", "test", "hard", /^(sorting|search)-algorithm-/),
  about("fact-complexity", "validation", "hard", /^time-complexity-/),
];
