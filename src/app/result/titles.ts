import type { Run } from "../../protocol/index.ts";
import { listModels } from "../../models/index.ts";

/** A model's title; its id where the catalog does not know it, as in an imported run. */
export function modelTitle(id: string): string {
  return listModels().find((model) => model.id === id)?.title ?? id;
}

export type ShownStatus = "complete" | "cancelled" | "failed" | "running" | "interrupted";

/** A stored run that says it is running although no run is under way here was cut off with its tab. */
export function shownStatus(status: Run["status"], underWay: boolean): ShownStatus {
  return status === "running" && !underWay ? "interrupted" : status;
}
