/** What a person does first with the library, one file a use: each is a whole program, and a browser test runs it. */
export { evaluateAModel } from "./evaluate-a-model.ts";
export { generateData } from "./generate-data.ts";
export { loadAModel } from "./load-a-model.ts";
export { runPython } from "./run-python.ts";
export { useTools } from "./use-tools.ts";
