import { readFileSync, readdirSync } from "node:fs";
import { HubServer, type Repository } from "../models/hub-server.ts";
import { expect, test, type Page } from "./fixtures.ts";

const REPOSITORY = "me/tiny-coder";
const NANO = "public/models/nano";

/** nano as somebody would publish it: its fp16 graph, which runs on WASM. */
function published(): Repository {
  const texts = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];
  const graphs = readdirSync(`${NANO}/onnx`).filter((name) => name.startsWith("model_fp16"));
  const paths = [...texts, ...graphs.map((name) => `onnx/${name}`)];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(`${NANO}/${path}`)]));
}

const hub = new HubServer();
test.beforeAll(() => hub.start());
test.afterAll(() => hub.stop());

async function useHub(page: Page): Promise<void> {
  await page.getByText("Another hub").click();
  await page.getByLabel("Address", { exact: true }).fill(hub.url);
  await page.getByRole("button", { name: "Use it" }).click();
  await expect(page.getByText(`Now: ${hub.url}`)).toBeVisible();
}

test("a model of a hub is added by hand, downloaded with a pause and a reload, run offline from the hub, and removed", async ({
  app,
  page,
}) => {
  hub.add(REPOSITORY, published(), { cardData: { license: "mit" } });
  const card = page.getByRole("region", { name: "tiny-coder", exact: true });
  await page.goto(`${app.url}#/models`);
  await useHub(page);

  await test.step("what is not there, or gated, is told in one sentence", async () => {
    await page.getByLabel("Repository on the hub").fill("me/none");
    await page.getByRole("button", { name: "Look it up" }).click();
    await expect(page.getByRole("alert")).toContainText("has no repository me/none");
    hub.add("me/closed", {}, { gated: "manual" });
    await page.getByLabel("Repository on the hub").fill("me/closed");
    await page.getByRole("button", { name: "Look it up" }).click();
    await expect(page.getByRole("alert")).toContainText("is not open to everybody");
  });

  await page.getByLabel("Repository on the hub").fill(REPOSITORY);
  await page.getByRole("button", { name: "Look it up" }).click();
  const form = page.getByRole("form", { name: "Model to add" });
  await expect(form).toContainText("runs with ONNX Runtime");
  await expect(form).toContainText("Licence: mit");
  await form.getByRole("button", { name: "Add" }).click();
  await expect(card.getByTestId("memory")).toContainText("fits");

  await test.step("it is looked at before it is fetched, and what came before a reload is kept", async () => {
    await card.getByRole("button", { name: "Download…" }).click();
    await expect(card).toContainText("Pinned to commit");
    hub.slow = 25;
    await card.getByRole("button", { name: /^Download/ }).click();
    await expect(card.getByRole("progressbar")).toBeVisible();
    await expect(card.getByRole("status")).toContainText(/Downloading\s+fp16 · [1-9]/);
    await card.getByRole("button", { name: "Pause" }).click();
    await expect(card).toContainText("Paused");
    await page.reload();
    hub.slow = 0;
    await card.getByRole("button", { name: /download/i }).click();
    await expect(card).toContainText("in this browser", { timeout: 30_000 });
    await card.getByRole("button", { name: "Check the files" }).click();
    await expect(card).toContainText("verified; works offline");
  });

  await test.step("it runs while the hub is out of reach", async () => {
    await hub.stop();
    await card.getByRole("button", { name: /^Evaluate/ }).click();
    await expect(page.getByRole("radio", { name: "tiny-coder" })).toBeChecked();
    await page.getByLabel("Samples", { exact: true }).fill("1");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByTestId("digest").click({ timeout: 60_000 });
    await expect(page.getByTestId("revision")).toHaveText(hub.repositories.get(REPOSITORY)!.sha);
  });

  await test.step("its files go, then it goes itself and comes back", async () => {
    await page.goto(`${app.url}#/models`);
    await card.getByRole("button", { name: "Remove from this browser" }).click();
    await expect(card.getByRole("button", { name: "Download…" })).toBeVisible();
    await card.getByText("Details").click();
    await card.getByRole("button", { name: "Remove tiny-coder from the list" }).click();
    await expect(card).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(card).toBeVisible();
  });
});

test("models are searched, and choose their runtime and weights", async ({ app, page }) => {
  await page.goto(`${app.url}#/models`);
  await page.getByLabel("Search models").fill("qwen 3b");
  const card = page.getByRole("region", { name: "Qwen2.5-Coder 3B" });
  await expect(page.getByText("1 model", { exact: true })).toBeVisible();
  await card.getByLabel("Runs with").selectOption("llama.cpp");
  await card.getByLabel("Weights").selectOption("8-bit (q8)");
  await expect(card.getByTestId("memory")).toContainText("too large");
  await page.getByLabel("Search models").fill("none such");
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(page.getByRole("region", { name: "nano", exact: true })).toBeVisible();

  await page.goto(`${app.url}#/`);
  await page.getByText(/^More models/).click();
  await page.getByLabel("Search more models").fill("phi");
  await page.getByRole("radio", { name: "Phi-3 mini 4k" }).check({ force: true });
  await page.getByLabel("Runs with").selectOption("llama.cpp");
  await expect(page.getByTestId("memory-note")).toContainText("fetched when it is first used");
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
