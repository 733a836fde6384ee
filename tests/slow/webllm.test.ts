import { existsSync, mkdtempSync, rmSync, copyFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import { promptParts } from "../../src/models/formats/index.ts";
import { softmax } from "../../src/models/decoding/sampling.ts";
import type * as models from "../../src/models/index.ts";
import type { GenerateRequest, Generation, LoadedModel, ModelSpec, ToolSchema } from "../../src/protocol/index.ts";
import { startModelsHost, type ModelsHost } from "../e2e/models/host.ts";
import { referenceLogits } from "./webllm/reference.ts";
import { addedTokens, writeModel, type Weights } from "./webllm/weights.ts";

// WebLLM's own kernels on a GPU in software, with random weights. The library is a stock one of version 0.2.48 to 0.2.79:
// those of the installed version are too large to pass around. So most of this runs on WebLLM 0.2.79, whose interface is
// the same where it is used here.
const SHARED =
  process.env["AGENTCODER_SHARED"] ??
  (process.env["AGENTCODER_EXTERNAL_DATA"] ? dirname(process.env["AGENTCODER_EXTERNAL_DATA"]) : "../shared");
const LIBRARY = resolve(SHARED, "spikes/webllm/wasm/Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k.wasm");
const OLDER = process.env["AGENTCODER_WEBLLM"];
// A pass takes so long in software that a browser would take the GPU for hung.
const SOFTWARE_GPU = [
  "--disable-gpu-watchdog",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

declare const window: { models: typeof models; model: LoadedModel };

const TOOLS: ToolSchema[] = ["a", "b"].map((name) => ({
  name,
  description: "x",
  parameters: { type: "object", properties: {} },
}));
const MESSAGES = [{ role: "user" as const, content: "h" }];
const SYSTEMS = [[], TOOLS].map((tools) => promptParts("chatml", MESSAGES, tools).system);
const [, , , SYSTEM, SYSTEM_WITH_TOOLS, USER, ASSISTANT, CALL, NAME] = addedTokens(SYSTEMS).map(({ id }) => id);
const byte = (char: string) => char.charCodeAt(0);

const SPEC: ModelSpec = {
  id: "random",
  title: "Random",
  description: "",
  runtime: "webllm",
  promptFormat: "chatml",
  parameters: 500_000_000,
  context: 64,
  license: "",
  source: "",
  origin: "hub",
  baseUrl: "",
  dtypes: { wasm: [], webgpu: ["q4f16", "q4"] },
  defaultDevice: "webgpu",
  mlc: {
    q4f16: { model: "models/none", library: "models/none.wasm" },
    q4: { model: "models/random", library: "models/library.wasm" },
  },
};

function ask(more: Partial<GenerateRequest> = {}): GenerateRequest {
  return { messages: MESSAGES, tools: [], maxTokens: 1, temperature: 0, topP: 1, seed: 0, stop: [], ...more };
}

let home: string;
let weights: Weights;
let browser: Browser;

/** A page with the floor of models, on the installed WebLLM or another. */
async function openPage(library?: string): Promise<{ host: ModelsHost; page: Page }> {
  const alias: Record<string, string> = library ? { "@mlc-ai/web-llm": join(resolve(library), "lib/index.js") } : {};
  const host = await startModelsHost(undefined, alias);
  const page = await browser.newPage();
  await page.goto(host.url);
  await page.waitForFunction(() => "models" in window);
  return { host, page };
}

const load = (page: Page) =>
  page.evaluate(async (spec) => {
    window.model = await window.models.loadModel(spec, { device: "auto", dtype: "auto" });
    const { device, dtype, sha256, fallback, capabilities, warnings } = window.model;
    return { device, dtype, sha256, fallback, capabilities, warnings };
  }, SPEC);

describe.skipIf(!existsSync(LIBRARY))(
  `WebLLM on a GPU in software${existsSync(LIBRARY) ? "" : ` (left out: there is no ${LIBRARY})`}`,
  () => {
    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), "agentcoder-webllm-"));
      process.env["AGENTCODER_HOME"] = home;
      const base = join(home, "models/base");
      mkdirSync(base, { recursive: true });
      weights = writeModel(join(base, "random/resolve/main"), LIBRARY, SYSTEMS);
      copyFileSync(LIBRARY, join(base, "library.wasm"));
      browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags(), ...SOFTWARE_GPU] });
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(home, { recursive: true, force: true });
    });

    it("refuses a library of another version with one sentence", async () => {
      const { host, page } = await openPage();
      await expect(load(page)).rejects.toThrow(/library of Random was made for another version of WebLLM/);
      await page.close();
      await host.close();
    });

    describe.skipIf(!OLDER)(
      `version 0.2.79${OLDER ? "" : " (left out: set AGENTCODER_WEBLLM to where `npm pack @mlc-ai/web-llm@0.2.79` is unpacked)"}`,
      () => {
        let host: ModelsHost;
        let page: Page;
        beforeAll(async () => {
          ({ host, page } = await openPage(OLDER));
        });
        afterAll(async () => {
          await page?.close();
          await host?.close();
        });

        const generate = async (request: GenerateRequest): Promise<Generation> => {
          const started = Date.now();
          const answer = (await page.evaluate((one) => window.model.generate([one]), request))[0]!;
          console.log(`${answer.stopReason} ${answer.tokenIds} after ${Date.now() - started} ms`, answer.timing);
          return answer;
        };
        const prompt = [SYSTEM!, USER!, byte("h"), ASSISTANT!];
        let first: Generation;
        /** The reference's logits after the prompt. */
        let atPrompt: Float32Array;

        it("loads as the dtype that the GPU can run, and says so", async () => {
          const started = Date.now();
          const loaded = await load(page);
          console.log(`loaded after ${Date.now() - started} ms`, loaded.warnings);
          expect(loaded).toMatchObject({ device: "webgpu", dtype: "q4" });
          expect(loaded.fallback).toMatch(/no half-precision shaders, so Random runs as q4 instead of q4f16/);
          expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
        });

        it("writes the reference's greedy tokens", async () => {
          first = await generate(ask({ maxTokens: 2 }));
          const rows = referenceLogits(weights, [...prompt, first.tokenIds![0]!], [3, 4]);
          expect(first.tokenIds).toEqual(rows.map(argmax));
          [atPrompt] = rows as [Float32Array];
          expect(first).toMatchObject({ stopReason: "length", usage: { promptTokens: 4, completionTokens: 2 } });
        });

        it("measures the reference's decision, which sums to one, and comes back to the prompt", async () => {
          const { decision, tokenIds } = await generate(ask({ tools: TOOLS, wantDecision: true }));
          const start = [SYSTEM_WITH_TOOLS!, USER!, byte("h"), ASSISTANT!];
          const [opened, other] = TOOLS.map(({ name }) => {
            const opening = [CALL!, NAME!, byte(name), byte('"')];
            const rows = referenceLogits(weights, [...start, ...opening.slice(0, -1)], [3, 4, 5, 6]);
            return { rows, chances: opening.map((id, i) => Math.log(softmax(rows[i]!)[id]!)) };
          }) as [Forced, Forced];
          const found = (name: string) => decision!.options.find(({ option }) => option === name)!.probability;
          for (const [i, { chances }] of [opened, other].entries()) {
            expect(Math.log(found(TOOLS[i]!.name))).toBeCloseTo(
              chances[0]! + chances[1]! + chances[2]! + chances[3]!,
              2,
            );
          }
          expect(Math.log(decision!.pCall)).toBeCloseTo(opened.chances[0]!, 2);
          expect(tokenIds).toEqual([argmax(opened.rows[0]!)]);
          expect(decision!.options.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
        });

        it("gives a request the same tokens after others", async () => {
          await generate(ask({ temperature: 1, seed: 7 }));
          const again = await generate(ask({ maxTokens: 2 }));
          expect(again.tokenIds).toEqual(first.tokenIds);
        });

        it("never completes a banned text: the next likeliest token takes its place", async () => {
          const banned = ` w${first.tokenIds![0]!.toString(16)}`;
          expect(first.text.startsWith(banned)).toBe(true);
          const other = await generate(ask({ banned: [banned] }));
          expect(other.text).not.toContain(banned);
          expect(other.tokenIds).toEqual([argmax(atPrompt.with(first.tokenIds![0]!, -Infinity))]);
        });

        it("ends where it is cancelled, refuses what does not fit, and answers afterwards", async () => {
          const cancelled = await page.evaluate(
            async (request) => {
              const control = new AbortController();
              const [answer] = await window.model.generate([request], {
                signal: control.signal,
                onText: () => control.abort(),
              });
              return answer!;
            },
            ask({ maxTokens: 40 }),
          );
          expect(cancelled.stopReason).toBe("cancelled");
          expect(cancelled.tokenIds!.length).toBeLessThan(4);
          expect(await generate(ask({ maxTokens: 61 }))).toMatchObject({ stopReason: "context_overflow", text: "" });
          expect((await generate(ask())).tokenIds).toEqual(first.tokenIds!.slice(0, 1));
        });

        it("takes no adapter, and rejects what is under way when it is disposed", async () => {
          const [refused, disposed] = await page.evaluate(
            async (request) => {
              const told = (promise: Promise<unknown>) =>
                promise.then(
                  () => "nothing",
                  (error: Error) => `${error.name}: ${error.message}`,
                );
              const adapter = { sha256: "", name: "mine", baseModel: "", config: {}, weights: new Uint8Array() };
              const refusal = await told(window.model.useAdapter(adapter));
              const running = told(window.model.generate([request]));
              setTimeout(() => void window.model.dispose(), 500);
              return [refusal, await running];
            },
            ask({ maxTokens: 40 }),
          );
          expect(refused).toMatch(/^UserError: WebLLM cannot load adapters .* merge mine into the weights/);
          expect(disposed).toBe("UserError: The model was disposed: load it again.");
        });
      },
    );
  },
);

interface Forced {
  rows: Float32Array[];
  /** Logarithms of the probabilities of the opening's tokens. */
  chances: number[];
}

function argmax(logits: Float32Array): number {
  return logits.reduce((best, value, id) => (value > logits[best]! ? id : best), 0);
}
