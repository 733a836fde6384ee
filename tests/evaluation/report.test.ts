import { describe, expect, it } from "vitest";
import type { Sample } from "../../src/protocol/index.ts";
import { evaluate, plots, report, summaryMarkdown } from "../../src/evaluation/index.ts";
import { configOf, datasetOf, handMade, modelOf, pythonTools } from "./doubles.ts";

const PAYLOADS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '"><svg onload=alert(1)>',
  "</style><script>alert(1)</script>",
  "</td></table><iframe src=javascript:alert(1)>",
  "]]><script>alert(1)</script>",
  "' onmouseover='alert(1)",
];
const hostile: Sample[] = handMade()
  .slice(0, PAYLOADS.length)
  .map((sample, i) => ({
    ...sample,
    id: `${i}${PAYLOADS[i]}`,
    prompt: `${PAYLOADS[i]} ${i}`,
    optimal_tool: PAYLOADS[i]!,
  }));
const run = await evaluate({
  config: configOf("nano"),
  dataset: { ...datasetOf(hostile), name: PAYLOADS[0]! },
  model: modelOf(({ messages }) => messages[0]?.content ?? ""),
  tools: pythonTools(),
});

describe("report", () => {
  const html = report(run, hostile);
  it("shows hostile text as text: no tag or attribute comes from it", () => {
    // Every tag that is there is one that the report writes itself.
    const tags = new Set([...html.matchAll(/<\/?([a-zA-Z!]+)/g)].map(([, name]) => name));
    for (const tag of ["script", "img", "iframe"]) expect(tags).not.toContain(tag);
    expect(html).not.toMatch(/<[^>]*\son\w+\s*=/);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });
  it("forbids scripts and loading by a policy of its own", () => expect(html).toContain("default-src 'none'"));
  it("holds metrics, plots and every answer", () => {
    expect(html).toContain("tool_accuracy");
    expect(html.match(/<svg /g)).toHaveLength(4);
    for (const result of run.results) expect(html).toContain(result.scores.explanation.slice(0, 5));
  });
});

describe("plots", () => {
  it("are whole SVG files with escaped text", () => {
    const drawn = plots(run, hostile);
    expect(Object.keys(drawn).sort()).toEqual(["accuracy_by_category", "confusion", "latency", "p_call"]);
    for (const svg of Object.values(drawn)) {
      expect(svg).toMatch(/^<svg [^>]*>[\s\S]*<\/svg>$/);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|<script|<img|<iframe/);
    }
  });
  it("are left out where there is nothing to draw", () => expect(plots({ ...run, results: [] }, hostile)).toEqual({}));
});

it("summarises in Markdown, one row a metric", () => {
  const text = summaryMarkdown(run);
  expect(text).toContain("| correctness | ");
  expect(text).toContain(run.digest!.tokens);
});
