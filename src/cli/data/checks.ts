import type { TrustCheck, TrustProgress } from "../../data/trust/index.ts";
import { print, progress } from "../output.ts";

/** Findings that are shown of each check; --json has more. */
const SHOWN = 5;
const IDS = 4;
const SIGNS = { ok: "ok     ", notice: "notice ", problem: "PROBLEM" } as const;

/** Prints checks, a few findings of each. */
export function printChecks(checks: readonly TrustCheck[]): void {
  for (const { title, level, summary, count, items } of checks) {
    print(plain(`${SIGNS[level]} ${title}: ${summary}`));
    if (level === "ok") continue;
    for (const { ids, detail } of items.slice(0, SHOWN)) {
      const named = ids.length > IDS ? [...ids.slice(0, IDS), "…"] : ids;
      print(plain(`          ${detail}${named.length > 0 ? ` [${named.join(", ")}]` : ""}`));
    }
    if (count > SHOWN) print(`          ... ${count - SHOWN} more: --json lists up to 100 of each check.`);
  }
}

/** A pass of a check, on standard error. */
export function showProgress({ stage, done, total }: TrustProgress): void {
  progress(done === total ? "" : `${stage}: ${Math.floor((100 * done) / total)} %`);
}

/** A line without what a terminal would obey: datasets are untrusted. */
export function plain(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
}
