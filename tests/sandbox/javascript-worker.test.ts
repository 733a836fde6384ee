import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { javaScriptWorker } from "../../src/sandbox/javascript-worker.ts";
import { createRandom } from "../../src/protocol/index.ts";

interface Said {
  stdout: string;
  stderr: string;
  limit: boolean;
  done: { nonce: string; value: string | null; errorType: string | null; errorMessage: string } | null;
}

interface Asked {
  args?: Record<string, unknown>;
  seed?: number;
  outputLimit?: number;
}

/** Plays the worker's global and the page. Resolves when the worker has said its last word. */
function run(body: string, { args = {}, seed, outputLimit = 1000 }: Asked = {}): Promise<Said> {
  return new Promise((resolve) => {
    const said: Said = { stdout: "", stderr: "", limit: false, done: null };
    const port = {
      onmessage: null as ((event: object) => void) | null,
      postMessage: (message: { type: string; stream?: "stdout" | "stderr"; bytes?: Uint8Array; value?: string }) => {
        if (message.type === "output") said[message.stream!] += new TextDecoder().decode(message.bytes);
        if (message.type === "limit") said.limit = true;
        if (message.type === "done") said.done = message as unknown as Said["done"];
        if (message.type !== "output") resolve(said);
      },
    };
    let heard: ((event: object) => void) | undefined;
    const addEventListener = (_type: string, listener: (event: object) => void) => void (heard = listener);
    const forbidden = { Worker: class {}, BroadcastChannel: class {} };
    // Copies: a seeded body changes them.
    const clock = { now: () => performance.now(), timeOrigin: 1 };
    const random = { getRandomValues: (view: unknown) => view };
    const given = { addEventListener, TextEncoder, navigator: {}, performance: clock, crypto: random, setTimeout };
    runInContext(javaScriptWorker(body), createContext({ ...given, ...forbidden }));
    heard?.({ data: { port } });
    port.onmessage?.({ data: { nonce: "n", args, seed: seed ?? null, outputLimit } });
  });
}

describe("a JavaScript body", () => {
  it.each([
    ["return args.a + args.b;", "5"],
    ["return `${args.a} apples`;", "2 apples"],
    ["return { sum: args.a + args.b, list: [1] };", '{"sum":5,"list":[1]}'],
    ["return [null, true];", "[null,true]"],
    ["return null;", "null"],
    ["return 2n ** 70n;", "1180591620717411303424"],
    ["await new Promise((done) => setTimeout(done, 5)); return 'later'", "later"],
    ["return typeof Worker + typeof BroadcastChannel", "undefinedundefined"],
    ["return args.a // a comment at its end", "2"],
    ["args.a++;", null],
  ])("gives what it returns: %s", async (body, value) => {
    const { done } = await run(body, { args: { a: 2, b: 3 } });
    expect(done).toEqual({ type: "done", nonce: "n", value, errorType: null, errorMessage: "" });
  });

  it.each([
    ["throw new TypeError('no such city')", "TypeError", "no such city"],
    ["null.x", "TypeError", "Cannot read properties of null (reading 'x')"],
    ["undeclared = 1", "ReferenceError", "undeclared is not defined"],
    ["throw 'a text'", "Error", "a text"],
    ["const a = {}; a.a = a; return a", "TypeError", expect.stringContaining("circular")],
    ["throw { toJSON() { throw 1 } }", "Error", "its text could not be made"],
    ["return arguments.callee.caller", "ReferenceError", "arguments is not defined"],
  ])("tells what it throws: %s", async (body, errorType, errorMessage) => {
    const { done } = await run(`${body};`);
    expect(done).toMatchObject({ value: null, errorType, errorMessage });
  });

  it("logs to two streams, whatever it logs", async () => {
    const body = `console.log("a", 1, { b: [2] }, null, undefined); console.info("c"); console.error("bad");
      console.warn({ toJSON() { throw 1 } }); console.debug(); return "end"`;
    const { stdout, stderr, done } = await run(body);
    expect(stdout).toBe('a 1 {"b":[2]} null undefined\nc\n\n');
    expect(stderr).toBe("bad\n[unreadable]\n");
    expect(done?.value).toBe("end");
  });

  it("sends every line of many, and stops at the limit", async () => {
    const many = await run("for (let i = 0; i < 500; i++) console.log(i);", { outputLimit: 10_000 });
    expect(many.stdout).toBe(Array.from({ length: 500 }, (_, i) => `${i}\n`).join(""));
    const flood = await run("for (let i = 0; i < 500; i++) console.log('0123456789'); return 1", { outputLimit: 100 });
    expect(flood).toMatchObject({ limit: true, done: null });
    expect(flood.stdout).toHaveLength(100);
    expect(await run("return 'x'.repeat(101)", { outputLimit: 100 })).toMatchObject({ limit: true, done: null });
    expect(await run("throw Error('x'.repeat(101))", { outputLimit: 100 })).toMatchObject({ limit: true, done: null });
  });

  it("with a seed sees the same numbers and the same time, with another one others", async () => {
    const body = `return [Math.random(), new Date().toISOString(), Date.now(), new Date(0).getTime(), Date().length > 20,
      performance.now(), [...crypto.getRandomValues(new Uint8Array(4))],
      new Date() instanceof Date, new Date().constructor === Date]`;
    const [first, again, other] = await Promise.all([
      run(body, { seed: 7 }),
      run(body, { seed: 7 }),
      run(body, { seed: 8 }),
    ]);
    expect(first.done?.value).toBe(again.done?.value);
    const [random, iso, now, epoch, text, , bytes, is, made] = JSON.parse(first.done!.value!) as unknown[];
    expect([iso, now, epoch, text, is, made]).toEqual(["2026-01-01T00:00:00.000Z", 1767225600000, 0, true, true, true]);
    // The worker's text has the source of protocol/random.ts written out: the two must not drift apart.
    expect(random).toBe(createRandom(7).next());
    expect(bytes).not.toEqual([0, 0, 0, 0]);
    expect((JSON.parse(other.done!.value!) as unknown[])[0]).not.toBe(random);
  });

  it("gets its arguments as data, whatever they are", () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), async (args) => {
        const { done } = await run("return args", { args, outputLimit: 1e6 });
        expect(done?.value).toBe(JSON.stringify(args));
      }),
      { numRuns: 30 },
    ));

  it("has its first line on the script's first, so that errors name the body's own lines", () => {
    const lines = javaScriptWorker("first\nsecond").split("\n");
    expect(lines[0]).toMatch(/\(async \(args\) => \{first$/);
    expect(lines[1]).toBe("second");
    expect(() => runInContext(javaScriptWorker("return (;"), createContext({}))).toThrow(/Unexpected token/);
  });

  it("that ends its function early finds no way to other programs even before its call", async () => {
    const outside = `}); globalThis.early = [typeof this.Worker, typeof this.BroadcastChannel].join();
      function navigator() {} function Reflect() {} (async () => {`;
    const context = createContext({
      addEventListener: () => {},
      TextEncoder,
      navigator: {},
      Worker: 1,
      BroadcastChannel: 1,
    });
    expect(() => runInContext(javaScriptWorker(outside), context)).not.toThrow();
    expect(context["early"]).toBe("undefined,undefined");
  });
});
