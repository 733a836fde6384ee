import { execFileSync } from "node:child_process";
import {
  CATEGORIES,
  DIFFICULTIES,
  type Arm,
  type GenerateRequest,
  type LoadedModel,
  type RunConfig,
  type Sample,
  type SampleResult,
  type Scores,
  type ToolCall,
} from "../../src/protocol/index.ts";
import type { Outcome, Toolbox } from "../../src/agent/index.ts";
import { defaultConfig } from "../../src/evaluation/index.ts";
import { getModel } from "../../src/models/index.ts";

/** A hand-made dataset: two samples of each category and difficulty, with every kind of label. */
export function handMade(): Sample[] {
  return CATEGORIES.flatMap((category) =>
    DIFFICULTIES.flatMap((difficulty) =>
      [0, 1].map((i): Sample => {
        const [a, b] = [(i + 3) * 11, DIFFICULTIES.indexOf(difficulty) + 7];
        const common = {
          id: `${category}-${difficulty}-${i}`,
          reasoning: "",
          difficulty,
          category,
          template: `${category}-${i}`,
          split: "test" as const,
          alternative_tools: [] as string[],
        };
        if (category === "pure_reasoning") {
          const answer = String(a + b);
          return {
            ...common,
            prompt: `Hey, what is ${a} plus ${b}? (${common.id})`,
            optimal_tool: "none",
            ground_truth_output: answer,
            gold_answer: answer,
            check: { kind: "numeric" },
          };
        }
        const code = `print(${a * 1001} * ${b})`;
        const product = String(a * 1001 * b);
        const call: ToolCall = { name: "code_executor", arguments: { code } };
        const common2 = {
          ...common,
          prompt: `Okay, ${code} (${common.id})`,
          ground_truth_output: product,
          gold_answer: product,
          gold_program: code,
          check: { kind: "numeric" as const },
        };
        if (category === "ambiguous") {
          const none = i === 0;
          return {
            ...common2,
            optimal_tool: none ? "none" : "code_executor",
            alternative_tools: [none ? "code_executor" : "none"],
            ...(none ? {} : { gold_calls: [call] }),
          };
        }
        if (category === "execution_required") {
          return { ...common2, optimal_tool: "code_executor", gold_calls: [call] };
        }
        const digits = [...product].reduce((total, digit) => total + Number(digit), 0);
        const second = `print(sum(int(d) for d in str(${product})))`;
        return {
          ...common2,
          optimal_tool: "code_executor",
          gold_calls: [call, { name: "code_executor", arguments: { code: second } }],
          gold_program: second,
          ground_truth_output: String(digits),
          gold_answer: String(digits),
        };
      }),
    ),
  );
}

export const datasetOf = (samples: Sample[]) => ({ name: "hand_made", version: "1", sha256: "d".repeat(64), samples });

export function configOf(model: string, change: Partial<RunConfig> = {}): RunConfig {
  return { ...defaultConfig(model), dataset: "hand_made", split: "all", ...change };
}

/** Tools that run Python on this machine; outputs are kept, as programs repeat. */
export function pythonTools(): Toolbox {
  const outputs = new Map<string, string>();
  const run = (code: string) => {
    const known = outputs.get(code);
    if (known !== undefined) return known;
    const output = execFileSync("python3", ["-c", code], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    outputs.set(code, output);
    return output;
  };
  const outcome = (change: Partial<Outcome>): Outcome => ({
    success: true,
    output: "",
    error: null,
    killed: null,
    execution_time: 0.01,
    ...change,
  });
  const names = ["code_executor", "symbolic_math"];
  return {
    schemas: (wanted = names) =>
      wanted.map((name) => ({ name, description: name, parameters: { type: "object" as const } })),
    call: async ({ name, arguments: given }) => {
      if (name !== "code_executor" || typeof given.code !== "string") {
        return outcome({ success: false, error: { type: "ValueError", message: "no code" } });
      }
      try {
        return outcome({ output: run(given.code) });
      } catch {
        return outcome({ success: false, error: { type: "Exception", message: "it failed" } });
      }
    },
  };
}

/** A model that writes what `write` says. */
export function modelOf(write: (request: GenerateRequest) => string, change: Partial<LoadedModel> = {}): LoadedModel {
  return {
    spec: getModel("nano"),
    capabilities: {
      tokenIds: true,
      logits: true,
      prefill: true,
      ban: true,
      grammar: false,
      adapters: false,
      batch: false,
      seed: true,
    },
    device: "wasm",
    dtype: "fp16",
    sha256: "a".repeat(64),
    fallback: null,
    generate: async (requests) =>
      requests.map((request) => {
        const text = write(request);
        return {
          text,
          tokenIds: [...text].map((char) => char.codePointAt(0) ?? 0),
          decision: { options: [], pCall: text.startsWith("<tool_call>") ? 0.9 : 0.2, entropy: 0, top: [] },
          usage: { promptTokens: 10, completionTokens: text.length },
          timing: { totalMs: 20, firstTokenMs: 5 },
          stopReason: "end" as const,
          model: "nano",
          adapter: null,
        };
      }),
    useAdapter: async () => {},
    dispose: async () => {},
    ...change,
  };
}

/** A result with the given scores and no story. */
export function resultOf(sampleId: string, scores: Partial<Scores> = {}, arm: Arm = "free", repeat = 0): SampleResult {
  return {
    sample_id: sampleId,
    arm,
    repeat,
    transcript: [
      {
        type: "model",
        step: 0,
        text: "x",
        usage: { promptTokens: 1, completionTokens: 1 },
        timing: { totalMs: 10, firstTokenMs: 2 },
        stopReason: "end",
        adapter: null,
      },
      { type: "decision", step: 0, choice: scores.decision ?? "none", late: false },
    ],
    answer: "x",
    scores: {
      correct: false,
      tool_correct: false,
      tool_correct_lenient: false,
      decision: "none",
      calls: 0,
      unnecessary_calls: 0,
      failed_calls: 0,
      sequence_correct: null,
      p_call: null,
      explanation: "",
      ...scores,
    },
    timing: { totalMs: 10, firstTokenMs: 2 },
    usage: { promptTokens: 1, completionTokens: 1 },
  };
}
