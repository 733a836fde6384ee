import type { Page } from "@playwright/test";
import type { ExecResult } from "../../../src/protocol/index.ts";
import { expect, test as base } from "./fixtures.ts";
import type { SandboxHost } from "./host.ts";
import { OPENED, toldOf, triesToReach } from "./reach.ts";

// JavaScript bodies that want out of their worker, each followed by an honest one, which must be well.

interface Options {
  args?: Record<string, unknown>;
  seed?: number;
  timeout?: number;
}

function run(page: Page, body: string, { args = {}, ...options }: Options = {}): Promise<ExecResult> {
  return page.evaluate(([text, given, rest]) => window.javascript.execute(text, given, { timeout: 20, ...rest }), [
    body,
    args,
    options,
  ] as const);
}

/** A body that ends its function early: `code` runs at the script's top level before the call, `inside` when it comes. */
const breakOut = (code: string, inside = "") => `${inside}\n});\n${code}\n(async (args) => {`;

async function open(page: Page, host: SandboxHost): Promise<Page> {
  await page.goto(host.url);
  await page.waitForFunction(() => "javascript" in window);
  return page;
}

const test = base.extend<{ own: Page }, { common: Page }>({
  own: async ({ host, page }, use) => use(await open(page, host)),
  // One page for all bodies that are to leave nothing behind: what one left, another would find.
  common: [
    async ({ host, browser }, use) => {
      const page = await open(await browser.newPage(), host);
      await use(page);
      await page.close();
    },
    { scope: "worker" },
  ],
});

test.describe.configure({ timeout: 300_000 });

test("a body gets its arguments, logs, and gives back a value; nothing of Python is fetched", async ({
  host,
  own: page,
}) => {
  const before = host.requests.length;
  const told = await run(page, "console.log('sum of', args); return args.a + args.b;", { args: { a: 2, b: 40 } });
  expect(told).toMatchObject({
    success: true,
    output: 'sum of {"a":2,"b":40}\n42',
    value: "42",
    error: null,
    killed: null,
    files: {},
  });
  expect(told.execution_time).toBeGreaterThan(0);
  expect(host.requests.slice(before).filter((path) => path.includes("runtime/python"))).toEqual([]);
});

test("a body that is no JavaScript is an error with the line, at once", async ({ common: page }) => {
  const begun = Date.now();
  const told = await run(page, "const a = 1;\nreturn a +;", { timeout: 60 });
  expect(told).toMatchObject({ success: false, killed: null, error: { type: "SyntaxError" } });
  expect(told.error?.message).toMatch(/Unexpected token.*\(line 2\)$/);
  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(await run(page, "null.x")).toMatchObject({ success: false, error: { type: "TypeError" }, killed: null });
  const later = "setTimeout(() => { throw new RangeError('late'); }); await new Promise(() => {});";
  expect(await run(page, later)).toMatchObject({ error: { type: "RangeError" }, killed: null });
});

test("a body reaches neither network nor storage nor page nor code from text, inside its function or out of it", async ({
  host,
  own: page,
}) => {
  const target = `${host.url}robbed`;
  const asked = () => host.requests.filter((path) => path.includes("robbed"));
  await page.evaluate(() => localStorage.setItem("secret", "of the page"));
  const blob = `URL.createObjectURL(new Blob(["postMessage(1)"], { type: "text/javascript" }))`;
  const tries: Record<string, string> = {
    ...triesToReach(target),
    "worker of a blob": `await opened(new Worker(${blob}))`,
    "importScripts of a blob": `importScripts(${blob})`,
    "import of a blob": `await import(${blob})`,
    BroadcastChannel: `new BroadcastChannel("x")`,
    "locks of the origin": `await navigator.locks.query()`,
    top: `top.location`,
    opener: `opener.location`,
    "code of an async function": `await (async () => {}).constructor("return 1")()`,
  };
  const told = `${OPENED} ${toldOf(tries)} return told;`;
  const inside = await run(page, told, { timeout: 60 });
  const tried = `globalThis.tried = (async () => { ${told} })();`;
  const broken = await run(page, breakOut(tried, "return await tried;"), { timeout: 60 });
  for (const result of [inside, broken]) {
    const ways = JSON.parse(result.value ?? "{}") as Record<string, string>;
    expect(Object.keys(ways)).toHaveLength(Object.keys(tries).length);
    expect(Object.entries(ways).filter(([, how]) => how !== "refused")).toEqual([]);
  }
  expect(asked()).toEqual([]);
});

