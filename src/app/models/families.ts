import type { ModelSpec } from "../../protocol/index.ts";

interface Family {
  title: string;
  models: ModelSpec[];
}

/** Whether a model was added by a person. */
export function isAdded({ id }: ModelSpec): boolean {
  return id.startsWith("user/");
}

/** Models under the names that they are listed by, in the catalog's order; what a person added comes last. */
export function byFamily(models: readonly ModelSpec[]): Family[] {
  const families = new Map<string, ModelSpec[]>();
  for (const model of models) {
    const title = isAdded(model) ? "Added by you" : (model.family ?? "For any machine");
    families.set(title, [...(families.get(title) ?? []), model]);
  }
  return [...families].map(([title, models]) => ({ title, models }));
}

/** Whether every word of a search stands in what a model is known by. */
export function matches(model: ModelSpec, search: string): boolean {
  const known = [model.id, model.title, model.family, model.description, model.license, model.source]
    .join(" ")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
