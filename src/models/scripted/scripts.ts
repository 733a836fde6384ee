import { createRandom, goldAnswer, type Sample, type ToolCall } from "../../protocol/index.ts";
import type { ScriptedId } from "../catalog/scripted.ts";

/** What a script sees of a request. `results` holds what each earlier call of this sample returned, in order. */
export interface Scene {
  sample: Sample;
  tools: string[];
  results: string[];
  seed: number;
}

/** The next call, or the final answer. */
export type Line = { call: ToolCall } | { answer: string };

const PRINTS_NOTHING = "pass";

/** What each scripted model does next. Pure: the same scene gives the same line. */
export const SCRIPTS: Record<ScriptedId, (scene: Scene) => Line> = {
  oracle: ({ sample, results }) => {
    const call = goldCalls(sample)[results.length];
    return call ? { call } : { answer: goldAnswer(sample) };
  },
  "never-tool": ({ sample }) => ({ answer: unaided(sample) }),
  "always-tool": ({ sample, results }) => {
    const output = results[0];
    if (output !== undefined) return { answer: output };
    return { call: { name: "code_executor", arguments: { code: sample.gold_program ?? PRINTS_NOTHING } } };
  },
  random: ({ sample, tools, results, seed }) => {
    const output = results[0];
    if (output !== undefined) return { answer: output };
    const choice = createRandom(`${seed}:${sample.id}`).pick(["none", ...tools]);
    return choice === "none" ? { answer: unaided(sample) } : { call: goldCallOf(sample, choice) };
  },
};

/** What each says when it may not call. */
export const WITHOUT_CALL: Record<ScriptedId, (scene: Scene) => string> = {
  oracle: ({ sample }) => goldAnswer(sample),
  "never-tool": ({ sample }) => unaided(sample),
  "always-tool": ({ sample }) => unaided(sample),
  random: ({ sample }) => unaided(sample),
};

/** A call that does nothing: what a model writes that is made to call without a reason. */
export const IDLE_CALL: ToolCall = { name: "code_executor", arguments: { code: PRINTS_NOTHING } };

function unaided(sample: Sample): string {
  return sample.optimal_tool === "none" ? goldAnswer(sample) : "I don't know";
}

/** The calls that the label wants: none for `none`; rows with the eight required fields only get what can be derived. */
function goldCalls(sample: Sample): ToolCall[] {
  if (sample.optimal_tool === "none") return [];
  return sample.gold_calls?.length ? sample.gold_calls : [goldCallOf(sample, sample.optimal_tool)];
}

function goldCallOf(sample: Sample, name: string): ToolCall {
  const gold = sample.gold_calls?.find((call) => call.name === name);
  if (gold) return gold;
  const program = name === "code_executor" ? sample.gold_program : undefined;
  return { name, arguments: program === undefined ? {} : { code: program } };
}
