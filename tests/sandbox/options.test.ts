import { describe, expect, it } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { checkFiles, limitsOf } from "../../src/sandbox/options.ts";

describe("limitsOf", () => {
  it("takes the program's limits before the sandbox's, and those before the defaults", () => {
    expect(limitsOf({})).toEqual({ timeout: 5, memoryMb: 100, outputLimit: 2 ** 20 });
    expect(limitsOf({ timeout: 9, memoryLimitMb: 50, outputLimit: 7 })).toEqual({
      timeout: 9,
      memoryMb: 50,
      outputLimit: 7,
    });
    expect(limitsOf({ timeout: 9, memoryLimitMb: 50 }, { timeout: 0.5, memory: 20 })).toMatchObject({
      timeout: 0.5,
      memoryMb: 20,
    });
  });

  it.each([
    [{ timeout: 0 }, {}, "timeout: give a number above 0"],
    [{ timeout: NaN }, {}, "not NaN"],
    [{ memoryLimitMb: 5000 }, {}, "memoryLimitMb: give a number above 0 and up to 900, not 5000"],
    [{ outputLimit: -1 }, {}, "outputLimit"],
    [{}, { timeout: Infinity }, "timeout of the program"],
    [{}, { memory: "9" as unknown as number }, "memory: give a number"],
  ])("refuses %o %o", (sandbox, program, sentence) => {
    expect(() => limitsOf(sandbox, program)).toThrow(UserError);
    expect(() => limitsOf(sandbox, program)).toThrow(sentence);
  });
});

describe("checkFiles", () => {
  it("takes paths below the working directory", () => {
    expect(() => checkFiles({ "a.txt": "", "data/deep/b..txt": "x", ".hidden": "" })).not.toThrow();
  });

  it.each(["", "/a", "a/", "a//b", "../a", "a/../../b", "./a", "a\0b"])("refuses the path %j", (path) => {
    expect(() => checkFiles({ fine: "", [path]: "" })).toThrow(UserError);
    expect(() => checkFiles({ fine: "", [path]: "" })).toThrow(JSON.stringify(path));
  });

  it("refuses content that is no text", () => {
    expect(() => checkFiles({ a: 1 as unknown as string })).toThrow('files, "a": its content must be a text.');
  });
});
