import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAULTS } from "../../src/protocol/index.ts";
import { parseFaults, ToolRegistry } from "../../src/tools/index.ts";

const registry = (run: () => unknown = () => "42") => {
  let runs = 0;
  const tools = new ToolRegistry().register("sum", () => (runs++, run()), {
    parameters: { type: "object", properties: { a: { type: "integer" } }, required: ["a"] },
  });
  const call = (faults: string, seed = 0, step = 0, args: Record<string, unknown> = { a: 1 }) =>
    tools.call({ name: "sum", arguments: args }, { faults: parseFaults(faults), seed, step });
  return { call, tools, runs: () => runs };
};

describe("reading faults", () => {
  it("takes each fault with its probability", () => {
    expect(parseFaults("timeout=0.1, error=0.25,slow=0")).toEqual({ timeout: 0.1, error: 0.25, slow: 0 });
  });

  it.each([
    ["crash=0.1", /crash=0\.1.*timeout, error, wrong, slow/],
    ["timeout", /timeout.*between 0 and 1/],
    ["timeout=2", /between 0 and 1/],
    ["timeout=0.1=0.2", /between 0 and 1/],
    ["error=0.1,error=0.1", /error is given twice/],
    ["error=0.7,wrong=0.7", /more than 1/],
    ["", /write a fault and its probability/],
  ])("refuses %j in one sentence", (spec, message) => {
    expect(() => parseFaults(spec)).toThrow(message);
  });
});

describe("a call with faults", () => {
  it("fails as a tool fails, and the tool is not run", async () => {
    const { call, runs } = registry();
    expect(await call("timeout=1")).toMatchObject({
      success: false,
      killed: "timeout",
      injected: "timeout",
      error: { type: "TimeoutError" },
    });
    expect(await call("error=1")).toMatchObject({ success: false, killed: null, injected: "error" });
    expect(runs()).toBe(0);
  });

  it("comes late where it is slow, and a cancellation need not wait for it", async () => {
    const { call, tools } = registry();
    expect(await call("slow=1")).toMatchObject({ success: true, output: "42", injected: "slow" });
    expect((await call("slow=1")).execution_time).toBeGreaterThan(1.5);
    const abort = new AbortController();
    const late = tools.call({ name: "sum", arguments: { a: 1 } }, { faults: { slow: 1 }, signal: abort.signal });
    abort.abort();
    expect(await late).toMatchObject({ killed: "cancelled" });
  });

  it("says something else where it is wrong, of the same kind, and the same again with the same seed", () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.constantFrom("True", "a a", " ", "-3.5")),
        fc.nat(),
        async (text, seed) => {
          const { call } = registry(() => text);
          const outcome = await call("wrong=1", seed);
          expect(outcome).toMatchObject({ success: true, injected: "wrong" });
          expect(outcome.output).not.toBe(text);
          if (/\d/.test(text)) expect(outcome.output).toHaveLength(text.length);
          expect(await call("wrong=1", seed)).toMatchObject({ output: outcome.output });
        },
      ),
    ));

  it("has no mark where nothing was changed: a failure stays one, and what never reaches the tool has no fault", async () => {
    const failing = registry(() => {
      throw new Error("no");
    });
    const failed = await failing.call("wrong=1");
    expect(failed).toMatchObject({ success: false, error: { message: "no" } });
    expect(failed).not.toHaveProperty("injected");
    const refused = await failing.call("timeout=1", 0, 0, {});
    expect(refused).toMatchObject({ kind: "invalid_arguments" });
    expect(refused).not.toHaveProperty("injected");
  });

  it("has each fault as often as asked for, drawn anew for each seed and step", async () => {
    const { call } = registry();
    const drawn = new Map<string | undefined, number>();
    for (let seed = 0; seed < 500; seed++) {
      for (const step of [0, 1]) {
        const { injected } = await call("timeout=0.3,error=0.2,wrong=0.1", seed, step);
        drawn.set(injected, (drawn.get(injected) ?? 0) + 1);
      }
    }
    expect(drawn.get("timeout")).toBeGreaterThan(240);
    expect(drawn.get("timeout")).toBeLessThan(360);
    expect(drawn.get("error")).toBeGreaterThan(150);
    expect(drawn.get("error")).toBeLessThan(250);
    expect(drawn.get("wrong")).toBeGreaterThan(60);
    expect(drawn.get("wrong")).toBeLessThan(140);
    expect(
      [...drawn.keys()].every((fault) => fault === undefined || (FAULTS as readonly string[]).includes(fault)),
    ).toBe(true);
  });
});
