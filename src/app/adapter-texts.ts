import type { AdapterUse } from "../protocol/index.ts";
import type { Opened } from "../share/exchange/index.ts";
import { short } from "./format.ts";

const LONGEST_NAME = 120;

/** How an adapter is told of where there is little room: its name, else its hash, and how strongly it works. */
export function adapterTitle({ sha256, scale }: AdapterUse, name?: string): string {
  return `${name?.slice(0, LONGEST_NAME) || short(sha256)} × ${scale.toFixed(2)}`;
}

/** The sentence for an adapter that is not in this browser; `name` is what it was called elsewhere. */
export function missingAdapter(sha256: string, name?: string): string {
  const called = name ? `${name.slice(0, LONGEST_NAME)} (${short(sha256, 12)})` : short(sha256, 12);
  return `This needs the adapter ${called}, which is not in this browser: import it, or put it back from the trash.`;
}

/** What is wrong with a name for an adapter; null: nothing. */
export function adapterNameProblem(name: string): string | null {
  const { length } = name.trim();
  if (length === 0) return "Give it a name.";
  return length > LONGEST_NAME ? `A name has at most ${LONGEST_NAME} characters.` : null;
}

/** The name of a file of this name, on every system. */
export function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N} ._-]+/gu, "_").replace(/^[. ]+|[. ]+$/g, "") || "adapter";
}

/** What an adapter's configuration says of its matrices, as texts. It is untrusted: what is not as PEFT writes it is left out. */
export function adapterFacts(config: Record<string, unknown>): { rank: string; alpha: string; modules: string } {
  const { r, lora_alpha: alpha, target_modules: modules, rank_pattern: ranks, use_rslora: isStabilized } = config;
  const own = ranks !== null && typeof ranks === "object" ? Object.values(ranks).filter(isNumber) : [];
  const all = [...new Set([...(isNumber(r) ? [r] : []), ...own])].sort((a, b) => a - b);
  const listed = Array.isArray(modules) ? modules.filter((one) => typeof one === "string") : [modules];
  return {
    rank: all.length > 1 ? `${all[0]} to ${all.at(-1)}` : `${all[0] ?? "–"}`,
    alpha: isNumber(alpha) ? `${alpha}${isStabilized === true ? " (rsLoRA)" : ""}` : "–",
    modules: typeof listed[0] === "string" ? listed.join(", ").slice(0, 300) : "–",
  };
}

/** What a bundle brought, as a sentence. */
export function broughtBy({ run, dataset, adapter }: Pick<Opened, "run" | "dataset" | "adapter">): string {
  const its = run === null ? "the" : "its";
  const parts = [
    ...(run === null ? [] : ["the run"]),
    ...(dataset === null ? [] : [`${its} dataset`]),
    ...(adapter === null ? [] : [`${its} adapter`]),
  ];
  const what = parts.length > 2 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join(" and ");
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} ${parts.length > 1 ? "were" : "was"} imported.`;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
