import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemPrompt } from "../../src/models/index.ts";
import { createDefaultTools, type ToolRegistry } from "../../src/tools/index.ts";
import { NO_SYMPY, STARTING, startPython, type LocalPython } from "./python.ts";

/** Runs Python on the code that nano's training data comes from. */
function trainer(script: string): string {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", script], {
    cwd: resolve(import.meta.dirname, "../../trainer-server"),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

let python: LocalPython;
let tools: ToolRegistry;
beforeAll(async () => {
  python = await startPython();
  tools = createDefaultTools(python);
}, STARTING);
afterAll(() => python.close());

it.each([
  ["DEFAULT_TOOLS", ["code_executor", "symbolic_math"]],
  ["BUILT_IN_TOOLS", ["code_executor", "symbolic_math", "web_search", "file_ops"]],
])("the tool list reads, byte for byte, as in training: %s", (list, names) => {
  const script = `
from trainer.pretrain.tools import ${list}, system_turn
print(system_turn(${list}), end="")`;
  expect(systemPrompt(tools.schemas(names))).toBe(trainer(script));
});

interface Taught {
  operation: string;
  expression: string;
  output: string;
}

describe("results are printed as training teaches them", () => {
  const script = `
import json
from random import Random
from trainer.pretrain.algebra import algebra
rng = Random(5)
steps = [algebra(rng, False).calls["algebra"][0] for _ in range(60)]
print(json.dumps([{**step.roles, "output": step.output} for step in steps]))`;
  const taught = JSON.parse(trainer(script)) as Taught[];
  const operations = [...new Set(taught.map(({ operation }) => operation))];

  beforeEach(({ skip }) => skip(python.sympy === null, NO_SYMPY));

  const zeroIs = (difference: string) =>
    tools.call({ name: "symbolic_math", arguments: { operation: "simplify", expression: difference } });

  it.each(operations)("%s", async (operation) => {
    for (const { expression, output } of taught.filter((row) => row.operation === operation).slice(0, 8)) {
      const printed = (await tools.call({ name: "symbolic_math", arguments: { operation, expression } })).output.trim();
      if (operation === "solve") {
        // Roots are taught in the order of their texts.
        expect(printed.slice(1, -1).split(", ").sort(), expression).toEqual(output.slice(1, -1).split(", ").sort());
      } else if (operation === "factor") {
        // Factors are taught in any order, and one may keep a common divisor.
        expect((await zeroIs(`(${printed}) - (${output})`)).output.trim(), expression).toBe("0");
      } else {
        expect(printed, expression).toBe(output.replace(/^1\*/, ""));
      }
    }
  });
});
