import { describe, expect, it } from "vitest";
import { sha256, type ChatMessage, type GenerateRequest } from "../../src/protocol/index.ts";
import { CALL_OPEN, loadScripted, SCRIPTED_IDS } from "../../src/models/index.ts";
import { SAMPLES } from "./samples.ts";
import { TWO_TOOLS } from "./tools.ts";

function request(prompt: string, results: string[] = [], more: Partial<GenerateRequest> = {}): GenerateRequest {
  const messages: ChatMessage[] = [{ role: "user", content: prompt }];
  for (const content of results) messages.push({ role: "assistant", content: "" }, { role: "tool", content });
  return { messages, tools: TWO_TOOLS, maxTokens: 64, temperature: 0, topP: 1, seed: 0, stop: [], ...more };
}

async function say(id: (typeof SCRIPTED_IDS)[number], ...args: Parameters<typeof request>): Promise<string> {
  const [generation] = await loadScripted(id, SAMPLES, 7).generate([request(...args)]);
  return generation!.text;
}

describe("scripted models", () => {
  it("oracle plays every gold call, then the gold answer", async () => {
    expect(await say("oracle", "question fact")).toBe("stack");
    expect(await say("oracle", "question product")).toContain("48213 * 9127");
    expect(await say("oracle", "question chain", ["408"])).toContain("str(408)");
    expect(await say("oracle", "question chain", ["408", "12"])).toBe("12");
  });

  it("never-tool answers where no tool is wanted and says so elsewhere", async () => {
    expect(await say("never-tool", "question fact")).toBe("stack");
    expect(await say("never-tool", "question product")).toBe("I don't know");
  });

  it("always-tool runs the gold program, or one that prints nothing, and answers with the output", async () => {
    expect(await say("always-tool", "question product")).toContain("print(48213 * 9127)");
    expect(await say("always-tool", "question fact")).toContain('{"code":"pass"}');
    expect(await say("always-tool", "question product", ["440040051"])).toBe("440040051");
  });

  it("random draws uniformly from none and the tools, the same for the same seed and sample", async () => {
    const choices = { none: 0, code_executor: 0, symbolic_math: 0 };
    const prompt = SAMPLES[1]!.prompt;
    for (let seed = 0; seed < 900; seed++) {
      const twice = [loadScripted("random", SAMPLES, seed), loadScripted("random", SAMPLES, seed)];
      const [a, b] = await Promise.all(twice.map(async (model) => (await model.generate([request(prompt)]))[0]!.text));
      expect(a).toBe(b);
      const name = /"name":"(\w+)"/.exec(a!)?.[1] ?? "none";
      choices[name as keyof typeof choices]++;
    }
    for (const count of Object.values(choices)) expect(Math.abs(count - 300)).toBeLessThan(70);
  });

  it("obeys the arms: no call when the marker is banned or nothing is listed, a call when it is prefilled", async () => {
    expect(await say("oracle", "question product", [], { banned: [CALL_OPEN] })).toBe("440040051");
    expect(await say("always-tool", "question product", [], { tools: [] })).toBe("I don't know");
    expect(await say("oracle", "question fact", [], { prefill: CALL_OPEN })).toContain('"code":"pass"');
  });

  it("refuses a prompt that is no sample's, in one sentence", async () => {
    await expect(say("oracle", "what is this?")).rejects.toThrow(/only knows the samples of the dataset/);
  });

  it("has the hash of its version", async () => {
    for (const id of SCRIPTED_IDS) {
      expect(loadScripted(id, [], 0).sha256).toBe(await sha256(`agentcoder scripted ${id} 1`));
    }
  });
});
