import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { parseRun } from "../../src/store/index.ts";
import { anyRun } from "./arbitrary.ts";
import { completeRun, cutOff } from "./doubles.ts";

/** The text of a good run in which one field, found by its path, is replaced; undefined removes it. */
function fileWith(path: string, value: unknown): string {
  const run = JSON.parse(JSON.stringify(completeRun())) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const place = keys.reduce((at, key) => at[key] as Record<string, unknown>, run);
  place[last] = value;
  return JSON.stringify(run);
}

describe("parseRun", () => {
  it("gives back any run that was written", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        expect(parseRun(JSON.stringify(run))).toEqual(run);
      }),
      { numRuns: 60 },
    );
  });

  it("reads a run that was cut off", () => {
    const run = cutOff(completeRun(), 3);
    expect(parseRun(JSON.stringify(run))).toEqual(run);
    const failed = { ...run, status: "failed" as const, error: "The GPU was lost." };
    expect(parseRun(JSON.stringify(failed))).toEqual(failed);
  });

  it.each([
    ["at the top", "apiKey", "secret"],
    ["in the configuration", "config.remoteUrl", "http://elsewhere"],
    ["in an event", "results.0.transcript.0.html", "<img onerror=alert(1)>"],
    ["in a score", "results.0.scores.bonus", 1],
  ])("drops a field that a run has not, %s", (_, path, value) => {
    expect(parseRun(fileWith(path, value))).toEqual(completeRun());
  });

  it.each([
    ["id", 7, /field id must be string/],
    ["id", "", /field id must not have fewer than 1 char/],
    ["config", undefined, /field config is missing/],
    ["created", "yesterday", /field created must match pattern/],
    ["status", "done", /field status must be equal to one of the allowed values/],
    ["results", {}, /field results must be array/],
    ["results.1.answer", undefined, /field results\.1\.answer is missing/],
    ["results.2.arm", "other", /field results\.2\.arm must be/],
    ["results.0.scores.p_call", 2, /field results\.0\.scores\.p_call must be <= 1/],
    ["results.0.timing.totalMs", -1, /field results\.0\.timing\.totalMs must be >= 0/],
    ["results.0.transcript.0", "text", /field results\.0\.transcript\.0\.type is none of model, decision/],
    ["results.0.transcript.0.type", "constructor", /transcript\.0\.type is none of model, decision/],
    ["results.0.transcript.1.decision.options.0.probability", "1", /decision\.options\.0\.probability must be number/],
    ["metrics.correctness.value", "0.9", /field metrics\.correctness\.value must be number/],
    ["metrics.a/b~c", 1, /field metrics\.a\/b~c must be object/],
    ["digest", "abc", /field digest must be object/],
  ])("names the field %s with %j", (path, value, sentence) => {
    const read = () => parseRun(fileWith(path, value));
    expect(read).toThrow(UserError);
    expect(read).toThrow(sentence);
  });

  it("keeps what a call changed in files, drops what a change has not, and names what is wrong in it", () => {
    const run = completeRun();
    const i = run.results.findIndex(({ transcript }) => transcript.some(({ type }) => type === "tool_result"));
    const j = run.results[i]!.transcript.findIndex(({ type }) => type === "tool_result");
    const place = `results.${i}.transcript.${j}.changes`;
    const changes = [{ path: "a", before: null, after: "<b>", cut: true }];
    const read = (value: unknown) => parseRun(fileWith(place, value)).results[i]!.transcript[j];
    expect(read([{ ...changes[0], html: "x" }])).toEqual({ ...run.results[i]!.transcript[j], changes });
    expect(() => read([{ path: "a", before: 1, after: null }])).toThrow(`field ${place}.0.before must be`);
    expect(() => read("none")).toThrow(`field ${place} must be array`);
  });

  it("refuses numbers that are none", () => {
    const text = JSON.stringify(completeRun()).replace('"threads":2', '"threads":1e999');
    expect(() => parseRun(text)).toThrow(/field environment\.threads must be/);
  });

  it.each([
    ["nothing", "", /it is not JSON/],
    ["a file that was cut off", JSON.stringify(completeRun()).slice(0, 500), /it is not JSON/],
    ["null", "null", /it has no results/],
    ["a list", "[]", /it has no results/],
    ["something else", '{"id":"x"}', /it has no results/],
    ["a run without a format", '{"results":[]}', /format unknown, but this version reads format 1/],
    [
      "a later format",
      '{"schema":2,"results":[]}',
      /format 2, but this version reads format 1: use the AgentCoder that wrote it/,
    ],
    ["a format that is a long text", JSON.stringify({ schema: "x".repeat(5000), results: [] }), /^.{0,120}$/],
  ])("says why %s is no run", (_, text, sentence) => {
    expect(() => parseRun(text)).toThrow(UserError);
    expect(() => parseRun(text)).toThrow(sentence);
  });

  it("refuses a file that nests without end, before anything walks it", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const text = fileWith("results.0.transcript.0.x", 0).replace('"x":0', `"x":${deep}`);
    expect(() => parseRun(text)).toThrow(/nests more than 100 levels deep/);
  });

  it.each(["__proto__", "constructor", "toString", "two\nlines", "\u2028", ""])(
    "keeps what a model wrote under the key %j",
    (key) => {
      const field = `${JSON.stringify(key)}:{"a":[1]},`;
      const text = JSON.stringify(completeRun()).replace('"arguments":{', () => `"arguments":{${field}`);
      expect(text).toContain(field);
      expect(JSON.stringify(parseRun(text))).toBe(text);
    },
  );

  it("changes no prototype, whatever a field is called", () => {
    const text = JSON.stringify(completeRun()).replace(
      '"metrics":{',
      '"metrics":{"__proto__":{"value":1,"ci95":null,"n":1},',
    );
    const { metrics } = parseRun(text);
    expect(Object.getPrototypeOf(metrics)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["value"]).toBeUndefined();
  });

  it("throws nothing but sentences, whatever JSON it is given", () => {
    const hostile = fc.record({ schema: fc.constant(1), results: fc.jsonValue() });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          hostile.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          expect(() => parseRun(text)).toThrow(UserError);
        },
      ),
    );
  });
});
