import type { Difficulty, Split } from "../../../protocol/index.ts";
import { number } from "../operands.ts";
import { ask } from "../phrasing.ts";
import { drawUntil, EVERY, python, type Draft, type Template } from "../template.ts";
import { lookups, numericFacts, queryOf, searchFor, stating, type Fact, type Label } from "./search-builder.ts";
import { TOLD } from "./told.ts";

/** Digits of an answer that somebody who went to school may know by heart: a year. */
const MOST_BY_HEART = 4;
const digitsIn = ({ answer }: Fact) => answer.replace(/\D/g, "").length;

/** Of facts that nobody can know: how much of the result must be copied without a mistake, in characters. */
const byLength = ({ answer }: Fact): Difficulty =>
  answer.length <= 4 ? "easy" : answer.length <= 8 ? "medium" : "hard";
/** Of school facts: the digits of the answer. A word, at most a year, more than that. */
const byDigits = (fact: Fact): Difficulty =>
  digitsIn(fact) === 0 ? "easy" : digitsIn(fact) <= MOST_BY_HEART ? "medium" : "hard";

const unknown = (): Label => ({
  optimal_tool: "web_search",
  alternative_tools: [],
  reasoning: "A fact that a small model cannot know; the search finds it.",
});

/** Both answering and searching are fine; the digits of the answer say which is better. */
function borderline(fact: Fact): Label {
  const digits = digitsIn(fact);
  return digits <= MOST_BY_HEART
    ? {
        optimal_tool: "none",
        alternative_tools: ["web_search"],
        reasoning: `Borderline: a school fact with ${digits} digits, at most ${MOST_BY_HEART}, so by heart.`,
      }
    : {
        optimal_tool: "web_search",
        alternative_tools: ["none"],
        reasoning: `Borderline: a school fact with ${digits} digits, more than ${MOST_BY_HEART}, so by search.`,
      };
}

const obscure = (id: string, topic: string, split: Split) =>
  lookups({ id, category: "execution_required", split, topic, difficultyOf: byLength, label: unknown });
const school = (id: string, topic: string, split: Split) =>
  lookups({ id, category: "ambiguous", split, topic, difficultyOf: byDigits, label: borderline });

/** One search, then a product with the number that it found. Difficulty: digits of the other factor. */
function searchThenCompute(): Template {
  const topic = "libraries";
  const known = numericFacts(topic);
  const sentences = [
    "take {noun} and multiply it by {k}.",
    "multiply {noun} by {k}.",
    "what is {k} times {noun}?",
    "find out {noun}, then give {k} times that.",
    "{question} tell me {k} times that number.",
    "compute {k} * n, where n is {noun}.",
    "i need the product of {k} and {noun}.",
  ];
  return {
    id: "search-then-product",
    category: "multi_step",
    topic: `search: ${topic}`,
    split: "train",
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const fact = random.pick(known);
      const size = ({ easy: [2, 2], medium: [3, 3], hard: [4, 5] } as const)[difficulty];
      const k = drawUntil(
        () => number(random, size),
        (n) => n % 10 !== 0,
      );
      const program = `print(${fact.answer.replaceAll(",", "")} * ${k})`;
      return {
        body: ask(random, { sentences }, { noun: fact.noun, question: fact.question, k }),
        key: `${fact.entry}|${k}`,
        optimal_tool: "web_search",
        alternative_tools: [],
        reasoning: "The number must be found before a program can multiply it.",
        check: { kind: "numeric" },
        calls: [() => searchFor(queryOf(fact)), () => python(program)],
        program,
      };
    },
  };
}

