import {
  groupBy,
  UserError,
  type Capabilities,
  type GenerateRequest,
  type Generation,
  type LoadedModel,
  type Sample,
} from "../../protocol/index.ts";
import { scriptedSpec, type ScriptedId } from "../catalog/scripted.ts";
import { CALL_CLOSE, CALL_OPEN, renderCall } from "../formats/index.ts";
import { IDLE_CALL, SCRIPTS, WITHOUT_CALL } from "./scripts.ts";

const CAPABILITIES: Capabilities = {
  tokenIds: false,
  logits: false,
  prefill: true,
  ban: true,
  grammar: false,
  topK: true,
  adapters: false,
  batch: true,
  seed: true,
};

/** sha256 of the text `agentcoder scripted ID 1`: a script has no files, so its version stands for them. */
const HASHES: Record<ScriptedId, string> = {
  oracle: "7650daef178720f8557cbf19cdda93f5018a566d2c974824e87a0c32798df87e",
  "never-tool": "c0140c72b5d673e7c9683ff9b43d0ae453d1c52f38c6ee6ae3ce24ede96f5f65",
  "always-tool": "79ddfc4f3a0f33a05dcc5b6a0c05ddce39d81cff43d05629c8ebba2d2eb45b43",
  random: "e0c62d126af31b68d61aafc4d983899fcf28774065b03f31d6a4defed976a55c",
};

/**
 * A model that plays a script from the dataset's labels. It finds its sample by the first user turn's text and writes
 * text, which the same parser reads as any model's. A prompt outside `samples` rejects with a UserError.
 */
export function loadScripted(id: ScriptedId, samples: readonly Sample[], seed: number): LoadedModel {
  const byPrompt = groupBy(samples, ({ prompt }) => prompt);
  return {
    spec: scriptedSpec(id),
    capabilities: CAPABILITIES,
    device: "none",
    dtype: "none",
    sha256: HASHES[id],
    fallback: null,
    generate: async (requests, options) =>
      requests.map((request, index) => {
        const generation = play(id, byPrompt, seed, request, options?.signal?.aborted ?? false);
        options?.onText?.(index, generation.text);
        return generation;
      }),
    useAdapter: async (adapter) => {
      if (adapter) throw new UserError(`The scripted model "${id}" has no weights, so no adapter fits it.`);
    },
    dispose: async () => {},
  };
}

function play(
  id: ScriptedId,
  byPrompt: Map<string, Sample[]>,
  seed: number,
  request: GenerateRequest,
  cancelled: boolean,
): Generation {
  const started = performance.now();
  const text = cancelled ? "" : write(id, byPrompt, seed, request);
  const called = text.includes(CALL_CLOSE);
  const elapsed = performance.now() - started;
  return {
    text,
    usage: { promptTokens: 0, completionTokens: 0 },
    timing: { totalMs: elapsed, firstTokenMs: elapsed },
    stopReason: cancelled ? "cancelled" : called ? "tool_call" : "end",
    model: id,
    adapter: null,
  };
}

function write(id: ScriptedId, byPrompt: Map<string, Sample[]>, seed: number, request: GenerateRequest): string {
  const prompt = request.messages.find((message) => message.role === "user")?.content ?? "";
  const asked = byPrompt.get(prompt) ?? [];
  // The same question may come twice with different tools: what is listed tells which one this is.
  const names = request.tools.map(({ name }) => name).join();
  const sample = asked.find(({ tools }) => tools?.map(({ name }) => name).join() === names) ?? asked[0];
  if (!sample) {
    throw new UserError(
      `The scripted model "${id}" only knows the samples of the dataset it was loaded with: choose one of their prompts, or another model.`,
    );
  }
  const scene = {
    sample,
    tools: request.tools.map((tool) => tool.name),
    results: request.messages.filter((message) => message.role === "tool").map((message) => message.content),
    seed,
  };
  const forbidden = request.tools.length === 0 || (request.banned ?? []).includes(CALL_OPEN);
  const line = SCRIPTS[id](scene);
  if (forbidden) return "call" in line ? WITHOUT_CALL[id](scene) : line.answer;
  if ("call" in line) return renderCall(line.call);
  return request.prefill?.startsWith(CALL_OPEN) ? renderCall(IDLE_CALL) : line.answer;
}
