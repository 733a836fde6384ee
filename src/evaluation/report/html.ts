import { describeSampling, type Metrics, type Run, type Sample } from "../../protocol/index.ts";
import { toolUsage } from "../usage.ts";
import { escape } from "./escape.ts";
import { formatInterval, formatValue } from "./format.ts";
import { plots } from "./plots.ts";

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1f2933; background: #fff; }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; font-variant-numeric: tabular-nums; }
  th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #dde3ea; vertical-align: top; overflow-wrap: anywhere; }
  code { font-size: .85em; overflow-wrap: anywhere; } svg { max-width: 100%; height: auto; } .bad { color: #b42318; }`;
/** Its own policy: even if text were ever to escape its escaping, nothing would run or load. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A run as one HTML file: what was run, metrics, plots, every answer. All text escaped; no scripts, nothing loaded. */
export function report(run: Run, samples: readonly Sample[]): string {
  const title = `${run.model.id} on ${run.dataset.name}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>${escape(title)} · AgentCoder</title><style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1>
${run.status === "complete" ? "" : `<p class="bad">This run is ${escape(run.status)}: ${run.results.length} results are here.${run.error ? ` ${escape(run.error)}` : ""}</p>`}
<h2>What was run</h2>${table(["", ""], facts(run))}
<h2>Metrics</h2>${metricsTable(run.metrics)}
${usage(run)}<h2>By category</h2>${run.slices
    .filter(({ dimension }) => dimension === "category")
    .map(({ value, metrics }) => `<h3>${escape(value)}</h3>${metricsTable(pick(metrics))}`)
    .join("")}
<h2>Plots</h2>${Object.values(plots(run, samples)).join("\n")}
<h2>Answers</h2>${table(["sample", "arm", "prompt", "optimal", "decided", "answer", "correct"], answers(run, samples))}
</body></html>
`;
}

const HEADLINE = ["correctness", "tool_accuracy", "tool_f1", "p_call"];

function pick(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => HEADLINE.includes(name)));
}

function facts({ model, dataset, config, created, environment, digest }: Run): string[][] {
  return [
    ["model", `${model.id} (sha256 ${model.sha256})`],
    ["device", `${model.device}, ${model.dtype}`],
    ["dataset", `${dataset.name} (sha256 ${dataset.sha256}), split ${config.split}, ${dataset.n} samples`],
    ["arms", config.arms.join(", ")],
    ["tools", config.tools.join(", ")],
    ...(config.faults ? [["faults", config.faults]] : []),
    ["sampling", `${describeSampling(config)}, seed ${config.seed}, repeats ${config.repeats}`],
    ["limits", `${config.maxTokens} tokens a turn, ${config.maxSteps} turns`],
    ["started", created],
    ["program", `AgentCoder ${environment.version}, ${environment.userAgent}`],
    ["digest", digest ? `config ${digest.config}, decisions ${digest.decisions}, tokens ${digest.tokens}` : "none"],
  ];
}

function metricsTable(metrics: Metrics): string {
  const rows = Object.entries(metrics).map(([name, metric]) => [
    name,
    formatValue(metric),
    formatInterval(metric),
    String(metric.n),
  ]);
  return table(["metric", "value", "95 % interval", "n"], rows);
}

function usage({ results, costs }: Run): string {
  const rows = toolUsage(results, costs).map(({ tool, calls, failed, injected, seconds, cost }) => [
    tool,
    ...[calls, failed, injected].map(String),
    seconds === null ? "" : seconds.toFixed(3),
    costs ? String(cost) : "",
  ]);
  if (rows.length === 0) return "";
  return `<h2>Tool calls</h2>${table(["tool", "calls", "failed", "faults put in", "median seconds", "cost"], rows)}`;
}

function answers(run: Run, samples: readonly Sample[]): string[][] {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  return run.results.map(({ sample_id, arm, answer, scores }) => {
    const sample = byId.get(sample_id);
    const verdict = `${scores.correct ? "yes" : "no"}: ${scores.explanation}`;
    return [sample_id, arm, sample?.prompt ?? "", sample?.optimal_tool ?? "", scores.decision, answer, verdict];
  });
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line(head, "th")}</thead><tbody>${rows.map((row) => line(row, "td")).join("\n")}</tbody></table>`;
}