const HONEST = "return [typeof left, typeof Object.prototype.left, 6 * 7].join(' ')";
const PORT = `addEventListener("message", ({ data }) => { globalThis.port = data.port; attack(); });`;
const post = (message: string, inside = "") =>
  breakOut(`${PORT} const attack = () => { port.postMessage(${message}); };`, inside);

const ATTACKS: { name: string; body: string; ends: (string | null)[]; timeout?: number }[] = [
  { name: "an endless loop", body: "for (;;);", ends: ["timeout"], timeout: 0.5 },
  { name: "an endless loop before its call", body: breakOut("for (;;);"), ends: ["timeout"], timeout: 0.5 },
  { name: "a promise that nobody keeps", body: "await new Promise(() => {});", ends: ["timeout"], timeout: 0.5 },
  { name: "endless microtasks", body: "for (;;) await null;", ends: ["timeout"], timeout: 0.5 },
  {
    name: "a regular expression without an end",
    body: "return /(a+)+$/.test('a'.repeat(60) + 'b')",
    ends: ["timeout"],
    timeout: 0.5,
  },
  { name: "its own end", body: "close(); await new Promise(() => {});", ends: ["crash", "timeout"], timeout: 1 },
  { name: "a flood of lines", body: "for (;;) console.log('x'.repeat(1000));", ends: ["output"] },
  { name: "a flood of short lines on the other stream", body: "for (;;) console.error('x');", ends: ["output"] },
  { name: "a long value", body: "return 'x'.repeat(2 ** 21)", ends: ["output"] },
  { name: "a long message", body: "throw new Error('x'.repeat(2 ** 21))", ends: ["output"] },
  {
    name: "a flood past the counter",
    body: post("{ type: 'output', stream: 'stdout', bytes: new Uint8Array(2 ** 21) }"),
    ends: ["output"],
  },
  {
    name: "a long value past the counter",
    body: breakOut(
      `${PORT} const attack = () => port.addEventListener("message", ({ data: { nonce } }) =>
        port.postMessage({ type: "done", nonce, value: "x".repeat(2 ** 21), errorType: null, errorMessage: "" }));`,
      "await new Promise(() => {});",
    ),
    ends: ["output"],
  },
  {
    name: "a forged result without the nonce",
    body: post("{ type: 'done', nonce: '', value: 'forged', errorType: null, errorMessage: '' }", "for (;;);"),
    ends: ["timeout"],
    timeout: 0.5,
  },
  {
    name: "a forged reason",
    body: post("{ type: 'limit', reason: 'cancelled' }"),
    ends: ["crash"],
  },
  {
    name: "a stream that is none",
    body: post("{ type: 'output', stream: 'constructor', bytes: new Uint8Array(1) }"),
    ends: ["crash"],
  },
  {
    name: "bytes that are none",
    body: post("{ type: 'output', stream: 'stdout', bytes: { length: -1e9 } }"),
    ends: ["crash"],
  },
  { name: "nothing at all", body: post("null"), ends: ["crash"] },
  {
    name: "words to the frame",
    body: "for (let i = 0; i < 1000; i++) postMessage({ type: 'done', value: 'forged' }); return 'mine'",
    ends: [null],
  },
  {
    name: "the port by a changed prototype",
    body: `
      let got = "nothing";
      for (const name of ["postMessage", "start", "close"]) MessagePort.prototype[name] = function () { got = this; };
      Function.prototype.bind = Function.prototype.call = function () { got = this; };
      console.log("x"); return String(got)`,
    ends: [null],
  },
  { name: "what it leaves", body: "globalThis.left = 1; Object.prototype.left = 1; return 1", ends: [null] },
];

