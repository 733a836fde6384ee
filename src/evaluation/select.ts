import { groupBy, UserError, type RunConfig, type Sample } from "../protocol/index.ts";

/**
 * The samples that a configuration runs, in the dataset's order. A limit takes from categories and difficulties in turn,
 * so that a small run sees all of them, and a smaller limit's samples are among a larger one's. UserError: empty split.
 */
export function selectSamples(
  samples: readonly Sample[],
  { split, limit, dataset }: Pick<RunConfig, "split" | "limit" | "dataset">,
): Sample[] {
  const own = samples.filter((sample) => split === "all" || sample.split === split);
  if (own.length === 0) {
    const present = [...new Set(samples.flatMap((sample) => sample.split ?? []))];
    throw new UserError(
      `The split "${split}" of ${dataset} has no samples: choose ${present.length > 0 ? `${present.join(", ")} or all` : "all"}.`,
    );
  }
  if (limit === null || limit >= own.length) return own;
  const kept = new Set(inTurn(own).slice(0, limit));
  return own.filter((sample) => kept.has(sample));
}

/** One sample of each group, then a second of each, and so on. */
function inTurn(samples: Sample[]): Sample[] {
  const groups = groupBy(samples, ({ category, difficulty }) => `${category}/${difficulty}`);
  // Neighbouring turns differ in category first: a limit of 4 then sees four categories.
  const order = interleave([...groups.keys()]);
  const longest = Math.max(...[...groups.values()].map((group) => group.length));
  return Array.from({ length: longest }, (_, turn) => order.flatMap((key) => groups.get(key)?.[turn] ?? [])).flat();
}

/** Group keys, the categories alternating. */
function interleave(keys: string[]): string[] {
  const byCategory = new Map<string, string[]>();
  for (const key of keys) {
    const category = key.slice(0, key.indexOf("/"));
    byCategory.set(category, [...(byCategory.get(category) ?? []), key]);
  }
  const lists = [...byCategory.values()];
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}
