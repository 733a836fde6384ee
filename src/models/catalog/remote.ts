import type { ModelSpec } from "../../protocol/index.ts";

/** Whatever a server of the person's serves: which server and which of its models stands in a run's `endpoint`. */
export const remote: ModelSpec = {
  id: "remote",
  title: "A server of yours",
  description: "Any model behind an OpenAI-compatible server, such as vLLM, Ollama, llama.cpp or LM Studio.",
  runtime: "remote",
  promptFormat: "chatml",
  parameters: 0,
  context: 1_000_000,
  license: "the model's own",
  source: "a server at an address that you give",
  origin: "none",
  baseUrl: "",
  dtypes: { wasm: [], webgpu: [] },
  defaultDevice: "auto",
};
