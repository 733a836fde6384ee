import type { DatasetSummary } from "../../store/index.ts";
import { data } from "../state/library.ts";
import { MANIFESTS } from "../state/published.ts";

/** A dataset as the studio lists it. */
export type Entry = DatasetSummary & {
  /** It comes with the app: it can be read and copied, not changed. */
  published: boolean;
};

/** The published datasets, the newest name first. */
export const PUBLISHED: readonly Entry[] = MANIFESTS.map(({ name, version, sha256, samples }) => ({
  name,
  version,
  sha256,
  n: samples,
  created: "",
  parent: null,
  source: "comes with the app",
  card: "",
  published: true,
}));

/** What is wrong with a name for a dataset of one's own; null: nothing. */
export function nameProblem(name: string): string | null {
  const given = name.trim();
  if (given === "") return "Give it a name.";
  if (given.length > 120) return "A name has at most 120 characters.";
  if (PUBLISHED.some((entry) => entry.name === given))
    return `${given} is the name of a published dataset, which never changes: choose another one.`;
  return null;
}

/** The card of a dataset; a published one's lies beside the page. Empty where there is none, or it cannot be fetched. */
export async function cardOf({ published, name, card }: Entry): Promise<string> {
  return published ? (await data()).loadCard(name) : card;
}
