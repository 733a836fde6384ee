import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureBuilt } from "../../scripts/build.js";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import { homeDirectory, startServer } from "../../trainer-server/server/index.ts";
import { PythonEnvironment } from "../../trainer-server/server/python.ts";
import type { Run, SampleResult } from "../../src/protocol/index.ts";
import { agentcoder } from "../cli/child.ts";

// A real model, downloaded and converted on this machine: killed, stopped by a person, and made whole in the end.
const MODEL = "smollm2-135m";
let home: string;
let python: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "agentcoder-preparing-"));
  python = await new PythonEnvironment(homeDirectory(), "trainer-server/requirements.txt").ready();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const environment = () => ({ AGENTCODER_HOME: home, AGENTCODER_PYTHON: python });
const models = () => readdirSync(join(home, "models/base"));

it("a preparation that is killed in the middle leaves no model", async () => {
  const argv = ["bin/agentcoder.js", "models", "prepare", MODEL];
  const child = spawn(process.execPath, argv, { env: { ...process.env, ...environment() }, detached: true });
  const ended = new Promise((done) => child.on("close", done));
  // Progress is for a terminal. What it writes into appears once the weights are there.
  const part = join(home, "models/base", `.${MODEL}.part`, "onnx");
  while (child.exitCode === null && !existsSync(part)) await setTimeout(200);
  expect(child.exitCode, "it ended by itself").toBe(null);
  process.kill(-child.pid!, "SIGKILL");
  await ended;
  const { code, err } = await agentcoder(["models", "check", MODEL], environment());
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${MODEL} is not on this machine`) });
});

it("from the page: stopped, begun again, made whole, and evaluated", async () => {
  const dist = await ensureBuilt();
  const server = await startServer({ dist, home, python });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags() });
  try {
    const page = await browser.newPage();
    // How long a step takes is the machine's affair: only the test as a whole has a limit.
    page.setDefaultTimeout(0);
    await page.goto(server.url);
    await page.getByRole("radio", { name: /SmolLM2/ }).check({ force: true });
    await prepare(page);
    await page.locator("[role=progressbar][aria-valuenow='5'], [role=progressbar][aria-valuenow^='1']").waitFor();
    await page.getByRole("button", { name: "Stop preparing" }).click();
    await page.getByText("Preparing was stopped").waitFor();
    await prepare(page);
    await page.waitForFunction(
      () => !document.body.innerText.includes("prepare once") || document.querySelector("[role=alert]"),
    );
    expect(await page.getByRole("alert").allInnerTexts()).toEqual([]);
    expect(models()).toEqual([MODEL]);
    await page.getByLabel("Samples", { exact: true }).fill("2");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("region", { name: "Headline" }).waitFor();
  } finally {
    await browser.close();
    await server.close();
  }
  const { code, out } = await agentcoder(["models", "check", MODEL, "--json"], environment());
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ id: MODEL, parity: { q8: expect.any(Number) } });
});

it("a sample's tokens are the same whoever runs beside it", async () => {
  const run = async (limit: number) => {
    const output = join(home, `${limit}.json`);
    const argv = `baseline --model ${MODEL} --dataset tool_use_v0 --split test --limit ${limit} --output`.split(" ");
    expect(await agentcoder([...argv, output], environment())).toMatchObject({ code: 0 });
    return JSON.parse(readFileSync(output, "utf8")) as Run;
  };
  const said = ({ transcript }: SampleResult) =>
    transcript.flatMap((event) => (event.type === "model" ? [event.tokenIds] : []));
  const [few, many] = [await run(8), await run(24)];
  // A smaller limit's samples are among a larger one's; of so few each runs alone, of many most run side by side.
  for (const result of few.results) {
    expect(said(result).flat().length).toBeGreaterThan(0);
    expect(said(result)).toEqual(said(many.results.find(({ sample_id }) => sample_id === result.sample_id)!));
  }
});

const prepare = (page: Page) => page.getByRole("button", { name: /^Prepare SmolLM2/ }).click();
