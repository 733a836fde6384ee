import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradeCalls } from "../../src/evaluation/scorers/index.ts";
import type { Check, ToolCall } from "../../src/protocol/index.ts";

type Wanted = NonNullable<Check["calls"]>;
const area = (args: ToolCall["arguments"]): ToolCall => ({ name: "area", arguments: args });
const wanted: Wanted = [{ name: "area", arguments: { base: [10], height: [5, 5.5], unit: ["units", ""] } }];

describe("calls are judged by the accepted values", () => {
  it.each([
    ["as wanted", [area({ base: 10, height: 5, unit: "units" })], true, "the calls are those wanted"],
    ["another accepted value", [area({ base: 10, height: 5.5 })], true, "the calls are those wanted"],
    ["case, blanks and punctuation of a text", [area({ base: 10, height: 5, unit: "Un-its." })], true, "those wanted"],
    ["another tool", [{ name: "volume", arguments: {} }], false, "volume instead of area"],
    ["a wrong value", [area({ base: 11, height: 5 })], false, "the argument base is wrong"],
    ["a number as text", [area({ base: "10", height: 5 })], false, "the argument base is wrong"],
    ["a missing argument", [area({ base: 10 })], false, "the argument height is missing"],
    ["an unknown argument", [area({ base: 10, height: 5, depth: 1 })], false, "the argument depth is not wanted"],
    ["an inherited name", [area({ base: 10, height: 5, toString: 1 })], false, "the argument toString is not wanted"],
    ["no call", [], false, "0 calls instead of 1"],
    ["two calls", [area({ base: 10, height: 5 }), area({ base: 10, height: 5 })], false, "2 calls instead of 1"],
  ])("%s", (_, called, correct, explanation) => {
    const grade = gradeCalls(called, wanted);
    expect(grade.correct).toBe(correct);
    expect(grade.explanation).toContain(explanation);
  });

  it("none is wanted where none is listed", () => {
    expect(gradeCalls([], []).correct).toBe(true);
    expect(gradeCalls([area({})], []).correct).toBe(false);
  });

  it("members of objects have lists of accepted values, too", () => {
    const nested: Wanted = [{ name: "find", arguments: { where: [{ city: ["Oslo"], zip: [1, ""] }] } }];
    expect(gradeCalls([{ name: "find", arguments: { where: { city: "oslo" } } }], nested).correct).toBe(true);
    expect(gradeCalls([{ name: "find", arguments: { where: { city: "Rome" } } }], nested).correct).toBe(false);
    expect(gradeCalls([{ name: "find", arguments: { where: { city: "Oslo", x: 1 } } }], nested).correct).toBe(false);
    expect(gradeCalls([{ name: "find", arguments: { where: { zip: 1 } } }], nested).correct).toBe(false);
  });

  it("a call equals itself, and says which one of several is wrong", () => {
    const value = fc.oneof(fc.integer(), fc.string({ minLength: 1 }), fc.boolean(), fc.array(fc.integer()));
    const args = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), value, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(args, { minLength: 2, maxLength: 3 }), (list) => {
        const calls = list.map((one, i) => ({ name: `tool${i}`, arguments: one }));
        const accepted = calls.map(({ name, arguments: one }) => ({
          name,
          arguments: Object.fromEntries(Object.entries(one).map(([key, v]) => [key, [v]])),
        }));
        expect(gradeCalls(calls, accepted).correct).toBe(true);
        const swapped = [calls[0]!, { ...calls[1]!, name: "other" }, ...calls.slice(2)];
        expect(gradeCalls(swapped, accepted).explanation).toBe("call 2: other instead of tool1");
      }),
    );
  });
});
