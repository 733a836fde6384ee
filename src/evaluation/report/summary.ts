import type { Run } from "../../protocol/index.ts";
import { formatInterval, formatValue } from "./format.ts";

/** A run's metrics as a Markdown table. */
export function summaryMarkdown({ model, dataset, config, metrics, digest, status }: Run): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
  const rows = Object.entries(metrics).map(
    ([name, metric]) => `| ${cell(name)} | ${formatValue(metric)} | ${formatInterval(metric)} | ${metric.n} |`,
  );
  return [
    `**${cell(model.id)}** (${model.device}, ${model.dtype}) on ${cell(dataset.name)}, split ${config.split}, seed ${config.seed}: ${status}`,
    "",
    "| metric | value | 95 % interval | n |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    ...(digest ? [`Digest: \`${digest.tokens}\``, ""] : []),
  ].join("\n");
}
