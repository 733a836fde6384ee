import type { ModelSpec } from "../../protocol/index.ts";

/** Ids of the scripted models: baselines, and the gate that the evaluation itself must pass. */
export const SCRIPTED_IDS = ["oracle", "never-tool", "always-tool", "random"] as const;
export type ScriptedId = (typeof SCRIPTED_IDS)[number];

const DESCRIPTIONS: Record<ScriptedId, string> = {
  oracle: "Plays each sample's gold calls and its gold answer: every score must be perfect.",
  "never-tool": "Never calls. Knows the answer where no tool is needed and says so where it does not.",
  "always-tool": "Always runs a program, needed or not, and answers with what it printed.",
  random: "Draws uniformly between answering and each listed tool, from the seed and the sample.",
};

/** The catalog's entry of a scripted model. */
export function scriptedSpec(id: ScriptedId): ModelSpec {
  return {
    id,
    title: id,
    description: DESCRIPTIONS[id],
    runtime: "scripted",
    promptFormat: "chatml",
    parameters: 0,
    context: 1_000_000,
    license: "MIT",
    source: "scripted from the dataset's labels",
    origin: "none",
    baseUrl: "",
    dtypes: { wasm: [], webgpu: [] },
    defaultDevice: "auto",
  };
}

/** Whether an id names a scripted model. */
export function isScripted(id: string): id is ScriptedId {
  return (SCRIPTED_IDS as readonly string[]).includes(id);
}
