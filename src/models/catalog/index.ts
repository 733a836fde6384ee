import { UserError, type ModelSpec } from "../../protocol/index.ts";
import { nano } from "./nano.ts";
import { SCRIPTED_IDS, scriptedSpec } from "./scripted.ts";
import { smollm2 } from "./smollm2-135m.ts";

const CATALOG: readonly ModelSpec[] = [nano, smollm2, ...SCRIPTED_IDS.map(scriptedSpec)];

/** Every model of the catalog, real ones first. */
export function listModels(): ModelSpec[] {
  return [...CATALOG];
}

/** The catalog's entry of an id; a UserError that names the known ids when there is none. */
export function getModel(id: string): ModelSpec {
  const found = CATALOG.find((model) => model.id === id);
  if (found) return found;
  throw new UserError(`No model is called "${id}": the known ones are ${CATALOG.map((m) => m.id).join(", ")}.`);
}