/** What a first search finds, and what is then asked about it; both as the corpus has them. */
const HOPS: readonly { noun: string; first: string; second: string; answer: string }[] = [
  [
    "the founders' first names of the company that makes the Heron 3",
    "Heron 3 keyboard",
    "Nimblemere",
    "founded by the sisters",
    "Runa and Petra",
  ],
  [
    "the number of people in the city of the bank Marrowgate",
    "bank Marrowgate city",
    "Dunmere",
    "invented city people",
    "212,000",
  ],
  [
    "the river on which the city of the bank Marrowgate lies",
    "bank Marrowgate city",
    "Dunmere",
    "invented city river",
    "Aske",
  ],
  [
    "the number of engines of the rocket that Larkspur Orbital built",
    "Larkspur Orbital rocket",
    "Burdock",
    "rocket engines",
    "11",
  ],
  [
    "the height in kilometres that Larkspur Orbital's rocket first reached",
    "Larkspur Orbital rocket",
    "Burdock",
    "first flight height",
    "84",
  ],
  [
    "the year in which the station was rebuilt in the town to which Ostrelume moved",
    "Ostrelume lamps headquarters moved",
    "Fenmarch",
    "railway station rebuilt",
    "2018",
  ],
  [
    "the platform for Little Hathe at the station of the town where Ostrelume is",
    "Ostrelume lamps headquarters",
    "Fenmarch",
    "station platform Little Hathe",
    "platform 4",
  ],
  [
    "the colour of the clock tower in the town of the maker of one-handed keyboards",
    "company keyboards for one hand",
    "Port Elsbeth",
    "harbour town clock tower",
    "blue",
  ],
  [
    "the motto-like title of the keynote at the conference held in Osmotherwick",
    "conference held in Osmotherwick",
    "FallowCon 2025",
    "keynote called",
    "Leave It Be",
  ],
  [
    "what the language model with the best Helmsgrove score was trained on",
    "Helmsgrove benchmark best score model",
    "Bittern-2",
    "language model trained on",
    "cookbooks",
  ],
  [
    "the default port of the web server that had the flaw Wetpaint",
    "flaw Wetpaint web server",
    "Gantrice",
    "default port",
    "8998",
  ],
  [
    "the width in gibibytes of the window of the compressor that won the Ashgrove Cup in 2025",
    "Ashgrove Cup 2025 winner",
    "Squeezebox",
    "compressor window wide",
    "3",
  ],
  [
    "the medal of the designer who maintained Brindlekit when 1.9.2 came out",
    "Brindlekit 1.9.2 maintainer",
    "Tavish Umberlow",
    "designer medal",
    "Fernley Medal",
  ],
].map(([noun, first, found, about, answer]) => ({
  noun: noun!,
  first: first!,
  second: `${found} ${about}`,
  answer: answer!,
}));

/** Two searches, the second for what the first one found. Difficulty: characters of the answer. */
function twoSearches(difficulty: Difficulty, [shortest, longest]: readonly [number, number]): Template {
  const known = HOPS.filter(({ answer }) => answer.length >= shortest && answer.length <= longest);
  return {
    id: `search-twice-${difficulty}`,
    category: "multi_step",
    topic: "search: from one entry to another",
    split: "test",
    difficulties: [difficulty],
    draw: (random): Draft => {
      const { noun, first, second, answer } = random.pick(known);
      return {
        body: ask(
          random,
          {
            plain: true,
            nouns: ["{noun}"],
            sentences: ["find out {noun}.", "i would like to know {noun}.", "look up {noun}.", "i need {noun}."],
          },
          { noun },
        ),
        key: noun,
        optimal_tool: "web_search",
        alternative_tools: [],
        reasoning: "What to search for is known only after a first search.",
        check: stating(answer),
        calls: [() => searchFor(first), () => searchFor(second)],
        answer,
      };
    },
  };
}

/** web_search: facts of the corpus, school facts that may be known, and facts that the question brings along. */
export const SEARCH: Template[] = [
  obscure("search-library", "libraries", "train"),
  obscure("search-release", "releases", "train"),
  obscure("search-python", "Python proposals", "train"),
  obscure("search-company", "companies", "test"),
  obscure("search-event", "events", "test"),
  obscure("search-place", "places and people", "validation"),
  school("school-place", "school: places", "train"),
  school("school-science", "school: science", "test"),
  school("school-unit", "school: units", "validation"),
  searchThenCompute(),
  twoSearches("easy", [1, 2]),
  twoSearches("medium", [3, 9]),
  twoSearches("hard", [10, 99]),
  ...TOLD,
];
