import type { Metric } from "../../protocol/index.ts";

/** A metric's value in words: three digits, and a dash where nothing was measured. */
export function formatValue({ value }: Metric): string {
  return value === null ? "–" : formatNumber(value);
}

export function formatInterval({ ci95 }: Metric): string {
  return ci95 === null ? "" : `${formatNumber(ci95[0])} to ${formatNumber(ci95[1])}`;
}

function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3);
}
