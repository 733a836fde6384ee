import { AgentCoderModel, type ModelMetrics, type Quantization, ToolRegistry } from "../../src/index.ts";

/** Loads a model with a quantization, asks it something without tools, and prints its metrics. */
export async function loadAModel(baseModel: string, quantization: Quantization): Promise<[string, ModelMetrics]> {
  const model = new AgentCoderModel({ baseModel, quantization, device: "wasm", tools: new ToolRegistry() });
  await model.load({ onProgress: ({ stage, file = "" }) => console.log(stage, file) });

  const { output } = await model.generateWithTools("Hey, what is 3 + 4?", { maxTokens: 24 });
  const metrics = model.metrics();
  console.log(output);
  console.log(`${metrics.model} in ${metrics.dtype}: ${metrics.tokensPerSecond?.toFixed(1)} tokens per second`);

  await model.dispose();
  return [output, metrics];
}
