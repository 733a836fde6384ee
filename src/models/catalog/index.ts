import { UserError, type ModelSpec, type RuntimeId } from "../../protocol/index.ts";
import { nano } from "./nano.ts";
import { SCRIPTED_IDS, scriptedSpec } from "./scripted.ts";
import { smollm2, smollm2Gguf } from "./smollm2-135m.ts";

/** Each model's builds, one for each runtime that can run it, its own choice first. Real models come first. */
const CATALOG: readonly (readonly ModelSpec[])[] = [
  [nano],
  [smollm2, smollm2Gguf],
  ...SCRIPTED_IDS.map((id) => [scriptedSpec(id)]),
];

/** Every model of the catalog on its first runtime, real ones first. */
export function listModels(): ModelSpec[] {
  return CATALOG.flatMap(([first]) => first ?? []);
}

/** A model's builds, its own choice first; a UserError that names the known ids when there is no such model. */
export function listBuilds(id: string): readonly ModelSpec[] {
  const found = CATALOG.find(([first]) => first?.id === id);
  if (found) return found;
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
