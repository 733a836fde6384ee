import type { Difficulty, Random, Split } from "../../../protocol/index.ts";
import { ask } from "../phrasing.ts";
import { EVERY, type Draft, type Template } from "../template.ts";
import { saying } from "./file-builder.ts";
import { date, people, words } from "./file-operands.ts";

/** Something that is told of a subject, and the question for it. */
interface Trait {
  tell: string;
  question: string;
  value(random: Random): string;
}

const figure = (tell: string, question: string, low: number, high: number): Trait => ({
  tell,
  question,
  value: (random) => String(random.integer(low, high)),
});
const one = (tell: string, question: string, value: (random: Random) => string): Trait => ({ tell, question, value });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const name = (random: Random) => capital(words(random, 1)[0]!);

const PRODUCT: readonly Trait[] = [
  figure("weighs {} grams", "how many grams does it weigh?", 120, 990),
  figure("costs {} crowns", "how many crowns does it cost?", 11, 99),
  figure("was first sold in {}", "in which year was it first sold?", 1951, 2019),
  figure("holds {} millilitres", "how many millilitres does it hold?", 1000, 1900),
  figure("runs for {} minutes", "for how many minutes does it run?", 2100, 3900),
];
const PERSON: readonly Trait[] = [
  one("was born in {}", "where was this person born?", (random) => `${name(random)}ville`),
  one("plays the {}", "which instrument does this person play?", (random) =>
    random.pick("piano violin cello flute harp oboe trumpet tuba organ banjo guitar lute".split(" ")),
  ),
  one("lives in {}", "where does this person live?", (random) => `${name(random)}ham`),
  one("won the {} prize", "which prize did this person win?", (random) => `${name(random)}stone`),
];
const RELEASE: readonly Trait[] = [
  one("came out on {}", "on which date did it come out?", date),
  figure("fixed {} bugs", "how many bugs did it fix?", 101, 999),
  one("has the code name {}", "what is its code name?", name),
  one("needs the module {}", "which module does it need?", (random) => `lib${words(random, 1)[0]}`),
];

const LEADS = [
  "no need to search: {facts} {question}",
  "you need not look this up: {facts} {question}",
  "without web_search, please: {facts} {question}",
  "this takes no search. {facts} {question}",
  "do not search the web for it: {facts} {question}",
  "{facts} {question} a search is not needed.",
  "{facts} {question} answer without the search tool.",
];

/** pure_reasoning: the answer is told, and the search tool is only named. Difficulty: how much is told of the subject. */
function told(id: string, split: Split, subject: (random: Random) => string, traits: readonly Trait[]): Template {
  return {
    id,
    category: "pure_reasoning",
    topic: `told, not searched: ${id}`,
    split,
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const count = ({ easy: 1, medium: 2, hard: 4 } satisfies Record<Difficulty, number>)[difficulty];
      const chosen = random.shuffle(traits).slice(0, count);
      const values = chosen.map((trait) => trait.value(random));
      const at = random.integer(0, count - 1);
      const about = subject(random);
      const parts = chosen.map(({ tell }, i) => tell.replace("{}", values[i]!));
      const facts = `${about} ${parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`}.`;
      const answer = values[at]!;
      return {
        body: ask(random, { sentences: LEADS }, { facts, question: chosen[at]!.question }),
        key: facts + at,
        optimal_tool: "none",
        alternative_tools: [],
        reasoning: "The question tells the answer itself.",
        check: saying(answer, values),
        calls: [],
        answer,
      };
    },
  };
}

const THINGS = "lamp kettle clock radio drone toaster printer camera scale fan heater mixer robot scooter torch".split(
  " ",
);

export const TOLD: Template[] = [
  told("told-product", "train", (random) => `the ${random.pick(THINGS)} ${name(random)}`, PRODUCT),
  told(
    "told-release",
    "validation",
    (random) => `the release ${random.integer(1, 9)}.${random.integer(0, 9)} of ${name(random)}`,
    RELEASE,
  ),
  told("told-person", "test", (random) => people(random, 1)[0]!, PERSON),
];
