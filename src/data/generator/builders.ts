import type { Check, Difficulty, Random, Split, ToolCall } from "../../protocol/index.ts";
import { ask, type Forms, type Values } from "./phrasing.ts";
import { MOST_BY_HEAD } from "./steps.ts";
import { drawUntil, EVERY, otherTools, python, type Draft, type Template } from "./template.ts";

/** What the builders below need of a question; the rest follows from its category. */
export interface Question {
  values: Values;
  /** Python that prints the answer. */
  program: string;
  /** The gold call; without one, the program itself. */
  call?: ToolCall;
  /** Work by hand, where it can be counted. */
  steps?: number;
  /** `numeric` by default. */
  check?: Check;
}

type Draw = (random: Random, difficulty: Difficulty) => Question;

interface About {
  id: string;
  split: Split;
  forms: Forms;
  draw: Draw;
}

const NUMERIC: Check = { kind: "numeric" };
const keyOf = (question: Question) => Object.values(question.values).join("|");

/** Steps that each difficulty allows. */
const BY_HEAD = { easy: [1, 1], medium: [2, 2], hard: [3, 4] } as const;
const BORDERLINE = { easy: [2, 4], medium: [5, 8], hard: [9, 12] } as const;

function within(draw: Draw, ranges: Record<Difficulty, readonly [number, number]>): Draw {
  return (random, difficulty) => {
    const [low, high] = ranges[difficulty];
    return drawUntil(
      () => draw(random, difficulty),
      ({ steps }) => steps === undefined || (steps >= low && steps <= high),
    );
  };
}

/** pure_reasoning: answered by head. Where steps are counted, the difficulty is their number. */
export function byHead({ id, split, forms, draw, why }: About & { why: string }): Template {
  const fitting = within(draw, BY_HEAD);
  return {
    id,
    category: "pure_reasoning",
    split,
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const question = fitting(random, difficulty);
      return {
        body: ask(random, forms, question.values),
        key: keyOf(question),
        optimal_tool: "none",
        alternative_tools: [],
        reasoning: why,
        check: question.check ?? NUMERIC,
        calls: [],
        program: question.program,
      };
    },
  };
}

/** ambiguous: the number of steps decides between answering and calling; the other choice is the alternative. */
export function borderline({ id, split, forms, draw }: About): Template {
  const fitting = within(draw, BORDERLINE);
  return {
    id,
    category: "ambiguous",
    split,
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const question = fitting(random, difficulty);
      const { program, steps = 0, call = python(program) } = question;
      const answers = steps <= MOST_BY_HEAD;
      const count = `${steps} steps by hand`;
      return {
        body: ask(random, forms, question.values),
        key: keyOf(question),
        optimal_tool: answers ? "none" : call.name,
        alternative_tools: [...(answers ? [call.name] : ["none"]), ...otherTools(call)],
        reasoning: answers
          ? `Borderline: ${count}, at most ${MOST_BY_HEAD}, so by head.`
          : `Borderline: ${count}, more than ${MOST_BY_HEAD}, so by tool.`,
        check: question.check ?? NUMERIC,
        calls: answers ? [] : [() => call],
        program,
      };
    },
  };
}

/** execution_required: one call, to Python or, with `call`, to SymPy. */
export function needsTool({ id, split, forms, draw, why }: About & { why: string }): Template {
  return {
    id,
    category: "execution_required",
    split,
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const question = draw(random, difficulty);
      const { program, call = python(program), check = NUMERIC } = question;
      return {
        body: ask(random, forms, question.values),
        key: keyOf(question),
        optimal_tool: call.name,
        alternative_tools: otherTools(call),
        reasoning: why,
        check,
        calls: [() => call],
        program,
      };
    },
  };
}

/** Two calls in a row: the second one works on what the first one printed. */
interface Pair {
  values: Values;
  first: ToolCall;
  second(before: string): ToolCall;
  /** Both in one program. */
  program: string;
  check?: Check;
}

interface AboutChain {
  id: string;
  split: Split;
  /** Requests for the first step ("multiply {a} by {b}") and for the second ("add up the digits of the result"). */
  firsts: readonly string[];
  seconds: readonly string[];
  draw(random: Random, difficulty: Difficulty): Pair;
  why: string;
}

const JOINTS = [
  "{first}, then {second}.",
  "first {first}, then {second}.",
  "{first} and then {second}.",
  "{first}. then {second}.",
  "{first}; with the result, {second}.",
  "do two things: {first}, then {second}.",
  "{first}, and finally {second}.",
] as const;

/** multi_step: two gold calls. */
export function chain({ id, split, firsts, seconds, draw, why }: AboutChain): Template {
  return {
    id,
    category: "multi_step",
    split,
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const { values, first, second, program, check = NUMERIC } = draw(random, difficulty);
      const [one, two] = [ask(random, { sentences: firsts }, values), ask(random, { sentences: seconds }, values)];
      return {
        body: ask(random, { sentences: JOINTS }, { first: one, second: two }),
        key: Object.values(values).join("|"),
        optimal_tool: first.name,
        alternative_tools: otherTools(first),
        reasoning: why,
        check,
        calls: [() => first, second],
        program,
      };
    },
  };
}
