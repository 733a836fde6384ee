import type { Metric } from "../protocol/index.ts";

const NONE = "–";

/** A share of one as a percentage, e.g. 0.875 -> "87.5%"; a dash for null. */
export function percent(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const text = (value * 100).toFixed(digits);
  return `${text.replace(/\.0+$/, "")}%`;
}

/** Milliseconds as a person says them: "840 ms", "2.3 s", "3 min 20 s". */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return NONE;
  if (ms < 1) return "< 1 ms";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** A metric's interval, e.g. "82–91%"; empty where there is none. */
export function interval(metric: Metric | undefined): string {
  if (!metric?.ci95) return "";
  const [low, high] = metric.ci95;
  return `${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)}%`;
}

/** Bytes in binary units. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ["KiB", "MiB", "GiB"];
  let value = count;
  let unit = "B";
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A count of weights: "5.0M", "135M", "1.5B". */
export function parameters(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)}B`;
  return count >= 1e7 ? `${Math.round(count / 1e6)}M` : `${(count / 1e6).toFixed(1)}M`;
}

/** "1 sample", "12 samples". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** How long ago an ISO time was: "just now", "5 min ago", "3 h ago", then its date. */
export function ago(iso: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (!Number.isFinite(minutes)) return NONE;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return moment(iso);
}

/** An ISO time as local date and time. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return NONE;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** The first characters of a hash. */
export function short(hash: string, length = 10): string {
  return hash.length > length ? `${hash.slice(0, length)}…` : hash;
}

/** Whom an endpoint's questions go to, for a sentence. */
export function hostOf({ url }: { url: string }): string {
  // A run's file may hold any text.
  return URL.canParse(url) ? new URL(url).host : url;
}
