import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import type { ExecResult } from "../../src/protocol/index.ts";
import type { PythonSandbox } from "../../src/sandbox/index.ts";
import { startSandboxHost, type SandboxHost } from "../e2e/sandbox/host.ts";

// Two thousand programs of all kinds in one page: nothing may pile up.
const RUNS = 2000;
const PORTION = 20;
/** Milliseconds. */
const SETTLING = 1500;

declare const window: { sandbox: PythonSandbox };

interface Program {
  code: string;
  timeout?: number;
  memory?: number;
  /** What must come of it: the value, a kill, or an error's type. */
  ends: string;
}

const KINDS: [share: number, program: (n: number) => Program][] = [
  [30, (n) => ({ code: `${n} + 1`, ends: String(n + 1) })],
  [20, (n) => ({ code: `print(${n})\nsum(range(${n}))`, ends: String((n * (n - 1)) / 2) })],
  [15, (n) => ({ code: `import sympy\nsympy.factorint(${n + 2}).append(1)`, ends: "AttributeError" })],
  [10, () => ({ code: "open('a.txt', 'w').write('x' * 100000)", ends: "100000" })],
  [10, () => ({ code: "len(bytearray(40 << 20))", ends: String(40 << 20) })],
  [4, () => ({ code: "while True: pass", timeout: 0.3, ends: "timeout" })],
  [4, () => ({ code: "x = []\nwhile True: x.append(bytearray(1 << 20))", memory: 16, ends: "MemoryError" })],
  [4, () => ({ code: "while True: print('flood' * 1000)", ends: "output" })],
  [3, () => ({ code: "import os\nos.abort()", ends: "crash" })],
];
const WHEEL = KINDS.flatMap(([share, program]) => Array<typeof program>(share).fill(program));

let host: SandboxHost;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  host = await startSandboxHost();
  browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags() });
  page = await browser.newPage();
  await page.goto(host.url);
  await page.waitForFunction(() => "sandbox" in window);
});
afterAll(async () => {
  await browser.close();
  await host.close();
});

const endOf = ({ killed, error, value }: ExecResult) => killed ?? error?.type ?? value;

/** MiB of their own that the browser's processes hold: what they map of its files is shared with other browsers here. */
function memoryHeld(): number {
  const all = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const rows = all.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
  const ours = new Set(rows.filter(([, , parent]) => parent === String(process.pid)).map(([, pid]) => pid));
  for (let before = -1; before !== ours.size;) {
    before = ours.size;
    for (const [, pid, parent] of rows) if (ours.has(parent)) ours.add(pid);
  }
  const kib = [...ours].map((pid) => {
    try {
      const told = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      return [...told.matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+)/gm)].reduce((sum, [, part]) => sum + Number(part), 0);
    } catch {
      return 0; // it has ended since
    }
  });
  return kib.reduce((a, b) => a + b, 0) / 1024;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

it("two thousand mixed runs leave no worker and no memory behind", async () => {
  const held: number[] = [];
  for (let from = 0; from < RUNS; from += PORTION) {
    // 37 and 100 have no common divisor: every kind comes up at its share, in a fixed order.
    const programs = Array.from({ length: PORTION }, (_, i) => WHEEL[((from + i) * 37) % WHEEL.length]!(from + i));
    const results = await page.evaluate(async (all) => {
      const done = [];
      for (const { code, ends: _, ...limits } of all)
        done.push(await window.sandbox.execute(code, { timeout: 60, ...limits }));
      return done;
    }, programs);
    expect(results.map(endOf)).toEqual(programs.map(({ ends }) => ends));
    // Until every place has its next interpreter ready: half-started ones come and go by tens of MiB.
    await page.waitForTimeout(SETTLING);
    held.push(memoryHeld());
  }
  const quarter = held.length / 4;
  const [second, last] = [median(held.slice(quarter, 2 * quarter)), median(held.slice(3 * quarter))];
  process.stdout.write(`soak, MiB after each portion: ${held.map((value) => value.toFixed(0)).join(" ")}\n`);
  process.stdout.write(`soak: ${second.toFixed(0)} MiB in the second quarter, ${last.toFixed(0)} MiB in the last\n`);
  expect(last / second).toBeLessThanOrEqual(1.05);
  await page.evaluate(() => window.sandbox.dispose());
  await expect.poll(() => page.workers().length).toBe(0);
  expect(await page.locator("iframe").count()).toBe(0);
});
