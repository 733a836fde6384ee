import { expect } from "@playwright/test";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import type { GenerateRequest } from "../../src/protocol/index.ts";
import { test as base } from "./models/fixture.ts";

// A GPU in software: slow, and its wide matrix kernels are wrong, which is what the soundness check is for.
const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];

const test = base.extend({
  models: async ({ models }, use) => {
    const adapter = await models.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null);
    test.skip(!adapter, "this machine's Chromium offers no WebGPU adapter, not even in software");
    await use(models);
  },
});
test.use({ launchOptions: { executablePath: findChromium(), args: [...chromiumFlags(), ...SOFTWARE_GPU] } });

const ask = (content: string, maxTokens: number): GenerateRequest => ({
  messages: [{ role: "user", content }],
  // Without tools the prompt is short: in software each token costs a second, and two pieces of it tell as much as nine.
  tools: [],
  maxTokens,
  temperature: 0,
  topP: 1,
  seed: 0,
  stop: [],
});

test("the device check tells what WebGPU computes from what WASM does", async ({ models }) => {
  test.setTimeout(300_000);
  const report = await models.evaluate(() =>
    window.models.checkDevice(window.models.getModel("nano"), { texts: ["Hi, what is 3 + 4?", "Sort them."] }),
  );
  expect(report).toMatchObject({ verdict: "agrees", agreement: 1, dtypes: { wasm: "fp16", webgpu: "fp16" } });
  if (report.verdict === "failed") throw new Error(report.reason);
  expect(report.positions).toBeGreaterThan(8);
  // Other kernels, other sums: never to the bit, never far.
  expect(report.maxError).toBeGreaterThan(0);
  expect(report.maxError).toBeLessThan(0.01);
});

test("a wrong GPU gives the tokens that WASM gives; a lost one ends the run with one sentence", async ({
  models,
  browser,
}) => {
  test.setTimeout(300_000);
  const request = ask("Hi, what is 48213 times 9127?", 3);
  const running = models.evaluate(async (request) => {
    const load = (device: "webgpu" | "wasm") =>
      window.models.loadModel(window.models.getModel("nano"), { device, dtype: "auto" });
    const expected = await (await load("wasm")).generate([request]);
    const model = await load("webgpu");
    const tokens: (number[] | undefined)[] = [];
    const errors: string[] = [];
    while (errors.length < 2) {
      await model.generate([request]).then(
        ([generation]) => {
          tokens.push(generation!.tokenIds);
          document.title = `done ${tokens.length}`;
        },
        (error: Error) => errors.push(`${error.name}: ${error.message}`),
      );
    }
    const { usage, tokenIds } = expected[0]!;
    return { device: model.device, width: usage.promptTokens, expected: tokenIds, tokens, errors };
  }, request);
  await expect(models).toHaveTitle(/done/, { timeout: 240_000 });
  const session = await browser.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess");
  const { device, width, expected, tokens, errors } = await running;
  expect(device).toBe("webgpu");
  // Wider than what a GPU with wrong kernels computes at once (src/models/transformers/soundness.ts).
  expect(width).toBeGreaterThan(16);
  expect(tokens[0]).toEqual(expected);
  for (const error of errors) expect(error).toMatch(/^DeviceLostError: The GPU was lost \(.+\): load the model again/);
});
