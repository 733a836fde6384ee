import { describe, expect, it } from "vitest";
import { newLine } from "../../src/app/playground/editing.ts";
import { refusalOf } from "../../src/app/playground/refusals.ts";
import type { KillReason } from "../../src/protocol/index.ts";

describe("why the sandbox held a program back", () => {
  const failed = (type: string, message = "") => refusalOf({ killed: null, error: { type, message } });
  const killed = (reason: KillReason, message = "") => refusalOf({ killed: reason, error: { type: "X", message } });

  it("is told of every way to be stopped, in other words each", () => {
    const reasons = ["timeout", "memory", "output", "files", "crash", "cancelled"] as const;
    const sentences = reasons.map((reason) => killed(reason));
    expect(new Set(sentences).size).toBe(reasons.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].+\.$/);
  });

  it("tells the seal from a breakdown of the interpreter", () => {
    const seal = "the interpreter broke down: JavaScript is sealed off from programs, and this one got as far as x";
    expect(killed("crash", seal)).toMatch(/^While a program runs, no JavaScript runs for it\. /);
    expect(killed("crash", "the interpreter broke down: unreachable")).not.toContain("JavaScript");
  });

  it("is told of what Python itself raises at the boundary", () => {
    expect(failed("MemoryError")).toMatch(/refused the memory/);
    expect(failed("gaierror", "[Errno -2] Name does not resolve")).toMatch(/no network/);
    expect(failed("ModuleNotFoundError", "No module named 'js': programs are sealed off from the browser")).toMatch(
      /JavaScript is sealed off/,
    );
  });

  it("is nothing where a program fails by itself, whatever it says", () => {
    expect(refusalOf({ killed: null, error: null })).toBeNull();
    expect(failed("ZeroDivisionError", "division by zero")).toBeNull();
    expect(failed("ModuleNotFoundError", "No module named 'numpy'")).toBeNull();
    expect(failed("ValueError", "JavaScript is sealed off")).toBeNull();
  });
});

describe("Enter in the editor", () => {
  it.each([
    ["", "\n"],
    ["x = 1", "\n"],
    ["if x:", "\n    "],
    ["for a in b:  # all", "\n    "],
    ["if x:\n    y = 1", "\n    "],
    ["if x:\n    while y:", "\n        "],
    ["\tx", "\n\t"],
    ["d = {1: 2}", "\n"],
  ])("after %j writes %j", (before, written) => expect(newLine(before)).toBe(written));
});
