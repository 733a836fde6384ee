import { readFile } from "node:fs/promises";
import { expect, test, type Page } from "./fixtures.ts";

const MARK = "pwned";
/** Texts that become markup, code or style wherever a page forgets that text is text. */
const PAYLOADS = [
  `<img src=x onerror="${MARK}=1">`,
  `<script>${MARK}=1</script>`,
  `<svg onload="${MARK}=1"><circle/></svg>`,
  `<iframe srcdoc="<script>parent.${MARK}=1</script>"></iframe>`,
  `"><img src=x onerror=${MARK}=1>`,
  `' onmouseover='${MARK}=1' x='`,
  `</textarea><script>${MARK}=1</script>`,
  `</title><script>${MARK}=1</script>`,
  `</pre></code><b id="${MARK}">bold</b>`,
  `<a href="javascript:${MARK}=1">go</a>`,
  `[go](javascript:${MARK}=1)`,
  `{@html "<b id='${MARK}'>b</b>"} {{constructor.constructor('${MARK}=1')()}}`,
  `<style>body{display:none}</style>`,
  `<math><mtext><style><img src=x onerror=${MARK}=1></style></mtext></math>`,
  `<form action="javascript:${MARK}=1"><input type=submit autofocus></form>`,
  `<meta http-equiv="refresh" content="0;url=data:text/html,x">`,
  `<base href="https://example.invalid/">`,
  `&lt;img src=x onerror=${MARK}=1&gt; \u202Egnp.x\u202C \u0000\u0007`,
  `<tool_call>{"name":"code_executor","arguments":{"code":"<script>${MARK}=1</script>"}}</tool_call>`,
  `__proto__ constructor ${"A".repeat(3000)}<b id="${MARK}">`,
];

function hostileDataset(): string {
  const rows = PAYLOADS.map((payload, i) => ({
    id: `${i} ${payload}`,
    prompt: `${i} ${payload}`,
    optimal_tool: "none",
    reasoning: payload,
    difficulty: "easy",
    category: "pure_reasoning",
    ground_truth_output: payload,
    alternative_tools: [payload],
    gold_answer: payload,
    template: payload,
  }));
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

/** Listens for everything that a payload could achieve. */
async function watch(page: Page): Promise<string[]> {
  const seen: string[] = [];
  page.on("dialog", (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => seen.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (/example\.invalid|\/x$/.test(request.url())) seen.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) seen.push(message.text());
  });
  return seen;
}

async function expectOnlyText(page: Page, seen: string[]): Promise<void> {
  const made = await page.evaluate(
    (mark) => ({
      variable: mark in window && !((window as unknown as Record<string, unknown>)[mark] instanceof Element),
      elements: document.querySelectorAll(
        `#${mark}, main img, main iframe, main script, main style:not(svg style), main math, main meta, base, a[href^="javascript:"]`,
      ).length,
      shown: getComputedStyle(document.body).display !== "none",
    }),
    MARK,
  );
  expect(made).toEqual({ variable: false, elements: 0, shown: true });
  expect(seen).toEqual([]);
}

test("hostile prompts, answers and dataset fields stay text, and so does a run made of them", async ({
  app,
  page,
  browser,
}) => {
  const seen = await watch(page);
  await page.goto(app.url);
  await expect(page.getByLabel("Split")).toBeVisible();
  const buffer = Buffer.from(hostileDataset());
  const name = `<img src=x onerror=${MARK}=1>.jsonl`;
  await page.getByLabel("Dataset file").setInputFiles({ name, mimeType: "application/jsonl", buffer });
  await expect(page.getByRole("region", { name: "Dataset" })).toContainText("<img src=x");
  await page.getByRole("radio", { name: "oracle" }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill(String(PAYLOADS.length));
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("region", { name: "Headline" })).toBeVisible();

  const answers = page.getByRole("region", { name: "Answers" });
  for (const [i, payload] of PAYLOADS.entries()) {
    const row = answers
      .getByRole("listitem")
      .filter({ hasText: `${i} ${payload.slice(0, 12)}` })
      .first();
    await row.getByRole("button").first().click();
    await expect(row).toContainText(payload.replace(/[\u0000-\u001f]/g, "").slice(0, 40));
    await expectOnlyText(page, seen);
  }

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "run.json" }).click(),
  ]);
  const [report] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "report.html" }).click(),
  ]);
  const run = JSON.parse(await readFile(await file.path(), "utf8")) as Record<string, unknown>;
  const hostileRun = JSON.stringify(run, (key, value: unknown) => (key === "userAgent" ? PAYLOADS[0] : value));
  const other = await (await browser.newContext()).newPage();
  const seenThere = await watch(other);
  await other.goto(`${app.url}#/history`);
  const mimeType = "application/json";
  await other.getByLabel("Run file").setInputFiles({ name: "run.json", mimeType, buffer: Buffer.from(hostileRun) });
  await other.getByRole("listitem").getByRole("link").click();
  await expect(other.getByRole("region", { name: "Headline" })).toBeVisible();
  await expectOnlyText(other, seenThere);

  // The report is opened from a disk, where no policy protects it.
  await other.setContent(await readFile(await report.path(), "utf8"));
  await expectOnlyText(other, seenThere);
  await other.context().close();
});

test("hostile links and addresses stay text", async ({ app, page }) => {
  const seen = await watch(page);
  for (const place of ["#/s/", "#/run/", "#/"]) {
    const open = async (payload: string) => {
      await page.goto(`${app.url}${place}${encodeURIComponent(payload)}`);
      await expect(page.getByRole("alert")).toHaveCount(1);
      await expectOnlyText(page, seen);
    };
    // A page reads its address by one function, when it is opened and when the address changes: one is opened anew.
    await page.goto("about:blank");
    for (const payload of PAYLOADS) {
      await open(payload);
      await page.goto(`${app.url}#/history`);
      await expect(page.getByRole("alert")).toHaveCount(0);
    }
  }
});
