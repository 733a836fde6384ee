import type { Sample } from "../../protocol/index.ts";

/** How the rows of a table are spread. */
export interface Distribution {
  n: number;
  /** Rows for each category, difficulty and label that occur together. */
  labels: { category: string; difficulty: string; label: string; count: number }[];
  /** Rows by the length of their prompts: bins of `width` characters, by category. */
  lengths: { width: number; bins: { from: number; category: string; count: number }[] };
  /** Templates and rows of each split. */
  templates: { split: string; templates: number; rows: number }[];
}

const BINS = 30;

/** Counts the samples; one pass over them for each picture. */
export function distribution(samples: readonly Sample[]): Distribution {
  return { n: samples.length, labels: labels(samples), lengths: lengths(samples), templates: templates(samples) };
}

function labels(samples: readonly Sample[]): Distribution["labels"] {
  const counts = new Map<string, Distribution["labels"][number]>();
  for (const { category, difficulty, optimal_tool: label } of samples) {
    const key = JSON.stringify([category, difficulty, label]);
    const entry = counts.get(key);
    if (entry) entry.count++;
    else counts.set(key, { category, difficulty, label, count: 1 });
  }
  return [...counts.values()];
}

/** The longest hundredth is put into the last bin, so that one very long prompt does not flatten the picture. */
function lengths(samples: readonly Sample[]): Distribution["lengths"] {
  const sorted = Float64Array.from(samples, ({ prompt }) => prompt.length).sort();
  const high = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
  const width = Math.max(1, Math.ceil((high + 1) / BINS));
  const last = Math.floor(high / width);
  const counts = new Map<string, Distribution["lengths"]["bins"][number]>();
  for (const { prompt, category } of samples) {
    const from = Math.min(last, Math.floor(prompt.length / width)) * width;
    const key = `${from} ${category}`;
    const bin = counts.get(key);
    if (bin) bin.count++;
    else counts.set(key, { from, category, count: 1 });
  }
  return { width, bins: [...counts.values()].sort((a, b) => a.from - b.from) };
}

function templates(samples: readonly Sample[]): Distribution["templates"] {
  const splits = new Map<string, { templates: Set<string>; rows: number }>();
  for (const { split = "", template } of samples) {
    const entry = splits.get(split) ?? { templates: new Set(), rows: 0 };
    splits.set(split, entry);
    entry.rows++;
    if (template !== undefined) entry.templates.add(template);
  }
  return [...splits].map(([split, { templates, rows }]) => ({ split, templates: templates.size, rows }));
}
