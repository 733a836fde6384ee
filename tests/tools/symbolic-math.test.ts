import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDefaultTools, type ToolRegistry } from "../../src/tools/index.ts";
import { NO_SYMPY, STARTING, startPython, type LocalPython } from "./python.ts";

let python: LocalPython;
let tools: ToolRegistry;

beforeAll(async () => {
  python = await startPython();
  tools = createDefaultTools(python);
}, STARTING);
afterAll(() => python.close());
beforeEach(({ skip }) => skip(python.sympy === null, NO_SYMPY));

const run = (operation: string, expression: string, variable?: string, point?: string) =>
  tools.call({
    name: "symbolic_math",
    arguments: { operation, expression, ...(variable && { variable }), ...(point && { point }) },
  });

const output = async (operation: string, expression: string, variable?: string, point?: string) => {
  const outcome = await run(operation, expression, variable, point);
  return outcome.success ? outcome.output.trimEnd() : `${outcome.error?.type}: ${outcome.error?.message}`;
};

describe("the operations", () => {
  it.each([
    ["simplify", "(x**2 - 9)/(x - 3)", "x + 3"],
    ["simplify", "sin(x)**2 + cos(x)**2", "1"],
    ["expand", "(x + 2)*(x - 5)", "x**2 - 3*x - 10"],
    ["factor", "2*x**2 - 18", "2*(x - 3)*(x + 3)"],
    ["solve", "x**2 - 5*x + 6", "[2, 3]"],
    ["solve", "2*x + 1 = 7", "[3]"],
    ["solve", "x^2 == 2", "[-sqrt(2), sqrt(2)]"],
    ["differentiate", "sqrt(x)", "1/(2*sqrt(x))"],
    ["integrate", "x**2/2 + 1", "x**3/6 + x"],
    ["integrate", "exp(2*x)", "exp(2*x)/2"],
    ["evaluate", "48213 * 9127", "440040051"],
    ["evaluate", "factorial(20)", "2432902008176640000"],
    ["evaluate", "sin(pi/6)", "1/2"],
    ["evaluate", "integrate(x**2, (x, 0, 3))", "9"],
    ["evaluate", "limit(sin(x)/x, x, 0)", "1"],
    ["evaluate", "limit((1 + 1/n)^n, n, oo)", "E"],
    ["evaluate", "limit(abs(x)/x, x, 0, '-') + limit(1/x, x, oo)", "-1"],
    ["evaluate", 'limit(1/x, x, 0, "+")', "oo"],
    ["evaluate", "series(exp(x), x, 0, 4)", "1 + x + x**2/2 + x**3/6 + O(x**4)"],
    ["evaluate", "series(cos(x), x)", "1 - x**2/2 + x**4/24 + O(x**6)"],
    ["evaluate", "summation(k, (k, 1, n))", "n**2/2 + n/2"],
    ["evaluate", "17 % 5 + 17 // 5", "5"],
    ["evaluate", "0.1 + 0.2", "3/10"],
  ])("%s %s gives %s", async (operation, expression, expected) => {
    expect(await output(operation, expression)).toBe(expected);
  });

  it("reads what people write: ^, implied products and typographic signs", async () => {
    expect(await output("expand", "2x*(x + 1)^2")).toBe("2*x**3 + 4*x**2 + 2*x");
    expect(await output("expand", "(x + 1)(x − 1)")).toBe("x**2 - 1");
    expect(await output("simplify", "3x² + 2·x²")).toBe("5*x**2");
    expect(await output("differentiate", "e^x")).toBe("exp(x)");
  });

  it.each([
    ["limit", "sin(x)/x", "0", "1"],
    ["limit", "(1 + 1/x)^x", " oo ", "E"],
    ["limit", "abs(x)/x", "0+", "1"],
    ["limit", "abs(x)/x", "0-", "-1"],
    ["limit", "1/x", "-oo", "0"],
    ["series", "exp(x)", undefined, "1 + x + x**2/2 + x**3/6 + x**4/24 + x**5/120 + O(x**6)"],
    ["series", "1/(1 - x)", "0", "1 + x + x**2 + x**3 + x**4 + x**5 + O(x**6)"],
    ["series", "x**2", "1", "2*x + (x - 1)**2 - 1"],
  ])("%s of %s at %s is %s", async (operation, expression, point, expected) => {
    expect(await output(operation, expression, undefined, point)).toBe(expected);
  });

  it("takes the variable that is named, the only one there is, or x", async () => {
    expect(await output("differentiate", "a*b**2", "b")).toBe("2*a*b");
    expect(await output("integrate", "3*t**2")).toBe("t**3");
    expect(await output("solve", "a*x - 2*a")).toBe("[2]");
    expect(await output("differentiate", "7")).toBe("0");
    expect(await output("differentiate", "a*b")).toMatch(/several variables \(a, b\): name one in variable/);
    expect(await output("differentiate", "x", "x; import os")).toMatch(/not the name of a variable/);
  });
});

