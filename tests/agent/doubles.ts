import type { Generation, GenerateRequest, LoadedModel } from "../../src/protocol/index.ts";
import { getModel } from "../../src/models/index.ts";
import type { Outcome, Toolbox } from "../../src/agent/index.ts";
import { TWO_TOOLS } from "../models/tools.ts";

/** A model that says these turns one after another and keeps what it was asked. */
export function modelThatSays(turns: (string | Partial<Generation>)[], more: Partial<LoadedModel> = {}) {
  const asked: GenerateRequest[] = [];
  const model: LoadedModel = {
    spec: getModel("oracle"),
    capabilities: {
      tokenIds: false,
      logits: true,
      prefill: true,
      ban: true,
      grammar: false,
      adapters: false,
      batch: true,
      seed: true,
    },
    device: "none",
    dtype: "none",
    sha256: "",
    fallback: null,
    generate: async (requests) =>
      requests.map((request) => {
        const turn = turns[asked.length] ?? "";
        asked.push(request);
        return {
          text: typeof turn === "string" ? turn : "",
          usage: { promptTokens: 10, completionTokens: 5 },
          timing: { totalMs: 8, firstTokenMs: 2 + asked.length },
          stopReason: "end",
          model: "double",
          adapter: null,
          ...(typeof turn === "string" ? {} : turn),
        };
      }),
    useAdapter: async () => {},
    dispose: async () => {},
    ...more,
  };
  return { model, asked };
}

export const succeeded = (output: string): Outcome => ({
  success: true,
  output,
  error: null,
  killed: null,
  execution_time: 0.01,
});

export const failed = (type: string, message: string, more: Partial<Outcome> = {}): Outcome => ({
  success: false,
  output: "",
  error: { type, message },
  killed: null,
  execution_time: 0.01,
  ...more,
});

/** Tools that answer every call with these outcomes one after another. */
export function toolsThatReturn(outcomes: Outcome[]) {
  const calls: unknown[] = [];
  const tools: Toolbox = {
    schemas: (names) => TWO_TOOLS.filter((tool) => !names || names.includes(tool.name)),
    call: async (call) => outcomes[calls.push(call) - 1] ?? succeeded(""),
  };
  return { tools, calls };
}
