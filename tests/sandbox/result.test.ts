import { describe, expect, it } from "vitest";
import type { KillReason } from "../../src/protocol/index.ts";
import type { Outcome } from "../../src/sandbox/interpreter.ts";
import { resultOf } from "../../src/sandbox/result.ts";

const LIMITS = { timeout: 5, memoryMb: 100, outputLimit: 1000 };
const DONE = {
  type: "done",
  nonce: "n",
  value: null,
  errorType: null,
  errorMessage: "",
  files: {},
  time: 0.25,
} as const;

function outcome(rest: Partial<Outcome>): Outcome {
  return { stdout: "", stderr: "", done: DONE, killed: null, reason: "", ...rest };
}

describe("resultOf", () => {
  it("puts the value below what was printed", () => {
    const outputOf = (stdout: string, value: string | null) =>
      resultOf(outcome({ stdout, done: { ...DONE, value } }), LIMITS, 1).output;
    expect(outputOf("a\n", "1")).toBe("a\n1");
    expect(outputOf("a", "1")).toBe("a\n1");
    expect(outputOf("", "1")).toBe("1");
    expect(outputOf("a", null)).toBe("a");
  });

  it("shows no addresses of a seeded program, and those of another as they are", () => {
    const told = outcome({ stdout: "<A object at 0x1a2b3c>", done: { ...DONE, value: "<B object at 0xffff01>" } });
    expect(resultOf(told, LIMITS, 1, true).output).toBe("<A object at 0x0000>\n<B object at 0x0000>");
    expect(resultOf(told, LIMITS, 1).output).toBe("<A object at 0x1a2b3c>\n<B object at 0xffff01>");
  });

  it("takes the program's own time, and the elapsed time of one that was killed", () => {
    expect(resultOf(outcome({}), LIMITS, 9)).toMatchObject({ success: true, execution_time: 0.25, error: null });
    const killed = resultOf(outcome({ done: null, killed: "timeout", stdout: "so far" }), LIMITS, 5.01);
    expect(killed).toMatchObject({ success: false, execution_time: 5.01, stdout: "so far", killed: "timeout" });
  });

  it.each<[KillReason, RegExp]>([
    ["timeout", /longer than 5 s/],
    ["memory", /more than 100 MB/],
    ["output", /more than 1000 bytes/],
    ["files", /files/],
    ["cancelled", /cancelled/],
    ["crash", /broke down: the last line$/],
  ])("says why a program was stopped: %s", (killed, sentence) => {
    const { error, success } = resultOf(outcome({ done: null, killed, reason: "first\nthe last line\n" }), LIMITS, 1);
    expect(success).toBe(false);
    expect(error!.message).toMatch(sentence);
  });

  it("does not trust the types of what a damaged worker says", () => {
    const done = { ...DONE, value: { a: 1 }, errorMessage: 5, files: { a: 1, b: "text" }, time: "x" };
    const result = resultOf(outcome({ done: done as unknown as Outcome["done"] }), LIMITS, 2);
    expect(result).toMatchObject({ value: null, output: "", files: { b: "text" }, execution_time: 2 });
    const failed = { ...done, errorType: "E" };
    expect(resultOf(outcome({ done: failed as unknown as Outcome["done"] }), LIMITS, 2).error).toEqual({
      type: "E",
      message: "",
    });
  });
});
