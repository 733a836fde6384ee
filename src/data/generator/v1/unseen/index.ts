import type { Random } from "../../../../protocol/index.ts";
import type { Template } from "../../template.ts";
import { AMBIGUOUS } from "./borderline.ts";
import { CHAINED } from "./chains.ts";
import { IDLE } from "./idle.ts";
import { NEEDED } from "./needed.ts";
import { UNSEEN, type UnseenName } from "./tools.ts";

const NAMES = Object.keys(UNSEEN) as UnseenName[];

/** How many tools are listed beside those that a question is about. */
const BESIDE = [1, 3] as const;

/** Lists, for each question, the tools that its calls or its words name among others of the unseen ones, in random order. */
function withTools([template, wanted]: readonly [Template, readonly UnseenName[]]): Template {
  return {
    ...template,
    draw: (random, difficulty) => {
      const draft = template.draw(random, difficulty);
      const named = NAMES.filter((name) => wanted.includes(name) || draft.body.includes(name));
      return { ...draft, tools: listed(random, named) };
    },
  };
}

function listed(random: Random, wanted: readonly UnseenName[]) {
  const others = random.shuffle(NAMES.filter((name) => !wanted.includes(name)));
  const names = [...wanted, ...others.slice(0, random.integer(...BESIDE))];
  return random.shuffle(names).map((name) => UNSEEN[name]);
}

/** Questions beside which only unseen tools are listed; all are in the split `test_tools`. */
export const UNSEEN_TEMPLATES: Template[] = [...NEEDED, ...AMBIGUOUS, ...CHAINED, ...IDLE].map(withTools);
