import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choice, list, number, readArguments, text, UsageError } from "../../src/cli/arguments.ts";

const OPTIONS = { code: { type: "string" }, seed: { type: "string" } } as const;

describe("readArguments", () => {
  it("reads options in both spellings, and --help and --json of every command", () => {
    const { values, names } = readArguments(["prepare", "--code", "1", "--seed=-3", "--json", "-h"], OPTIONS, 1);
    expect(values).toEqual({ code: "1", seed: "-3", json: true, help: true });
    expect(names).toEqual(["prepare"]);
  });

  it.each([
    [["--cod", "1"], "Unknown option '--cod': see --help."],
    [["--code"], "Option '--code <value>' argument missing: see --help."],
    [["--json=1"], "Option '--json' does not take an argument: see --help."],
    [["--seed", "-3"], "--seed has no value: write --seed=VALUE where the value begins with a dash."],
    [["--seed", "--json"], "--seed has no value: write --seed=VALUE where the value begins with a dash."],
    [["here"], '"here" is one argument too many: see --help.'],
    [["-x"], "Unknown option '-x': see --help."],
  ])("answers %j with one sentence", (argv, sentence) => {
    const read = () => readArguments(argv, OPTIONS);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(new UsageError(sentence));
  });

  it("never answers with more than a line, whatever is typed", () => {
    const word = fc.oneof(fc.constantFrom("--code", "--seed", "--json", "--", "-"), fc.string());
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (argv) => {
        try {
          readArguments(argv, OPTIONS);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as Error).message).not.toMatch(/To specify|Did you forget/);
        }
      }),
    );
  });
});

describe("a number", () => {
  it.each([
    ["0", 0],
    ["-12", -12],
    ["1e3", 1000],
  ])("is read from %j", (given, value) => expect(number({ n: given }, "n")).toBe(value));

  it("may be left out, and have a fraction where that makes sense", () => {
    expect(number({}, "n")).toBeUndefined();
    expect(number({ n: "0.25" }, "n", { integer: false })).toBe(0.25);
  });

  it.each([
    ["", {}, '--n is "": it must be a whole number.'],
    ["two", {}, '--n is "two": it must be a whole number.'],
    ["1.5", {}, '--n is "1.5": it must be a whole number.'],
    ["1e99", {}, '--n is "1e99": it must be a whole number.'],
    ["0", { min: 1 }, '--n is "0": it must be a whole number of at least 1.'],
    ["70000", { min: 0, max: 65535 }, '--n is "70000": it must be a whole number of at least 0 and at most 65535.'],
    ["Infinity", { min: 0, integer: false }, '--n is "Infinity": it must be a number of at least 0.'],
    ["NaN", { integer: false }, '--n is "NaN": it must be a number.'],
  ])("is refused: %j within %j", (given, bounds, sentence) => {
    expect(() => number({ n: given }, "n", bounds)).toThrow(new UsageError(sentence));
  });
});

describe("words", () => {
  it("come as a list, blanks apart", () => {
    expect(list({ arms: "free, forced," }, "arms", ["free", "forced"])).toEqual(["free", "forced"]);
    expect(list({ tools: "any" }, "tools")).toEqual(["any"]);
    expect(list({}, "tools")).toBeUndefined();
  });

  it("come one at a time where only one makes sense", () => {
    expect(choice({ device: "wasm" }, "device", ["webgpu", "wasm"])).toBe("wasm");
    expect(choice({}, "device", ["wasm"])).toBeUndefined();
    expect(() => choice({ device: "wasm,webgpu" }, "device", ["webgpu", "wasm"])).toThrow(
      new UsageError('--device is "wasm,webgpu": known are webgpu, wasm.'),
    );
  });

  it("that are not known are named, with those that are", () => {
    expect(() => list({ arms: "free,fast" }, "arms", ["free", "forced"])).toThrow(
      new UsageError('--arms has "fast": known are free, forced.'),
    );
    expect(() => list({ arms: " , " }, "arms")).toThrow(/--arms is empty/);
  });

  it("are texts, never flags", () => {
    expect(text({ output: "a.json" }, "output")).toBe("a.json");
    expect(text({ output: true }, "output")).toBeUndefined();
  });
});
