import type {
  Arm,
  Category,
  Dtype,
  ErrorKind,
  Fault,
  PromptFormatId,
  RunConfig,
  RuntimeId,
} from "../protocol/index.ts";

const CATEGORY_TITLES: Record<Category, string> = {
  pure_reasoning: "Pure reasoning",
  execution_required: "Execution required",
  ambiguous: "Ambiguous",
  multi_step: "Multi-step",
};

export const ARM_TITLES: Record<Arm, { title: string; about: string }> = {
  free: { title: "Free", about: "The model decides whether to call." },
  forced: { title: "Forced", about: "The opening of a call is written for it." },
  forbidden: { title: "Forbidden", about: "Tools are listed, but a call cannot be completed." },
  no_tools: { title: "No tools", about: "No tool is listed." },
};

export const SPLIT_TITLES: Record<RunConfig["split"], string> = {
  test: "Test",
  test_tools: "Test, unseen tools",
  validation: "Validation",
  train: "Train",
  all: "All",
};

export const ERROR_TITLES: Record<ErrorKind, string> = {
  malformed_call: "Malformed call",
  unknown_tool: "Unknown tool",
  invalid_arguments: "Invalid arguments",
  context_overflow: "Prompt too long",
  step_limit: "Step limit",
  model_error: "Model error",
  cancelled: "Cancelled",
};

/** The libraries that run models, as people know them. */
export const RUNTIME_TITLES: Record<RuntimeId, string> = {
  transformers: "ONNX Runtime",
  webllm: "WebLLM",
  wllama: "llama.cpp",
  remote: "Remote",
  scripted: "Script",
};

/** How a conversation is written for a model. */
export const FORMAT_TITLES: Record<PromptFormatId, string> = {
  chatml: "ChatML (Qwen, SmolLM)",
  phi3: "Phi-3",
  "deepseek-coder": "DeepSeek-Coder",
  starcoder2: "Plain headings, for base models",
};

/** How weights are stored, in bits; llama.cpp and MLC have names of their own for it. */
export const DTYPE_TITLES: Record<Dtype, string> = {
  fp32: "32-bit (fp32)",
  fp16: "16-bit (fp16)",
  q8: "8-bit (q8)",
  q4: "4-bit (q4)",
  q4f16: "4-bit, half precision (q4f16)",
};

/** What is put into calls on purpose, to see whether a model recovers. */
export const FAULT_TITLES: Record<Fault, { title: string; about: string }> = {
  timeout: { title: "Timeout", about: "The tool does not answer." },
  error: { title: "Error", about: "The tool fails and says so." },
  wrong: { title: "Wrong result", about: "The output is changed, and nothing says so." },
  slow: { title: "Slow", about: "The tool answers two seconds late." },
};

/** The tools of this version, with what they are for. */
export const TOOLS = [
  { name: "code_executor", about: "Runs Python in the sandbox." },
  { name: "symbolic_math", about: "Exact algebra with SymPy." },
  { name: "web_search", about: "Searches a corpus that comes with the app, or a live service." },
  { name: "file_ops", about: "Reads and writes files in a workspace of each sample's own." },
] as const;

export const STATUS_TITLES = {
  complete: "Complete",
  cancelled: "Cancelled",
  failed: "Failed",
  interrupted: "Interrupted",
  running: "Running",
} as const;

/** What a decision is called; anything that is not a listed word is a tool's own name. */
export function decisionTitle(choice: string): string {
  if (choice === "none") return "answer";
  return choice;
}

const SERIES: Record<string, string> = {
  none: "var(--series-3)",
  code_executor: "var(--series-1)",
  symbolic_math: "var(--series-4)",
  web_search: "var(--series-2)",
  file_ops: "var(--series-5)",
  malformed: "var(--bad)",
  error: "var(--bad)",
};

/** The colour of a decision, the same on every page. */
export function decisionColor(choice: string): string {
  return own(SERIES, choice) ?? "var(--series-other)";
}

const CATEGORY_SERIES: Record<Category, string> = {
  pure_reasoning: "var(--series-3)",
  execution_required: "var(--series-1)",
  ambiguous: "var(--series-2)",
  multi_step: "var(--series-4)",
};

/** The colour of a category, the same on every page. */
export function categoryColor(category: string): string {
  return own(CATEGORY_SERIES, category) ?? "var(--series-other)";
}

/** A category's title; its own text where it is not one of ours. */
export function categoryTitle(category: string): string {
  return own(CATEGORY_TITLES, category) ?? category;
}

/** A table's own entry: names come from files, and `constructor` is one that every object answers to. */
function own(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
