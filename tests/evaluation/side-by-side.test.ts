import { expect, it } from "vitest";
import type { Adapter, LoadedModel } from "../../src/protocol/index.ts";
import { evaluate, runSideBySide } from "../../src/evaluation/index.ts";
import { ToolRegistry } from "../../src/tools/index.ts";
import { configOf, datasetOf, handMade, modelOf } from "./doubles.ts";

const samples = handMade();
// No side calls a tool.
const tools = new ToolRegistry();
for (const name of configOf("nano").tools) tools.register(name, async () => "");
const shared = { dataset: datasetOf(samples), tools };
const adapter = (letter: string): Adapter => ({
  sha256: letter.repeat(64),
  name: letter,
  baseModel: "nano",
  config: {},
  weights: new Uint8Array(),
});

/** A model that says which adapter it decodes with; it counts the requests under way and the adapters held. */
function adaptable() {
  const seen = { now: 0, most: 0, held: 0 };
  const side = (name: string): LoadedModel => {
    const model = modelOf(({ messages }) => `${name}: ${messages[0]?.content ?? ""}`, { width: 2 });
    const { generate } = model;
    model.generate = async (...order) => {
      seen.most = Math.max(seen.most, ++seen.now);
      for (let turns = 9; turns > 0; turns--) await Promise.resolve();
      seen.now--;
      return generate.apply(model, order);
    };
    model.withAdapter = async ({ name: other }, scale) => {
      seen.held++;
      const adapted = side(`${other} x ${scale}`);
      adapted.dispose = async () => void seen.held--;
      return adapted;
    };
    return model;
  };
  return { model: side("base"), seen };
}

it("gives each side the run that it would have alone, and decodes their samples beside each other", async () => {
  const { model, seen } = adaptable();
  const config = configOf("nano");
  const sides = [
    { adapter: null, scale: 1 },
    { adapter: adapter("a"), scale: 1 },
    { adapter: adapter("b"), scale: 0.5 },
  ];
  const runs = await runSideBySide(config, sides, { ...shared, model });
  const together = seen.most;
  expect(seen.held).toBe(0);
  expect(runs.map(({ adapter: used }) => used)).toEqual([
    null,
    { sha256: "a".repeat(64), name: "a" },
    { sha256: "b".repeat(64), name: "b" },
  ]);
  expect(new Set(runs.map(({ digest }) => digest!.tokens)).size).toBe(3);
  for (const [place, { adapter: one, scale }] of sides.entries()) {
    const asked = one ? { ...config, adapter: { sha256: one.sha256, scale } } : config;
    const alone = await evaluate({ ...shared, config: asked, model, ...(one && { adapter: one }) });
    expect(runs[place]!.digest).toEqual(alone.digest);
    expect(runs[place]!.config).toEqual(asked);
    expect(runs[place]!.results.filter(({ pace }) => pace?.together === 1)).toHaveLength(8);
  }
  expect(together).toBe(9);
});

it("measures latency when no other side runs", async () => {
  const { model, seen } = adaptable();
  const sides = [
    { adapter: null, scale: 1 },
    { adapter: adapter("a"), scale: 1 },
  ];
  let most = 0;
  await runSideBySide(configOf("nano"), sides, {
    ...shared,
    model,
    onResult: ({ pace }) => void (pace?.together === 1 && (most = Math.max(most, seen.now))),
  });
  expect(most).toBe(0);
});

it("says which adapter is missing, and where none can be used", async () => {
  const config = { ...configOf("nano"), adapter: { sha256: "a".repeat(64), scale: 1 } };
  const { model } = adaptable();
  await expect(evaluate({ ...shared, config, model })).rejects.toThrow(
    /needs the adapter aaaaaaaaaaaa…, which is not here/,
  );
  const stiff = modelOf(() => "x");
  const order = { ...shared, config, model: stiff, adapter: adapter("a") };
  await expect(evaluate(order)).rejects.toThrow(/no adapter can be loaded/);
});
