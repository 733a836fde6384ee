import type { Metric } from "../../protocol/index.ts";
import type { Confusion } from "../slices.ts";
import { quantile } from "../statistics.ts";
import { escape } from "./escape.ts";
import { formatValue } from "./format.ts";

/** Marks and the height they take; the width is always the same. */
export interface Drawing {
  height: number;
  marks: string[];
}

const WIDTH = 640;
const LEFT = 230;
const RIGHT = 60;
const LINE = 26;
const INK = "#1f2933";
const SOFT = "#6b7784";
const FILL = "#2b6cb0";

/** A whole SVG file with a title that is shown. */
export function document(title: string, { height, marks }: Drawing): string {
  const all = height + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${all}" viewBox="0 0 ${WIDTH} ${all}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escape(title)}</title><rect width="${WIDTH}" height="${all}" fill="#ffffff"/>`,
    words(12, 20, title, `font-weight="600" font-size="14"`),
    `<g transform="translate(0 36)">${marks.join("")}</g></svg>`,
  ].join("\n");
}

/** One bar a metric, from 0 to 1, with its interval. */
export function intervals(bars: { name: string; metric: Metric }[]): Drawing {
  const x = scale(0, 1);
  const marks = bars.flatMap(({ name, metric }, i) => {
    const y = i * LINE;
    const value = metric.value ?? 0;
    const whisker = metric.ci95?.map(x);
    return [
      words(LEFT - 10, y + 17, name, `text-anchor="end"`),
      rect(LEFT, y + 6, x(value) - LEFT, 14, FILL, 0.75),
      ...(whisker
        ? [`<path d="M${px(whisker[0])} ${y + 13}H${px(whisker[1])}" stroke="${INK}" stroke-width="2"/>`]
        : []),
      words(WIDTH - RIGHT + 12, y + 17, formatValue(metric)),
    ];
  });
  return { height: bars.length * LINE, marks };
}

/** Counts as a table whose cells are shaded by their share of the row. */
export function heat({ optimal, chosen, counts }: Confusion): Drawing {
  const width = Math.min(120, (WIDTH - LEFT - 12) / Math.max(1, chosen.length));
  const marks = [
    ...chosen.map((name, j) => words(LEFT + (j + 0.5) * width, 14, cut(name, 16), `text-anchor="middle"`)),
    ...optimal.flatMap((wanted, i) => {
      const row = counts[i] ?? [];
      const all = Math.max(
        1,
        row.reduce((total, count) => total + count, 0),
      );
      const y = 22 + i * 36;
      return [
        words(LEFT - 10, y + 22, cut(wanted, 30), `text-anchor="end"`),
        ...row.flatMap((count, j) => [
          rect(LEFT + j * width, y, width - 3, 33, FILL, 0.06 + (0.6 * count) / all),
          words(LEFT + (j + 0.5) * width - 1, y + 21, String(count), `text-anchor="middle"`),
        ]),
      ];
    }),
  ];
  return { height: 30 + optimal.length * 36, marks };
}

/** One line a group, one tick a value between 0 and 1, and the mean. */
export function strips(groups: { name: string; values: number[] }[]): Drawing {
  const x = scale(0, 1);
  const marks = groups.flatMap(({ name, values }, i) => {
    const y = i * 34;
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const ticks = values.map((value) => `M${px(x(value))} ${y + 6}v18`).join("");
    return [
      words(LEFT - 10, y + 19, `${name} (n = ${values.length})`, `text-anchor="end"`),
      `<path d="M${LEFT} ${y + 15}H${WIDTH - RIGHT}" stroke="${SOFT}" stroke-opacity="0.4"/>`,
      `<path d="${ticks}" stroke="${FILL}" stroke-opacity="0.5"/>`,
      `<circle cx="${px(x(mean))}" cy="${y + 15}" r="5" fill="${INK}"/>`,
      words(WIDTH - RIGHT + 12, y + 19, mean.toFixed(3)),
    ];
  });
  return {
    height: groups.length * 34 + axis(0, 1, 0).height,
    marks: [...marks, ...axis(0, 1, groups.length * 34).marks],
  };
}

/** Twenty bins from 0 to the 99th percentile; what is beyond is in the last bin. */
export function histogram(values: readonly number[]): Drawing {
  const sorted = [...values].sort((a, b) => a - b);
  const high = quantile(sorted, 0.99) || 1;
  const bins = new Array<number>(20).fill(0);
  for (const value of sorted) bins[Math.min(19, Math.max(0, Math.floor((value / high) * 20)))]! += 1;
  const most = Math.max(1, ...bins);
  const width = (WIDTH - LEFT - RIGHT) / 20;
  const marks = bins.map((count, i) =>
    rect(LEFT + i * width, 120 - (110 * count) / most, width - 1, (110 * count) / most, FILL, 0.8),
  );
  const median = (quantile(sorted, 0.5) ?? 0).toFixed(0);
  const { marks: ticks, height } = axis(0, high, 122);
  return {
    height: 122 + height,
    marks: [words(12, 70, `n = ${values.length}, median ${median} ms`), ...marks, ...ticks],
  };
}

function axis(low: number, high: number, y: number): Drawing {
  const x = scale(low, high);
  const values = [low, (low + high) / 2, high];
  const marks = values.map((value) =>
    words(x(value), y + 16, high > 1 ? value.toFixed(0) : String(value), `text-anchor="middle" fill="${SOFT}"`),
  );
  return { height: 22, marks };
}

function scale(low: number, high: number): (value: number) => number {
  return (value) => LEFT + ((value - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
}

function rect(x: number, y: number, width: number, height: number, fill: string, opacity: number): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}" fill="${fill}" fill-opacity="${opacity.toFixed(3)}" rx="2"/>`;
}

function words(x: number, y: number, text: string, attributes = ""): string {
  return `<text x="${px(x)}" y="${px(y)}" ${attributes}>${escape(text)}</text>`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function px(value: number | undefined): string {
  return (value ?? 0).toFixed(1);
}
