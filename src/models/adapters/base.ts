import type { ModelSpec } from "../../protocol/index.ts";

/** Whether a model can be run with an adapter. */
export function takesAdapters({ runtime }: ModelSpec): boolean {
  return runtime === "transformers" || runtime === "wllama";
}

/**
 * The model that an adapter says it was trained on, by `base_model_name_or_path`: a model's id, the repository that it comes
 * from, or a path that ends in one of the two. null: it says nothing, or names a model that is not among these.
 */
export function guessBase(config: Record<string, unknown>, models: readonly ModelSpec[]): string | null {
  const said = config.base_model_name_or_path;
  if (typeof said !== "string") return null;
  const names = [said, lastOf(said)].map(plain).filter((name) => name !== "");
  const found = models.filter(takesAdapters).find(({ id, source }) => {
    const [repository] = /^[\w.-]+\/[\w.-]+(?= |$)/.exec(source) ?? [];
    const known = repository === undefined ? [id] : [id, repository, lastOf(repository)];
    return known.some((name) => names.includes(plain(name)));
  });
  return found?.id ?? null;
}

function lastOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? "";
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\\/]+$/, "");
}
