import { expect, it } from "vitest";
import { toolsIn } from "../../src/data/index.ts";
import { handMade } from "../evaluation/doubles.ts";

const [sample] = handMade();

it("a run lists the usual tools and those that labels name, in the order of their registration", () => {
  expect(toolsIn([])).toEqual(["code_executor", "symbolic_math"]);
  const files = { ...sample!, optimal_tool: "file_ops" };
  expect(toolsIn([{ ...sample!, alternative_tools: ["file_ops"] }])).toEqual(toolsIn([files]));
  const search = { ...sample!, gold_calls: [{ name: "web_search", arguments: {} }] };
  expect(toolsIn([files, search])).toEqual(["code_executor", "symbolic_math", "web_search", "file_ops"]);
});

it("tools that a sample brings, or that nobody knows, are not the run's", () => {
  const tools = [{ name: "file_ops", description: "", parameters: { type: "object" as const } }];
  expect(toolsIn([{ ...sample!, optimal_tool: "file_ops", tools }])).toEqual(toolsIn([]));
  expect(toolsIn([{ ...sample!, optimal_tool: "oracle_of_delphi" }])).toEqual(toolsIn([]));
});
