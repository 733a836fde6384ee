import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import { homeDirectory } from "../../trainer-server/server/index.ts";
import { PythonEnvironment } from "../../trainer-server/server/python.ts";
import { startModelsHost, type ModelsHost } from "../e2e/models/host.ts";
import { certain, GGUF, tinyModel, type Reference } from "../models/wllama-models.ts";

// Every architecture that llama.cpp runs for us, made anew by PyTorch on this machine.
let folder: string;
let host: ModelsHost;
let browser: Browser;
let reference: Reference;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "agentcoder-gguf-"));
  const python = await new PythonEnvironment(homeDirectory(), "trainer-server/requirements.txt").ready();
  execFileSync(python, ["-m", "trainer.testdata", "gguf", "--output", folder, "--seed", "1"], {
    cwd: "trainer-server",
    stdio: "pipe",
  });
  reference = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8")) as Reference;
  host = await startModelsHost(join(import.meta.dirname, "../e2e/models"));
  browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags() });
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("the tiny models that are kept are those that PyTorch makes", () => {
  const kept = JSON.parse(readFileSync(`${GGUF}/reference.json`, "utf8")) as Reference;
  for (const [name, rows] of Object.entries(kept.models)) {
    expect(readFileSync(join(folder, `${name}.gguf`)).equals(readFileSync(`${GGUF}/${name}.gguf`)), name).toBe(true);
    expect(reference.models[name]!.map(({ base }) => certain(base))).toEqual(rows.map(({ base }) => certain(base)));
  }
});

it.each(["llama", "qwen2", "starcoder2", "phi3"])("a tiny %s writes PyTorch's greedy tokens", async (name) => {
  const { spec, files } = await tinyModel(name, folder);
  for (const [path, data] of files) host.answers.set(path, data);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(host.url);
  await page.waitForFunction(() => "models" in window);
  const rows = reference.models[name]!;
  const found = await page.evaluate(
    async ([spec, system, questions]) => {
      const model = await window.models.loadModel(spec, { device: "auto", dtype: "auto" });
      const requests = questions.map((question) => ({
        messages: [
          { role: "system" as const, content: system },
          { role: "user" as const, content: question },
        ],
        ...{ tools: [], maxTokens: 16, temperature: 0, topP: 1, seed: 1, stop: [] },
      }));
      const generations = await model.generate(requests);
      await model.dispose();
      return generations.map(({ tokenIds, usage }) => ({ tokenIds: tokenIds!, promptTokens: usage.promptTokens }));
    },
    [spec, reference.system, rows.map(({ question }) => question)] as const,
  );
  await page.close();
  for (const [place, { prompt, base, question }] of rows.entries()) {
    const { tokenIds, promptTokens } = found[place]!;
    expect(promptTokens, question).toBe(prompt);
    const sure = certain(base).slice(0, tokenIds.length);
    expect(tokenIds.slice(0, sure.length), question).toEqual(sure);
    expect(tokenIds.length, question).toBeGreaterThan(base.tokens.length - 4);
  }
});
