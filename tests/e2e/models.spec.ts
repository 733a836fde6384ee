import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { parseTurn } from "../../src/agent/parse.ts";
import type { GenerateRequest, Generation, LoadedModel, ModelSpec } from "../../src/protocol/index.ts";
import { open, test } from "./models/fixture.ts";
import { FOUR_TOOLS, TWO_TOOLS } from "../models/tools.ts";

/** What a page can be asked: load a model, run requests one by one or together, tell what came of it. */
interface Order {
  together?: boolean;
  spec?: Partial<ModelSpec>;
  device?: "auto" | "webgpu" | "wasm";
  requests?: GenerateRequest[];
}
type Told = Pick<LoadedModel, "device" | "dtype" | "sha256" | "fallback" | "warnings"> & { generations: Generation[] };

/** Loads nano (or a variant of its spec) and runs the requests; errors come back as `Name: message`. */
function run(page: Page, order: Order): Promise<Told | string> {
  return page.evaluate(async ({ spec, device = "wasm", requests = [], together }) => {
    try {
      const model = await window.models.loadModel(
        { ...window.models.getModel("nano"), ...spec },
        { device, dtype: "auto" },
      );
      const generations: Generation[] = [];
      if (together) generations.push(...(await model.generate(requests)));
      else for (const request of requests) generations.push(...(await model.generate([request])));
      await model.dispose();
      const { dtype, sha256, fallback, warnings } = model;
      return { device: model.device, dtype, sha256, fallback, warnings: warnings ?? [], generations };
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  }, order);
}

async function told(page: Page, order: Order): Promise<Told> {
  const result = await run(page, order);
  expect(result).toBeInstanceOf(Object);
  return result as Told;
}

function ask(content: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  const messages = [{ role: "user" as const, content }];
  return { messages, tools: TWO_TOOLS, maxTokens: 24, temperature: 0, topP: 1, seed: 3, stop: [], ...more };
}

const REQUESTS = [
  ask("Hi, what is 48213 times 9127?", { wantDecision: true }),
  ask("Hey, what is 3 + 4?", { temperature: 1, topP: 0.9 }),
  ask("So, name the last in, first out structure.", { tools: [] }),
];
const ids = (generations: Generation[]) => generations.map((generation) => generation.tokenIds);
/** Asked to be kept like a prepared model, so that the browser's cache is used. */
const KEPT = { id: "kept", title: "Kept", origin: "server" as const };

test("nano gives a request the same tokens alone, in any order, and on an isolated page or not", async ({
  models,
  host,
}) => {
  const together = await told(models, { requests: REQUESTS });
  expect(together).toMatchObject({ device: "wasm", dtype: "fp16", fallback: null });
  for (const generation of together.generations) expect(generation.tokenIds!.length).toBeGreaterThan(1);
  const reversed = await told(models, { requests: [...REQUESTS].reverse() });
  expect(ids([...reversed.generations].reverse())).toEqual(ids(together.generations));
  host.isolated = false;
  await open(models, host);
  expect(await models.evaluate(() => crossOriginIsolated)).toBe(false);
  for (const [i, request] of REQUESTS.entries()) {
    const alone = await told(models, { requests: [request] });
    expect(alone.sha256).toBe(together.sha256);
    expect(ids(alone.generations)).toEqual([together.generations[i]!.tokenIds]);
  }
});

test("nano gives forty requests the same tokens and decisions together and one by one", async ({ models }) => {
  const requests = Array.from({ length: 40 }, (_, i) =>
    ask(`${["Hi,", "Hey,", "Listen,", "Well,"][i % 4]} what is ${i * 7919} times ${"12345".slice(i % 5)}?`, {
      temperature: i % 3,
      seed: i,
      maxTokens: 8 + (i % 5) * 8,
      wantDecision: i % 2 === 0,
      ...(i % 7 === 3 && { prefill: "<tool_call>" }),
      ...(i % 7 === 5 && { banned: ["<tool_call>"] }),
    }),
  );
  const [apart, together] = [await told(models, { requests }), await told(models, { requests, together: true })];
  expect(ids(together.generations)).toEqual(ids(apart.generations));
  expect(together.generations.map(({ decision }) => decision)).toEqual(
    apart.generations.map(({ decision }) => decision),
  );
});

test("the decision is a distribution that knows the tools", async ({ models }) => {
  const { generations } = await told(models, { requests: [REQUESTS[0]!] });
  const { options, pCall, top } = generations[0]!.decision!;
  expect(options.map((option) => option.option)).toEqual(["none", "code_executor", "symbolic_math", "other"]);
  expect(options.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  expect(options[0]!.probability).toBeCloseTo(1 - pCall, 6);
  expect(top).toHaveLength(5);
});

test("constrained calls fit their tools' schemas, and text outside them is as it was", async ({ models }) => {
  const requests = Array.from({ length: 24 }, (_, i) =>
    ask(`Listen, what is ${i * 7919} times ${i + 3}?`, {
      ...{ tools: FOUR_TOOLS, maxTokens: 160, temperature: 2, seed: i, stop: ["</tool_call>"] },
      ...(i % 2 === 0 && { prefill: "<tool_call>" }),
    }),
  );
  const constrained = requests.map((request) => ({ ...request, constrainCalls: true }));
  const wild = (await told(models, { requests, together: true })).generations;
  const tame = (await told(models, { requests: constrained, together: true })).generations;
  const calls = (generations: Generation[]) => generations.filter(({ stopReason }) => stopReason === "tool_call");
  const proper = (generations: Generation[]) => calls(generations).filter(({ text }) => isProperCall(text));
  expect(proper(wild).length).toBeLessThan(calls(wild).length);
  expect(calls(tame).length).toBeGreaterThan(6);
  expect(proper(tame)).toEqual(calls(tame));

  const direct = [ask("Hey, what is 3 + 4?", { tools: FOUR_TOOLS, banned: ["<tool_call>"] })];
  const asked = direct.map((request) => ({ ...request, constrainCalls: true }));
  expect(ids((await told(models, { requests: asked })).generations)).toEqual(
    ids((await told(models, { requests: direct })).generations),
  );
  const wrong = ask("Hi", { prefill: '<tool_call>{"name":"nobody"', constrainCalls: true });
  expect(await run(models, { requests: [wrong] })).toMatch(
    /^UserError: What the turn is made to begin with is no call/,
  );
});

/** Whether a turn's call names a listed tool and its arguments are of the types that the schema wants. */
function isProperCall(text: string): boolean {
  const { calls } = parseTurn(text);
  const call = calls[0]?.call;
  const tool = FOUR_TOOLS.find(({ name }) => name === call?.name);
  return tool !== undefined && Value.Check(tool.parameters as TSchema, call!.arguments);
}

test("a running job is cancelled within a step and keeps what it wrote", async ({ models }) => {
  const requests = Array.from({ length: 40 }, (_, i) => ask(`Hi, what is ${i + 10000} times 9127?`, { maxTokens: 40 }));
  const { generations, seen, after } = await models.evaluate(async (requests) => {
    const model = await window.models.loadModel(window.models.getModel("nano"), { device: "wasm", dtype: "auto" });
    const controller = new AbortController();
    const seen: string[] = [];
    const onText = (index: number, delta: string) => {
      seen[index] = (seen[index] ?? "") + delta;
      if (index === 2) controller.abort();
    };
    const generations = await model.generate(requests, { signal: controller.signal, onText });
    const after = await model.generate([requests[0]!]);
    await model.dispose();
    return { generations, seen, after: after[0]! };
  }, requests);
  expect(generations).toHaveLength(40);
  expect(generations.at(-1)).toMatchObject({ stopReason: "cancelled", text: "" });
  for (const [index, text] of seen.entries()) expect(generations[index]!.text.startsWith(text)).toBe(true);
  expect(generations.filter((generation) => generation.text !== "").length).toBeLessThanOrEqual(16);
  expect(after.tokenIds!.slice(0, generations[0]!.tokenIds!.length)).toEqual(generations[0]!.tokenIds);
});

test("loading is aborted at once", async ({ models }) => {
  const outcome = await models.evaluate(async () => {
    const controller = new AbortController();
    const loading = window.models.loadModel(window.models.getModel("nano"), {
      device: "wasm",
      dtype: "auto",
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    return loading.then(
      () => "loaded",
      (error: Error) => error.name,
    );
  });
  expect(outcome).toBe("AbortError");
});

test("a disposed model refuses instead of waiting for ever", async ({ models }) => {
  const outcome = await models.evaluate(async (request) => {
    const model = await window.models.loadModel(window.models.getModel("nano"), { device: "wasm", dtype: "auto" });
    await model.dispose();
    return model.generate([request]).catch((error: Error) => `${error.name}: ${error.message}`);
  }, REQUESTS[0]!);
  expect(outcome).toBe("UserError: The model was disposed: load it again.");
});

test("a prompt that leaves no room is told, not crashed on", async ({ models }) => {
  const { generations } = await told(models, { requests: [ask("word ".repeat(3000)), ask("Hey, what is 3 + 4?")] });
  expect(generations[0]).toMatchObject({ stopReason: "context_overflow", text: "" });
  expect(generations[1]!.stopReason).not.toBe("context_overflow");
});

test("missing, corrupted and broken files give one sentence each", async ({ models, host }) => {
  const missing = await run(models, { spec: { baseUrl: "models/nowhere/", ...KEPT } });
  expect(missing).toMatch(/^UserError: Kept is not prepared yet.*npx agentcoder models prepare kept`\.$/);
  host.answers.set("/models/nano/tokenizer.json", Buffer.from("{}"));
  expect(await run(models, {})).toMatch(
    /^UserError: The file tokenizer\.json of nano is corrupted: its sha256 is [0-9a-f]{64}, [0-9a-f]{64} was expected\./,
  );
  host.answers.set("/models/nano/tokenizer.json", null);
  expect(await run(models, {})).toMatch(/^UserError: The file tokenizer\.json of nano could not be fetched \(.*404\)/);
  host.answers.set("/models/nano/manifest.json", Buffer.from("<!doctype html>"));
  expect(await run(models, {})).toMatch(/^UserError: The files of nano are not at models\/nano\//);
});

test("a kept model is loaded without its server, and fetched again where it was damaged", async ({ models, host }) => {
  const order = { spec: KEPT, requests: [REQUESTS[0]!] };
  const first = await told(models, order);
  expect(host.requests).toContain("/models/nano/tokenizer.json");
  for (const path of host.requests.filter((name) => name.startsWith("/models/"))) host.answers.set(path, null);
  host.answers.delete("/models/nano/manifest.json");
  expect(ids((await told(models, order)).generations)).toEqual(ids(first.generations));
  host.answers.clear();
  await models.evaluate(async () => {
    const cache = await caches.open("agentcoder-models");
    for (const request of await cache.keys()) {
      if (!request.url.includes("manifest")) await cache.put(request, new Response("damaged"));
    }
  });
  expect(ids((await told(models, order)).generations)).toEqual(ids(first.generations));
});

test("a full storage is a warning, not an error", async ({ models, host }) => {
  const session = await models.context().newCDPSession(models);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(host.url).origin, quotaSize: 1024 });
  const { warnings, generations } = await told(models, { spec: KEPT, requests: [REQUESTS[0]!] });
  expect(warnings).toEqual([
    expect.stringMatching(/^The model was not kept for the next time, because .*storage is full/),
  ]);
  expect(generations).toHaveLength(1);
});

test("WebGPU without an adapter: asked for it is refused, preferred it falls back and says so", async ({ models }) => {
  expect(await run(models, { device: "webgpu" })).toMatch(/^UserError: This browser offers no WebGPU adapter/);
  const { device, fallback } = await told(models, { device: "auto", spec: { defaultDevice: "auto" } });
  expect(device).toBe("wasm");
  expect(fallback).toBe("WebGPU is not available here, so the model runs on WASM.");
});

test("nano decodes greedily as PyTorch does", async ({ models }) => {
  const golden = JSON.parse(readFileSync("tests/models/golden/nano-greedy.json", "utf8")) as {
    weights: string;
    rows: { messages: GenerateRequest["messages"]; tools: boolean; tokens: number[] }[];
  };
  const weights = createHash("sha256").update(readFileSync("public/models/nano/model.safetensors")).digest("hex");
  expect(golden.weights, "nano changed: make the golden tokens again (tests/models/golden/greedy.py)").toBe(weights);
  const requests = golden.rows.map(({ messages, tools }) =>
    ask("", { messages, tools: tools ? TWO_TOOLS : [], maxTokens: 40 }),
  );
  const { generations } = await told(models, { requests });
  expect(ids(generations)).toEqual(golden.rows.map((row) => row.tokens));
  expect(golden.rows.length).toBeGreaterThanOrEqual(10);
});
