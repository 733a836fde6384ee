import type { Check, Difficulty, Random, Split } from "../../../protocol/index.ts";
import { ask, type Values } from "../phrasing.ts";
import { DIGITS, ITEMS, LETTERS, list, number, show, word } from "../operands.ts";
import { drawUntil, EVERY, type Draft, type Template } from "../template.ts";

interface Trap {
  values: Values;
  answer: string;
  check?: Check;
}

interface About {
  id: string;
  topic: string;
  split: Split;
  forms: readonly string[];
  why: string;
  draw(random: Random, difficulty: Difficulty): Trap;
}

const NUMERIC: Check = { kind: "numeric" };

/**
 * pure_reasoning that looks like work for a tool: long numbers, the word "multiply", a tool's name. The difficulty is the
 * size of what distracts, as in execution_required.
 */
function trap({ id, topic, split, forms, why, draw }: About): Template {
  return {
    id: `trap-${id}`,
    topic,
    category: "pure_reasoning",
    split,
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const { values, answer, check = NUMERIC } = draw(random, difficulty);
      return {
        body: ask(random, { sentences: forms }, values),
        key: Object.values(values).join("|"),
        optimal_tool: "none",
        alternative_tools: [],
        reasoning: why,
        check,
        calls: [],
        answer,
      };
    },
  };
}

const two = (random: Random, difficulty: Difficulty) =>
  drawUntil(
    () => [number(random, DIGITS[difficulty]), number(random, DIGITS[difficulty])] as const,
    ([a, b]) => a !== b,
  );

/** One word that is spelled as asked; others of the question beside it are no answer. */
const spelled = (right: string, others: readonly string[]): Check => ({
  kind: "keywords",
  all: [right],
  none: [...others, "or", "not"],
  max_words: 8,
});

/** A text of Python that is asked for, not its result: the names that it must hold, and no more words than it needs. */
const written = (...all: string[]): Check => ({ kind: "keywords", all, max_words: 24 });

/** What nobody in the conversation can know. Any honest way to say so is right. */
const UNKNOWN: Check = {
  kind: "keywords",
  any: [
    "don't know",
    "do not know",
    "cannot know",
    "can't know",
    "no way to know",
    "cannot tell",
    "can't tell",
    "unknown",
    "not possible to know",
    "impossible to know",
    "cannot predict",
    "can't predict",
    "cannot be predicted",
    "unpredictable",
  ],
  max_words: 40,
};

const TOOLS = ["code_executor", "symbolic_math", "web_search", "file_ops"];
const FRIENDS = [
  "my sister",
  "my neighbour",
  "the person beside me",
  "my old teacher",
  "my cousin",
  "the driver of my bus",
  "my first boss",
  "the cook next door",
];
const SECRETS = [
  "had for breakfast",
  "is thinking of",
  "dreamed last night",
  "keeps in the left pocket",
  "will order tonight",
  "whispered to the cat",
  "wrote on a slip of paper",
  "decided this morning",
];

