import { UserError } from "../../protocol/index.ts";
import type { Dataset } from "../../data/index.ts";
import { data, store } from "./library.ts";

/** The dataset of a run: a file that was opened in this browser, or one that comes with the app. UserError if neither. */
export async function findDataset(name: string, sha256: string): Promise<Dataset> {
  const kept = await (await store()).getDataset(sha256);
  if (kept) return kept;
  const published = await (await data()).loadDataset(name).catch(() => null);
  if (published?.sha256 === sha256) return published;
  throw new UserError(
    `The dataset ${name} of this run (sha256 ${sha256.slice(0, 12)}…) is not in this browser: open its file on the Evaluate page to see prompts and labels.`,
  );
}
