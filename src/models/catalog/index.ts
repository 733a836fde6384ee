import { UserError, type ModelSpec, type RuntimeId } from "../../protocol/index.ts";
import { deepseekCoder } from "./deepseek-coder-1.3b.ts";
import { DEFAULT_HUB } from "./hub.ts";
import { nano } from "./nano.ts";
import { phi35Mini } from "./phi-3.5-mini.ts";
import { phi3Mini } from "./phi-3-mini.ts";
import { qwenCoder05 } from "./qwen2.5-coder-0.5b.ts";
import { qwenCoder15 } from "./qwen2.5-coder-1.5b.ts";
import { qwenCoder3 } from "./qwen2.5-coder-3b.ts";
import { qwenCoder7 } from "./qwen2.5-coder-7b.ts";
import { remote } from "./remote.ts";
import { SCRIPTED_IDS, scriptedSpec } from "./scripted.ts";
import { smollm2, smollm2Gguf } from "./smollm2-135m.ts";
import { starcoder2 } from "./starcoder2-3b.ts";

type Builds = readonly ModelSpec[];

/** Each model's builds, one for each runtime that can run it, its own choice first. Real models come first. */
const CATALOG: readonly Builds[] = [
  [nano],
  [smollm2, smollm2Gguf],
  qwenCoder05,
  qwenCoder15,
  qwenCoder3,
  qwenCoder7,
  phi3Mini,
  phi35Mini,
  deepseekCoder,
  starcoder2,
  [remote],
  ...SCRIPTED_IDS.map((id) => [scriptedSpec(id)]),
];

let hub = DEFAULT_HUB;
let added: readonly Builds[] = [];
let all = CATALOG;

/** The models that a person added, in place of those that were there; the hub that every model of a hub comes from. */
export function registerModels(models: readonly ModelSpec[], hubUrl = DEFAULT_HUB): void {
  [added, hub] = [models.map((model) => [model]), hubUrl];
  all = [...CATALOG, ...added].map((builds) => (hub === DEFAULT_HUB ? builds : builds.map(fromHub)));
}

function fromHub(model: ModelSpec): ModelSpec {
  return model.origin === "hub" ? { ...model, baseUrl: hub } : model;
}

/** Every model that is known here on its first runtime: real ones of the catalog, scripted ones, those that were added. */
export function listModels(): ModelSpec[] {
  return all.flatMap(([first]) => first ?? []);
}

/** A model's builds, its own choice first; a UserError that names the known ids when there is no such model. */
export function listBuilds(id: string): readonly ModelSpec[] {
  const found = all.find(([first]) => first?.id === id);
  if (found) return found;
  if (id.startsWith("user/")) {
    throw new UserError(`The model ${id} was added by a person and is not in this browser: add it on the Models page.`);
  }
  const known = listModels().map((model) => model.id);
  throw new UserError(`No model is called "${id}": the known ones are ${known.join(", ")}.`);
}

/** A model's build for a runtime, or its first; a UserError that names what there is when there is none. */
export function getModel(id: string, runtime?: RuntimeId): ModelSpec {
  const builds = listBuilds(id);
  const found = runtime ? builds.find((build) => build.runtime === runtime) : builds[0];
  if (found) return found;
  const offered = builds.map((build) => build.runtime).join(", ");
  throw new UserError(`${id} does not run on the runtime ${runtime}: choose ${offered}.`);
}
