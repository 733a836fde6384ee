import type { Category, Check, Difficulty, Random, SampleTool, Split, ToolCall } from "../../protocol/index.ts";

/** A question with its label, before anything is computed. */
export interface Draft {
  /** The question, without an opener, in lower case at its start. */
  body: string;
  /** What is asked, whatever the words: nothing is asked twice while there is something else to ask. */
  key: string;
  optimal_tool: string;
  alternative_tools: string[];
  /** Why that is the label. */
  reasoning: string;
  check: Check;
  /** The gold calls in order; each may use what the one before printed. None where no tool is wanted. */
  calls: ((before: string) => ToolCall)[];
  /** Python that prints the answer, where a program can. */
  program?: string;
  /** The answer, where no program can compute it. */
  answer?: string;
  /** What the workspace holds at the start: path -> text. */
  files?: Record<string, string>;
  /** Places of the gold calls that fail on purpose: what the sample asks for is to recover from that. */
  mayFail?: readonly number[];
  /** The tools that are listed in place of the run's. */
  tools?: readonly SampleTool[];
}

/** A family of questions. All its samples are in one split, and are one cluster for the statistics. */
export interface Template {
  id: string;
  category: Category;
  /** What it is about, more widely: no topic of tool_use_v1 is in two splits. */
  topic?: string;
  split: Split;
  difficulties: readonly Difficulty[];
  draw(random: Random, difficulty: Difficulty): Draft;
}

export const EVERY: readonly Difficulty[] = ["easy", "medium", "hard"];

/** One value for each difficulty. */
export type ByDifficulty<T> = Record<Difficulty, T>;

export const python = (code: string): ToolCall => ({ name: "code_executor", arguments: { code } });

export const algebra = (operation: string, expression: string): ToolCall => ({
  name: "symbolic_math",
  arguments: { operation, expression },
});

/** A program of SymPy that prints the value of an expression in x. */
export function sympyProgram(names: string, expression: string): string {
  return `from sympy import ${names}, symbols\nx = symbols("x")\nprint(${expression})`;
}

const ARITHMETIC = /^print\([\d\s+\-*/%()]+\)$|^import math\nprint\(math\.(gcd|lcm|factorial)\([\d, ]+\)\)$/;

/** The other tool, where one call to it leads to the same answer: SymPy is in Python, and arithmetic is in SymPy. */
export function otherTools(call: ToolCall): string[] {
  if (call.name === "symbolic_math") return ["code_executor"];
  return ARITHMETIC.test(String(call.arguments.code)) ? ["symbolic_math"] : [];
}

/** Draws until the value fits. The ranges of every template are wide enough; a mistake in one is a defect. */
export function drawUntil<T>(draw: () => T, fits: (value: T) => boolean): T {
  for (let i = 0; i < 10_000; i++) {
    const value = draw();
    if (fits(value)) return value;
  }
  throw new Error("A template's ranges leave nothing to draw.");
}