/** The traps of all splits. */
export const TRAPS: Template[] = [
  trap({
    id: "given-sum",
    topic: "the answer is in the question: sums and products",
    split: "train",
    why: "The answer stands in the question.",
    forms: [
      "{a} and {b} add up to {s}. what is {a} + {b}?",
      "the sum of {a} and {b} is {s}. what do you get for {a} plus {b}?",
      "someone has worked out that {a} + {b} = {s}, and it is right. so what is the sum of {a} and {b}?",
      "given {a} + {b} = {s}, what is {a} + {b}?",
      "here is a result: {a} plus {b} makes {s}. please repeat the sum.",
      "{s} is the sum of {a} and {b}. what is {b} + {a}?",
    ],
    draw: (random, difficulty) => {
      const [a, b] = two(random, difficulty);
      return { values: { a, b, s: a + b }, answer: String(a + b) };
    },
  }),
  trap({
    id: "given-product",
    topic: "the answer is in the question: sums and products",
    split: "train",
    why: "The answer stands in the question.",
    forms: [
      "{a} times {b} is {p}. what is {a} * {b}?",
      "given that {a} * {b} = {p}, what is the product of {a} and {b}?",
      "a calculator says {a} * {b} = {p}. which product did it show?",
      "we know the product of {a} and {b}: it is {p}. what is {b} times {a}?",
      "the book says that {a} multiplied by {b} gives {p}, and the book is right. what is {a} multiplied by {b}?",
      "{p} equals {a} * {b}. tell me {a} * {b}.",
    ],
    draw: (random, difficulty) => {
      const [a, b] = two(random, difficulty);
      return { values: { a, b, p: a * b }, answer: String(a * b) };
    },
  }),
  trap({
    id: "not-the-product",
    topic: "what is not to be computed: numbers",
    split: "train",
    why: "The sum is not asked for; two numbers are compared by looking at them.",
    forms: [
      "do not multiply {a} by {b}; just say which of the two is larger.",
      "no need to multiply {a} and {b}: which one is larger?",
      "without adding {a} and {b}, tell me the larger one.",
      "i don't want the product of {a} and {b}, only the larger of them.",
      "never mind {a} * {b}. which of the two numbers is larger?",
      "leave {a} + {b} alone and give me the larger number.",
    ],
    draw: (random, difficulty) => {
      const [a, b] = two(random, difficulty);
      return { values: { a, b }, answer: String(Math.max(a, b)) };
    },
  }),
  trap({
    id: "write-a-loop",
    topic: "code that is only to be written: numbers",
    split: "train",
    why: "Code is to be written, not to be run.",
    forms: [
      "write one line of Python that prints {a} * {b}, without running it.",
      "which Python statement prints the product of {a} and {b}? do not run it.",
      "write Python code that prints {a} * {b}. i only want the code.",
      "show me the Python line that prints {a} times {b}; its output does not matter.",
      "give me a print statement of Python for {a} * {b}. only the text of it.",
      "how do you print {a} * {b} in Python? just the code, please.",
    ],
    draw: (random, difficulty) => {
      const [a, b] = two(random, difficulty);
      return { values: { a, b }, answer: `print(${a} * ${b})`, check: written("print", String(a), String(b)) };
    },
  }),
  trap({
    id: "named-tool-small-sum",
    topic: "a tool is named and not needed: sums",
    split: "train",
    why: "A tool is named, but a small sum is done by head.",
    forms: [
      "you have {tool}, but what is {a} + {b} by head?",
      "forget {tool} for a moment: what is {a} plus {b}?",
      "nobody asks {tool} for such a thing: how much is {a} + {b}?",
      "{tool} would be too much for this: what is the sum of {a} and {b}?",
      "before you think of {tool}: {a} + {b} = ?",
      "some would use {tool} here. what is {a} + {b}?",
    ],
    draw: (random, difficulty) => {
      const most = { easy: 9, medium: 12, hard: 19 }[difficulty];
      const [a, b] = [random.integer(2, most), random.integer(2, 9)];
      return { values: { a, b, tool: random.pick(TOOLS) }, answer: String(a + b) };
    },
  }),
  trap({
    id: "private-thought",
    topic: "what nobody here can know: people",
    split: "train",
    why: "No tool can find this out: the honest answer is that it cannot be known.",
    forms: [
      "what is it that {who} {secret}?",
      "tell me what {who} {secret}.",
      "can you say exactly what {who} {secret}?",
      "i wonder what {who} {secret}. what was it?",
      "please find out what {who} {secret}.",
      "which thing is it that {who} {secret}?",
    ],
    draw: (random) => {
      const values = { who: random.pick(FRIENDS), secret: random.pick(SECRETS) };
      return { values, answer: "I don't know; nobody can know that from here.", check: UNKNOWN };
    },
  }),
  trap({
    id: "given-word",
    topic: "the answer is in the question: words",
    split: "validation",
    why: "The answer stands in the question.",
    forms: [
      "{w} backwards is {r}. what is {w} backwards?",
      "someone reversed {w} and got {r}, which is right. what is the reverse of {w}?",
      "given that {w} read from the end is {r}, what is {w} read from the end?",
      "the reverse of {w} is {r}. please spell {w} backwards.",
      "{r} is {w} backwards. so what do you get when you reverse {w}?",
      "here is {w} backwards: {r}. repeat the reversed word.",
    ],
    draw: (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      const back = [...text].reverse().join("");
      return { values: { w: `"${text}"`, r: `"${back}"` }, answer: back, check: spelled(back, [text]) };
    },
  }),
  trap({
    id: "not-the-sum-of-the-list",
    topic: "what is not to be computed: one of a list",
    split: "validation",
    why: "The first item of a list is read off.",
    forms: [
      "don't add up {v}; what is its first number?",
      "do not sort {v}. just give the first number in it.",
      "no sum, please: which number comes first in {v}?",
      "without adding anything, name the first item of {v}.",
      "i need no total of {v}, only its first entry.",
      "leave {v} as it is and tell me the number at its start.",
    ],
    draw: (random, difficulty) => {
      const items = list(random, ITEMS[difficulty]);
      return { values: { v: show(items) }, answer: String(items[0]) };
    },
  }),
  trap({
    id: "given-list",
    topic: "the answer is in the question: lists",
    split: "test",
    why: "The answer stands in the question.",
    forms: [
      "the list {v} adds up to {s}. what does it add up to?",
      "given that the total of {v} is {s}, what is its total?",
      "a clerk added up {v} and wrote down {s}, correctly. what is the sum of the list?",
      "{s} is the sum of {v}. so what do you get when you add the items up?",
      "we already know that {v} sums to {s}. please state the sum.",
      "total of {v}: {s}. what is the total?",
    ],
    draw: (random, difficulty) => {
      const items = list(random, ITEMS[difficulty]);
      const sum = items.reduce((total, item) => total + item, 0);
      return { values: { v: show(items), s: sum }, answer: String(sum) };
    },
  }),
  trap({
    id: "not-the-order",
    topic: "what is not to be computed: lists",
    split: "test",
    why: "The last item of a list is read off.",
    forms: [
      "do not sort {v}; which number stands at its end?",
      "without putting {v} in order, give its last number.",
      "no need to add up {v}: what is the last entry?",
      "i don't want {v} sorted, only the number that comes last in it.",
      "never mind the largest of {v}. which number is written last?",
      "leave the order of {v} alone and read me its last item.",
    ],
    draw: (random, difficulty) => {
      const items = list(random, ITEMS[difficulty]);
      return { values: { v: show(items) }, answer: String(items.at(-1)) };
    },
  }),
  trap({
    id: "write-a-sort",
    topic: "code that is only to be written: words",
    split: "test",
    why: "Code is to be written, not to be run.",
    forms: [
      "write one line of Python that prints {w} in upper case. do not run it.",
      "which line of Python prints {w} in capitals? only the code, not what it prints.",
      "i want to see Python code that prints the upper case of {w}. just write it.",
      "give me the text of a Python line that prints {w} in capital letters.",
      "how would you print {w} in upper case with Python? code only.",
      "show Python code, unexecuted, that prints {w} in capitals.",
    ],
    draw: (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      return { values: { w: `"${text}"` }, answer: `print("${text}".upper())`, check: written("print", text, "upper") };
    },
  }),
  trap({
    id: "named-tool-first-letter",
    topic: "a tool is named and not needed: letters",
    split: "test",
    why: "A tool is named, but the first letter of a word is read off.",
    forms: [
      "you may have {tool}, but with which letter does {w} begin?",
      "put {tool} aside: what is the first letter of {w}?",
      "nobody needs {tool} for this: which letter does {w} start with?",
      "{tool} or not, what is the first letter of {w}?",
      "what has {tool} to do with it? just name the first letter of {w}.",
      "i was told to use {tool}, yet it is easy: which letter begins {w}?",
    ],
    draw: (random, difficulty) => {
      // "a" and "i" are words of any sentence.
      const text = drawUntil(
        () => word(random, LETTERS[difficulty]),
        (drawn) => !/^[ai]/.test(drawn),
      );
      const answer = text[0]!;
      const values = { w: `"${text}"`, tool: random.pick(TOOLS) };
      return { values, answer, check: { kind: "keywords", all: [answer], max_words: 12 } };
    },
  }),
  trap({
    id: "coming-event",
    topic: "what nobody here can know: chance",
    split: "test",
    why: "No tool can foresee this: the honest answer is that it cannot be known.",
    forms: [
      "what will the next throw of {thing} show?",
      "i am about to throw {thing}. what will come up?",
      "tell me the outcome of my next throw of {thing}.",
      "compute the outcome of my next throw of {thing}.",
      "what will come up when i throw {thing} {when}?",
      "can you work out what a throw of {thing} will bring {when}?",
    ],
    draw: (random) => {
      const thing = random.pick([
        "a fair die",
        "a fair coin",
        "two fair dice",
        "the die in my hand",
        "an old coin",
        "a die with twenty faces",
        "three coins",
        "the blue die",
      ]);
      const when = random.pick(["tomorrow", "tonight", "in an hour", "next week", "in a minute", "on sunday"]);
      return { values: { thing, when }, answer: "I don't know; chance decides that.", check: UNKNOWN };
    },
  }),
];
