import type { Split } from "../../../protocol/index.ts";
import type { Template } from "../template.ts";

/** The topics of the first dataset's templates: each is in one split, whatever split its templates had there. */
const TOPICS: Record<string, readonly [Split, readonly string[]]> = {
  sums: ["train", ["head-sum", "sum-of-two", "sum-of-three", "list-sum", "short-list-sum"]],
  "sums of lists, used further": [
    "train",
    ["list-sum-then-product", "list-sum-then-divisors", "list-sum-then-remainder"],
  ],
  products: ["train", ["head-product", "short-product", "product", "mixed-sum"]],
  "products, used further": ["train", ["product-then-digits", "product-then-remainder", "product-then-sum"]],
  "common divisors and multiples": ["train", ["gcd", "lcm"]],
  digits: ["train", ["digit-sum", "short-digit-sum"]],
  comparison: ["train", ["head-smaller", "head-larger", "list-max", "list-min"]],
  time: ["train", ["head-weeks", "head-minutes", "head-weekday"]],
  derivatives: [
    "train",
    ["derivative", "short-derivative", "second-derivative", "derivative-then-value", "derivative-then-roots"],
  ],
  simplification: ["train", ["simplification"]],
  letters: ["train", ["letter-count"]],
  capitals: ["train", ["word-capitals"]],
  "facts: Python": ["train", ["fact-python-keyword", "fact-python-type", "fact-python-call", "fact-python-error"]],
  "facts: git": ["train", ["fact-git"]],
  "facts: languages and people": ["train", ["fact-language", "fact-person"]],
  "facts: techniques and graphs": ["train", ["fact-technique", "fact-graph"]],
  quotients: ["test", ["quotient", "long-remainder", "short-remainder"]],
  powers: ["test", ["power", "short-power", "modular-power", "modular-power-then-digits"]],
  "divisors and primes": ["test", ["divisors", "primes-below", "sum-then-divisors"]],
  integrals: ["test", ["integral", "integral-then-value"]],
  factors: ["test", ["factors"]],
  equations: ["test", ["roots", "linear-equation"]],
  reversal: ["test", ["word-reverse", "reverse-then-capitals"]],
  "length of words": ["test", ["word-length"]],
  bases: ["test", ["binary"]],
  sorting: ["test", ["list-sort"]],
  doubles: ["test", ["head-double"]],
  "facts: data structures": ["test", ["fact-data-structure"]],
  "facts: the web": ["test", ["fact-web"]],
  "facts: algorithms": ["test", ["fact-algorithm"]],
  differences: ["validation", ["head-difference", "difference"]],
  parity: ["validation", ["head-parity"]],
  factorials: ["validation", ["factorial", "factorial-then-digits"]],
  expansion: ["validation", ["expansion", "short-expansion", "expansion-then-derivative"]],
  "order of letters": ["validation", ["letters-sorted"]],
  "facts: protocols": ["validation", ["fact-protocol"]],
  "facts: cost of algorithms": ["validation", ["fact-complexity"]],
};

/** Templates with their topic, and the split of that. */
export function withTopics(templates: readonly Template[]): Template[] {
  const placed = new Map(
    Object.entries(TOPICS).flatMap(([topic, [split, ids]]) => ids.map((id) => [id, { topic, split }] as const)),
  );
  return templates.map((template) => {
    const place = placed.get(template.id);
    if (!place) throw new Error(`The template ${template.id} has no topic.`);
    return { ...template, ...place };
  });
}
