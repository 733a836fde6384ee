import { existsSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { homeDirectory } from "../../trainer-server/server/index.ts";
import { startModelsHost, type ModelsHost } from "./models/host.ts";

// The library from a program of one's own: a page that imports src/index.ts and nothing of the app.
const test = base.extend<{ examples: Page }, { host: ModelsHost }>({
  host: [
    async ({}, use) => {
      const host = await startModelsHost(join(import.meta.dirname, "seed-examples"));
      await use(host);
      await host.close();
    },
    { scope: "worker" },
  ],
  examples: async ({ host, page }, use) => {
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(host.url);
    await page.waitForFunction(() => "examples" in window);
    await use(page);
    expect(errors).toEqual([]);
  },
});

test("a model is loaded with a quantization, answers, and prints its metrics", async ({ examples }) => {
  const [output, metrics] = await examples.evaluate(() => window.examples.loadAModel("nano", "fp16"));
  expect(output).not.toBe("");
  expect(metrics).toMatchObject({ model: "nano", dtype: "fp16", device: "wasm", prompts: 1, callRate: 0 });
  expect(metrics.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(metrics.loadMs).toBeGreaterThan(0);
  expect(metrics.tokensPerSecond).toBeGreaterThan(0);
  const refused = await examples.evaluate(() => window.examples.loadAModel("nano", "4bit").catch(String));
  expect(refused).toMatch(/UserError: .*q4/);
});

test("a real pretrained model is loaded in 8 bits", async ({ examples }) => {
  const prepared = join(homeDirectory(), "models/base/smollm2-135m/manifest.json");
  test.skip(!existsSync(prepared), "smollm2-135m is not prepared here: npx agentcoder models prepare smollm2-135m");
  const [output, metrics] = await examples.evaluate(() => window.examples.loadAModel("smollm2-135m", "8bit"));
  expect(output).not.toBe("");
  expect(metrics).toMatchObject({ model: "smollm2-135m", dtype: "q8", prompts: 1 });
});

test("code is executed within limits; output, success and execution time are read", async ({ examples }) => {
  const { sum, endless, greedy, next } = await examples.evaluate(() => window.examples.runPython());
  expect(sum).toMatchObject({ success: true, output: "45\n", error: null, killed: null });
  expect(sum.execution_time).toBeGreaterThan(0);
  expect(sum.execution_time).toBeLessThan(5);
  expect(endless).toMatchObject({ success: false, killed: "timeout" });
  expect(greedy.success).toBe(false);
  expect(greedy.error?.type === "MemoryError" || greedy.killed === "memory").toBe(true);
  expect(next).toMatchObject({ success: true, value: "42", output: "42" });
});

test("tools are registered, and a model uses them", async ({ examples }) => {
  const { answer, fahrenheit } = await examples.evaluate(() =>
    window.examples.useTools("Okay, what is 4821 times 912?"),
  );
  expect(fahrenheit).toBe("212 F");
  expect(answer.toolUsed).toBe("code_executor");
  const types = answer.transcript.map((event) => event.type);
  expect(types).toEqual(expect.arrayContaining(["model", "decision", "tool_call", "tool_result", "answer"]));
  const result = answer.transcript.find((event) => event.type === "tool_result");
  expect(result).toMatchObject({ success: true, name: "code_executor" });
  expect(answer.output).toContain(result?.output.trim());
});

test("a dataset is generated and saved, the same for the same seed", async ({ examples }) => {
  const make = () => examples.evaluate(() => window.examples.generateData(4, 7));
  const { text, stored } = await make();
  const lines = text.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(stored);
  expect(stored).toHaveLength(4);
  expect((await make()).text).toBe(text);
});

test("a model is evaluated, its report read and its plots saved", async ({ examples }) => {
  const { run, page, files } = await examples.evaluate(() => window.examples.evaluateAModel("oracle", 6));
  expect(run).toMatchObject({
    status: "complete",
    metrics: { correctness: { value: 1, n: 6 }, tool_accuracy: { value: 1 } },
  });
  expect(run.digest?.tokens).toMatch(/^[0-9a-f]{64}$/);
  expect(page).toMatch(/^<!doctype html>/i);
  expect(page).not.toContain("<script");
  expect(files.length).toBeGreaterThan(0);
  expect(files.every((name) => name.endsWith(".svg"))).toBe(true);
});
