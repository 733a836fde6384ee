import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import type { ChatMessage } from "../../src/protocol/index.ts";
import { CONFIG, adapterOf, pair } from "../models/adapters/peft.ts";
import { seededAdapter, type Recipe } from "../models/adapters/seeded.ts";
import { TWO_TOOLS } from "../models/tools.ts";
import { test } from "./models/fixture.ts";

interface Row {
  messages: ChatMessage[];
  tools: boolean;
  adapter: string | null;
  scale: number;
  tokens: number[];
  /** Whether these are all that PyTorch gave, none left out for being too close to call. */
  whole: boolean;
}

const golden = JSON.parse(readFileSync("tests/models/golden/nano-adapters.json", "utf8")) as {
  adapters: Record<string, Recipe>;
  rows: Row[];
};
const config = JSON.parse(readFileSync("public/models/nano/config.json", "utf8")) as Record<string, unknown>;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const adapters = Object.entries(golden.adapters).map(([name, recipe]) => {
  const files = seededAdapter(recipe, config);
  return [name, base64(files["adapter_config.json"]), base64(files["adapter_model.safetensors"])] as const;
});
const requests = golden.rows.map(({ messages, tools, adapter, scale }) => ({
  adapter,
  scale,
  request: {
    ...{ messages, tools: tools ? TWO_TOOLS : [], maxTokens: 24, temperature: 0, topP: 1, seed: 1, stop: [] },
    wantDecision: true,
  },
}));

/** Everything that comes of the golden rows: all in the same batches, or one by one with one adapter after the other. */
function decode(page: Page, together: boolean) {
  return page.evaluate(
    async ([files, rows, together]) => {
      const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const opened = new Map(
        await Promise.all(
          files.map(async ([name, config, weights]) => {
            const both = { "adapter_config.json": bytes(config), "adapter_model.safetensors": bytes(weights) };
            return [name, await window.models.openAdapter(both, name, "nano")] as const;
          }),
        ),
      );
      const model = await window.models.loadModel(window.models.getModel("nano"), { device: "wasm", dtype: "auto" });
      const one = async ({ adapter, scale, request }: (typeof rows)[number]) => {
        const view = adapter === null ? model : await model.withAdapter!(opened.get(adapter)!, scale);
        const [generation] = await view.generate([request]);
        if (view !== model) await view.dispose();
        return generation!;
      };
      const generations = together ? await Promise.all(rows.map(one)) : [];
      for (const { adapter, scale, request } of together ? [] : rows) {
        await model.useAdapter(adapter === null ? null : opened.get(adapter)!, scale);
        generations.push(...(await model.generate([request])));
      }
      await model.dispose();
      return generations.map(({ tokenIds, adapter, decision }) => ({
        tokenIds: tokenIds!,
        adapter: [...opened.values()].find(({ sha256 }) => sha256 === adapter)?.name ?? adapter,
        decision,
      }));
    },
    [adapters, requests, together] as const,
  );
}

test("with adapters nano writes PyTorch's and PEFT's greedy tokens, all in the same batches or one after the other", async ({
  models,
}) => {
  const together = await decode(models, true);
  for (const [place, row] of golden.rows.entries()) {
    const { tokenIds, adapter } = together[place]!;
    expect(adapter).toBe(row.adapter);
    const told = `row ${place}, ${row.adapter ?? "base"} x ${row.scale}`;
    if (row.whole) expect(tokenIds, told).toEqual(row.tokens);
    else expect(tokenIds.slice(0, row.tokens.length), told).toEqual(row.tokens);
  }
  const compared = golden.rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
  expect(compared).toBeGreaterThan(200);
  // On and off differ.
  const said = (name: string | null, scale: number) =>
    golden.rows.flatMap((row, place) =>
      row.adapter === name && row.scale === scale ? [together[place]!.tokenIds] : [],
    );
  const all = [said(null, 1), said("all", 1), said("all", 0.5), said("some", 1)].map((tokens) =>
    JSON.stringify(tokens),
  );
  expect(new Set(all).size).toBe(4);
  expect(await decode(models, false)).toEqual(together);
});

test("an adapter that does not fit is refused in one sentence, and the model goes on", async ({ models }) => {
  const wrong = await adapterOf(pair(0, "q_proj", 2, 100, 100));
  const dora = await adapterOf(pair(0, "q_proj", 2, 256, 256), { ...CONFIG, use_dora: true });
  const files = [wrong, dora].map(({ config, weights }) => [JSON.stringify(config), base64(weights)] as const);
  const [sentences, before, after] = await models.evaluate(
    async ([files, request]) => {
      const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const model = await window.models.loadModel(window.models.getModel("nano"), { device: "wasm", dtype: "auto" });
      const say = async () => (await model.generate([request]))[0]!;
      const before = await say();
      const sentences: string[] = [];
      for (const [config, weights] of files) {
        const both = {
          "adapter_config.json": new TextEncoder().encode(config),
          "adapter_model.safetensors": bytes(weights),
        };
        await model.useAdapter(await window.models.openAdapter(both, "odd", "nano")).catch((error: Error) => {
          sentences.push(`${error.name}: ${error.message}`);
        });
      }
      const after = await say();
      await model.dispose();
      return [sentences, before, after] as const;
    },
    [files, requests[0]!.request] as const,
  );
  expect(sentences).toEqual([
    expect.stringMatching(/^UserError: The adapter odd cannot be used: it maps 100 to 100 numbers in layer 0, q_proj/),
    expect.stringMatching(/^UserError: The adapter odd cannot be used: it is a DoRA adapter/),
  ]);
  expect(after).toMatchObject({ tokenIds: before.tokenIds, adapter: null });
});