describe("what it refuses, in one line", () => {
  it.each([
    ["expand", "(x + 1", "cannot read '( x + 1'"],
    ["expand", "", "the expression is empty"],
    ["factor", "x**2 = 4", 'use the operation "solve"'],
    ["solve", "x = 1 = 2", "more than one equals sign"],
    ["solve", "= 2", "one side of the equation is empty"],
    ["solve", "x + 1 = x + 1", "true for every x"],
    ["solve", "3 = 4", "nothing to solve for"],
    ["simplify", "f(x) + 1", "there is no function f"],
    ["simplify", "x[0]", "cannot read '[0]'"],
    ["simplify", "x.real", "cannot read"],
    ["simplify", "x if x else 2", "only numbers, names, functions"],
    ["simplify", "sin", "only numbers, names, functions"],
    ["simplify", "1, 2", "is not one expression"],
    ["evaluate", "1/0", "divided by zero"],
    ["evaluate", "9**9**9**9", "too large"],
    ["evaluate", "sin(1, 2, 3)", "argument"],
    ["evaluate", "limit(1/x, x, 0)", "the two sides differ"],
    ["evaluate", "limit(abs(x)/x, x, 0)", "does not exist"],
    ["evaluate", "limit('+')", "argument"],
    ["evaluate", "sin('+')", "only numbers, names, functions"],
    ["evaluate", "limit(x, x, 0, '+-')", "cannot read"],
    ["evaluate", "series(exp(x), x, 0, -1)", "nonnegative"],
  ])("%s %s", async (operation, expression, message) => {
    const { success, output: printed, error } = await run(operation, expression);
    expect(success).toBe(false);
    expect(printed).toBe("");
    expect(error?.message).toContain(message);
    expect(error?.message).not.toContain("\n");
  });

  it.each([
    ["limit", undefined, "a limit needs a point"],
    ["limit", "0", "the two sides differ"],
    ["limit", "0=1", "an equation can only be solved"],
    ["limit", "+", "cannot read"],
    ["differentiate", "2", 'a point belongs to "limit" and "series" only'],
  ])("%s of 1/x at %s", async (operation, point, message) => {
    expect((await run(operation, "1/x", "x", point)).error?.message).toContain(message);
  });

  it("what is too long or nested too deeply", async () => {
    expect(await output("evaluate", "1+".repeat(1200))).toContain("longer than 2000 characters");
    expect(await output("evaluate", `${"(".repeat(400)}1${")".repeat(400)}`)).toContain("nested");
  });

  it("never runs the text of a model", async () => {
    for (const text of [
      "__import__('os').getpid()",
      '"); print("owned',
      "'''\nprint('owned')\n'''",
      "lambda: 1",
      "print(1)",
      "getattr(x, y)",
      "x.__class__.__mro__",
      "\\u0022); print(1)",
      "x\nprint('owned')",
    ]) {
      const outcome = await run("simplify", text);
      expect([text, outcome.success, outcome.output]).toEqual([text, false, ""]);
    }
  });
});
