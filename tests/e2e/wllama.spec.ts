import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import type { GenerateRequest, ModelSpec } from "../../src/protocol/index.ts";
import { certain, GGUF, tinyModel, type Reference, type Row } from "../models/wllama-models.ts";
import { TWO_TOOLS } from "../models/tools.ts";
import type { ModelsHost } from "./models/host.ts";
import { test } from "./models/fixture.ts";

const reference = JSON.parse(readFileSync(`${GGUF}/reference.json`, "utf8")) as Reference;
const MODELS = ["llama", "qwen2"];

async function place(host: ModelsHost, name: string): Promise<ModelSpec> {
  const { spec, files } = await tinyModel(name);
  for (const [path, data] of files) host.answers.set(path, data);
  return spec;
}

const ask = (question: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [
    { role: "system", content: reference.system },
    { role: "user", content: question },
  ],
  ...{ tools: [], maxTokens: 16, temperature: 0, topP: 1, seed: 1, stop: [] },
  ...more,
});

/** What comes of requests, one call for each group. */
function generate(page: Page, spec: ModelSpec, groups: GenerateRequest[][]) {
  return page.evaluate(
    async ([spec, groups]) => {
      const model = await window.models.loadModel(spec, { device: "auto", dtype: "auto" });
      const texts: string[] = [];
      const onText = (index: number, delta: string) => void (texts[index] = (texts[index] ?? "") + delta);
      const out = [];
      for (const group of groups) out.push(await model.generate(group, { onText }));
      const { device, dtype, sha256 } = model;
      await model.dispose();
      return { out, texts, device, dtype, sha256 };
    },
    [spec, groups] as const,
  );
}

for (const name of MODELS) {
  test(`a tiny ${name} writes PyTorch's greedy tokens, as base and with a PEFT adapter at two strengths`, async ({
    models,
    host,
  }) => {
    const spec = await place(host, name);
    const rows = reference.models[name]!;
    const files = ["adapter_config.json", "adapter_model.safetensors"].map((file) =>
      readFileSync(`${GGUF}/${name}/${file}`).toString("base64"),
    ) as [string, string];
    const requests = rows.map(({ question }) => ask(question, { wantDecision: true }));
    const [base, adapted, half, again] = await models.evaluate(
      async ([spec, requests, [config, weights], scale]) => {
        const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const both = { "adapter_config.json": bytes(config), "adapter_model.safetensors": bytes(weights) };
        const model = await window.models.loadModel(spec, { device: "wasm", dtype: "auto" });
        const base = await model.generate(requests);
        const adapter = await window.models.openAdapter(both, "mine", spec.id);
        await model.useAdapter(adapter);
        const adapted = await model.generate(requests);
        const view = await model.withAdapter!(adapter, scale);
        const half = await view.generate(requests);
        await view.dispose();
        await model.useAdapter(null);
        const again = await model.generate(requests);
        await model.dispose();
        return [base, adapted, half, again] as const;
      },
      [spec, requests, files, reference.scale] as const,
    );
    for (const [place, row] of rows.entries()) {
      for (const [kind, found] of [
        ["base", base],
        ["adapted", adapted],
        ["half", half],
      ] as const) {
        const { tokenIds, usage, decision } = found[place]!;
        const expected = row[kind as keyof Row & ("base" | "adapted" | "half")]!;
        const told = `${name}, ${row.question}, ${kind}`;
        expect(usage.promptTokens, told).toBe(row.prompt);
        // A last token within a character is no part of the text.
        const sure = certain(expected).slice(0, tokenIds!.length);
        expect(sure.length, told).toBeGreaterThan(Math.min(3, certain(expected).length - 1));
        expect(tokenIds!.slice(0, sure.length), told).toEqual(sure);
        for (const [i, { probability }] of decision!.top.entries()) {
          expect(Math.abs(probability - expected.first.probabilities[i]!), told).toBeLessThan(1e-4);
        }
      }
      expect(again[place]).toMatchObject({ tokenIds: base[place]!.tokenIds, adapter: null });
    }
    expect(adapted[0]!.adapter).toMatch(/^[0-9a-f]{64}$/);
  });
}

