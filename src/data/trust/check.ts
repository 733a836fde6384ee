import { firstOf } from "../../protocol/index.ts";

/** ok: nothing found; notice: worth a look, perhaps meant so; problem: figures from these samples mislead. */
export type Level = "ok" | "notice" | "problem";

/** One finding: the samples that it is about and what was found. Untrusted text: prompts are quoted in it. */
export interface TrustItem {
  ids: string[];
  detail: string;
}

export interface TrustCheck {
  id: string;
  title: string;
  level: Level;
  /** One or two sentences with the figures and the thresholds that they were held to. */
  summary: string;
  /** All findings, also those that `items` has no room for. */
  count: number;
  items: TrustItem[];
  /** The most items that are listed. */
  cap: number;
}

const MOST_ITEMS = 100;
const MOST_IDS = 20;

/** A check with its findings; beyond the caps they are counted and not listed. */
export function check<T>(
  head: Pick<TrustCheck, "id" | "title" | "level" | "summary">,
  found: readonly T[],
  itemOf: (one: T) => TrustItem,
): TrustCheck {
  const items = found.slice(0, MOST_ITEMS).map((one) => {
    const { ids, detail } = itemOf(one);
    if (ids.length <= MOST_IDS) return { ids, detail };
    return { ids: ids.slice(0, MOST_IDS), detail: `${detail} (the first ${MOST_IDS} of ${ids.length} are named)` };
  });
  return { ...head, count: found.length, items, cap: MOST_ITEMS };
}

/** Nothing could be compared: no finding, and why. */
export function notCompared(id: string, title: string, reason: string): TrustCheck {
  return check({ id, title, level: "ok", summary: `Not compared: ${reason}` }, [], () => ({ ids: [], detail: "" }));
}

/** A prompt as it is quoted in a finding. */
export function quote(text: string): string {
  return text.length <= 80 ? `"${text}"` : `"${firstOf(text, 79)}…"`;
}

/** A share in per cent. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

/** `1 sample`, `2 samples`. */
export function some(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