for (const { name, body, ends, timeout = 30 } of ATTACKS) {
  test(`${name} ends as it should, and the next body is well`, async ({ common: page }) => {
    await page.evaluate(() => {
      const window_ = window as Window & { heard?: number };
      if (window_.heard === undefined) addEventListener("message", () => window_.heard!++);
      window_.heard = 0;
    });
    const told = await run(page, body, { timeout });
    expect(ends, JSON.stringify(told).slice(0, 300)).toContain(told.killed);
    expect(told.output).not.toContain("forged");
    expect(told.output).not.toContain("MessagePort");
    expect(told.output.length).toBeLessThanOrEqual(2 ** 21);
    expect(await run(page, HONEST)).toMatchObject({ success: true, output: "undefined undefined 42" });
    expect(await page.evaluate(() => (window as Window & { heard?: number }).heard)).toBe(0);
  });
}

test("bodies that run at once know nothing of each other", async ({ common: page }) => {
  const told = await page.evaluate(() =>
    Promise.all([
      window.javascript.execute(
        "globalThis.secret = args.word; await new Promise((r) => setTimeout(r, 800)); return secret",
        {
          word: "sesame",
        },
      ),
      window.javascript.execute(
        "await new Promise((r) => setTimeout(r, 400)); return [typeof secret, typeof BroadcastChannel, args, Object.keys(globalThis).join()]",
        {},
      ),
    ]),
  );
  expect(told[0]?.value).toBe("sesame");
  expect(told[1]?.value).not.toContain("sesame");
  expect(told[1]?.value).toMatch(/^\["undefined","undefined",\{\}/);
});

test("a seed decides random numbers and time", async ({ common: page }) => {
  const body =
    "return [Math.random(), Date.now(), new Date().toISOString(), performance.now(), crypto.getRandomValues(new Uint8Array(4))]";
  const [first, again, other, free] = [
    await run(page, body, { seed: 5 }),
    await run(page, body, { seed: 5 }),
    await run(page, body, { seed: 6 }),
    await run(page, body),
  ];
  expect(again.value).toBe(first.value);
  expect(other.value).not.toBe(first.value);
  expect(first.value).toContain("2026-01-01T00:00:00.000Z");
  expect(free.value).not.toContain("2026-01-01T00:00:00.000Z");
});

test("after many bodies their frame makes way for a new one, once the last of them has ended", async ({
  own: page,
}) => {
  const told = await page.evaluate(async () => {
    const frames = () => [...document.querySelectorAll("iframe")];
    const first = await window.javascript.execute("return 1").then(frames);
    // Runs in the first frame until the sandbox is closed.
    const long = window.javascript.execute("await new Promise(() => {});", {}, { timeout: 60 });
    let count = 0;
    while (frames().length < 2 && count++ < 1000) await window.javascript.execute("return 1");
    const both = frames().length;
    const next = await window.javascript.execute("return 6 * 7");
    window.javascript.dispose();
    return { first: first.length, both, value: next.value, long: (await long).killed, left: frames().length };
  });
  expect(told).toEqual({ first: 1, both: 2, value: "42", long: "cancelled", left: 0 });
});

test("a body can be cancelled, and a sandbox that was closed says so", async ({ own: page }) => {
  const told = await page.evaluate(async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const cancelled = await window.javascript.execute("for (;;);", {}, { signal: stop.signal });
    const running = window.javascript.execute("for (;;);");
    setTimeout(() => window.javascript.dispose(), 300);
    const closed = await running;
    const after = await window.javascript.execute("return 1").catch((error: Error) => error.message);
    return [cancelled.killed, closed.killed, after, document.querySelectorAll("iframe").length];
  });
  expect(told).toEqual(["cancelled", "cancelled", "This sandbox was closed: make a new one.", 0]);
});