test("tokens depend on the request alone: not on neighbours, on what ran before, on the decision, or on streaming", async ({
  models,
  host,
}) => {
  const spec = await place(host, "llama");
  const requests = reference.models.llama!.map(({ question }, place) =>
    ask(question, { temperature: place % 2 ? 1.5 : 0, topP: 0.9, seed: place, tools: place < 2 ? TWO_TOOLS : [] }),
  );
  const measured = requests.map((request) => ({ ...request, wantDecision: true }));
  const { out, texts } = await generate(models, spec, [
    requests,
    ...[...measured].reverse().map((one) => [one]),
    requests,
  ]);
  const [first, ...others] = out;
  const last = others.pop()!;
  const tokens = (generations: typeof first) => generations!.map(({ tokenIds, text }) => ({ tokenIds, text }));
  expect(tokens(last)).toEqual(tokens(first));
  expect(tokens(others.reverse().flat())).toEqual(tokens(first));
  // Told twice, as the first and the last group have a fourth request.
  expect(texts.at(-1)).toBe(first!.at(-1)!.text + last.at(-1)!.text);
  const decision = others.flat()[0]!.decision!;
  const sum = decision.options.reduce((total, { probability }) => total + probability, 0);
  expect(sum).toBeCloseTo(1, 9);
  expect(decision.options.map(({ option }) => option)).toEqual(["none", ...TWO_TOOLS.map(({ name }) => name), "other"]);
});

test("bans, stops, prefills and limits hold", async ({ models, host }) => {
  const spec = await place(host, "qwen2");
  const [row] = reference.models.qwen2!;
  const plain = ask(row!.question);
  const { out } = await generate(models, spec, [[plain]]);
  const text = out[0]![0]!.text;
  const piece = text.slice(2, 5);
  const { out: ended } = await generate(models, spec, [
    [
      { ...plain, stop: [piece] },
      { ...plain, banned: [piece] },
      { ...plain, prefill: text.slice(0, 3), banned: [piece] },
      { ...plain, maxTokens: 400, messages: [{ role: "user", content: "much ".repeat(300) }] },
      { ...plain, maxTokens: 500, wantDecision: true },
      { ...plain, prefill: "<tool_call>" },
    ],
  ]);
  const [stopped, banned, behind, long, crowded, prefilled] = ended[0]!;
  expect(stopped).toMatchObject({ text: text.slice(0, 5), stopReason: "stop" });
  expect(banned!.text).not.toContain(piece);
  expect(banned!.text.slice(0, 2)).toBe(text.slice(0, 2));
  expect(behind!.text).not.toContain(piece);
  expect(behind!.text.startsWith(text.slice(0, 3))).toBe(true);
  expect(long).toMatchObject({ text: "", stopReason: "context_overflow" });
  expect(crowded).toMatchObject({ text: "", stopReason: "context_overflow" });
  expect(prefilled!.text.startsWith("<tool_call>")).toBe(true);
  expect(prefilled!.usage.promptTokens).toBe(row!.prompt + 1);
});

test("a cancelled request ends with what it wrote, those behind it at once; a file that is no model is refused", async ({
  models,
  host,
}) => {
  const spec = await place(host, "llama");
  const broken = { ...spec, id: "broken", title: "broken", baseUrl: "models/broken/" };
  const data = Buffer.from("no model");
  const { createHash } = await import("node:crypto");
  const sha256 = createHash("sha256").update(data).digest("hex");
  const files = [{ path: "gguf/model-fp32.gguf", bytes: data.length, sha256 }];
  host.answers.set("/models/broken/manifest.json", Buffer.from(JSON.stringify({ dtypes: ["fp32"], files })));
  host.answers.set("/models/broken/gguf/model-fp32.gguf", data);
  const [cancelled, after, refused] = await models.evaluate(
    async ([spec, broken, request]) => {
      const model = await window.models.loadModel(spec, { device: "wasm", dtype: "auto" });
      const controller = new AbortController();
      const options = { signal: controller.signal, onText: () => controller.abort() };
      const cancelled = await model.generate([request, request], options);
      const [after] = await model.generate([{ ...request, maxTokens: 3 }]);
      await model.dispose();
      const refused: string[] = [];
      for (const order of [
        () => window.models.loadModel(broken, { device: "wasm", dtype: "auto" }),
        () => window.models.loadModel(spec, { device: "webgpu", dtype: "auto" }),
        () => window.models.loadModel(spec, { device: "wasm", dtype: "q4" }),
        () => model.generate([request]),
      ]) {
        await order().catch((error: Error) => refused.push(`${error.name}: ${error.message}`));
      }
      return [cancelled, after, refused] as const;
    },
    [spec, broken, ask("Hi, what is 3 + 4?", { maxTokens: 200, temperature: 1 })] as const,
  );
  expect(cancelled.map(({ stopReason }) => stopReason)).toEqual(["cancelled", "cancelled"]);
  expect(cancelled[0]!.tokenIds!.length).toBeLessThan(6);
  expect(cancelled[1]!.text).toBe("");
  expect(after!.tokenIds!.length).toBeGreaterThan(0);
  expect(refused).toEqual([
    expect.stringMatching(/^UserError: The file of broken is no GGUF file/),
    expect.stringMatching(/^UserError: tiny llama runs on WASM/),
    expect.stringMatching(/^UserError: tiny llama \(wllama\) does not come in q4: choose fp32/),
    expect.stringMatching(/^UserError: The model was disposed/),
  ]);
});
