import { AgentCoderModel, type AgentResult, createDefaultTools, PythonSandbox } from "../../src/index.ts";

/** Registers tools and lets a model use them: the built-in ones, and a function of one's own. */
export async function useTools(prompt: string): Promise<{ answer: AgentResult; fahrenheit: string }> {
  const sandbox = new PythonSandbox();
  const tools = createDefaultTools(sandbox);
  tools.register("unit_converter", ({ celsius }) => `${(Number(celsius) * 9) / 5 + 32} F`, {
    description: "Convert a temperature to Fahrenheit.",
    parameters: { type: "object", properties: { celsius: { type: "number" } }, required: ["celsius"] },
  });
  const { output: fahrenheit } = await tools.call({ name: "unit_converter", arguments: { celsius: 100 } });

  const model = new AgentCoderModel({ baseModel: "nano", tools, device: "wasm" });
  const answer = await model.generateWithTools(prompt, { toolNames: ["code_executor", "symbolic_math"] });
  console.log(answer.toolUsed, answer.output);
  for (const event of answer.transcript) {
    if (event.type === "tool_result") console.log(event.name, event.success, event.output);
  }

  await model.dispose();
  sandbox.dispose();
  return { answer, fahrenheit };
}
