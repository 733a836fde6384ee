import { readFileSync } from "node:fs";
import fc from "fast-check";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { beforeAll, describe, expect, it } from "vitest";
import type { AdapterUse } from "../../src/protocol/index.ts";
import { decoderShape, openAdapter, readLora, type Lora } from "../../src/models/adapters/index.ts";
import { withRoom } from "../../src/models/transformers/lora-graph.ts";
import { LoraInputs } from "../../src/models/transformers/lora-inputs.ts";
import { readOnnx, writeOnnx } from "../../src/models/transformers/onnx-file.ts";
import { PlacedSession } from "../../src/models/transformers/placed.ts";
import { seededAdapter } from "./adapters/seeded.ts";

// nano's own graph in the real onnxruntime, on one thread.
const config = JSON.parse(readFileSync("public/models/nano/config.json", "utf8")) as Record<string, unknown>;
const graph = new Uint8Array(readFileSync("public/models/nano/onnx/model_fp16.onnx"));
const shape = decoderShape(config);
const PROMPT = Array.from({ length: 20 }, (_, i) => (i * 37 + 11) % 1000);

let loras: Lora[];
let base: PlacedSession;
let open: (loaded: readonly Lora[]) => PlacedSession;
beforeAll(async () => {
  env.wasm.numThreads = 1;
  env.logLevel = "error";
  const recipes = [
    {
      r: 8,
      lora_alpha: 16,
      target_modules: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    },
    { r: 20, lora_alpha: 8, target_modules: ["v_proj", "down_proj"], use_rslora: true },
    { r: 4, lora_alpha: 4, target_modules: ["q_proj"] },
  ];
  loras = await Promise.all(
    recipes.map(async (recipe) => readLora(await openAdapter(seededAdapter(recipe, config), "seeded", "nano"), shape)),
  );
  const options = { logSeverityLevel: 3 } as const;
  base = new PlacedSession(await InferenceSession.create(graph, options), Tensor, config, null, true);
  const roomy = await InferenceSession.create(withRoom(graph, shape).bytes, options);
  open = (loaded) => {
    const inputs = new LoraInputs(Tensor, shape, false);
    for (const lora of loaded) inputs.add(lora);
    return new PlacedSession(roomy, Tensor, config, inputs, true);
  };
}, 60_000);

const use = (place: number, scale = 1): AdapterUse => ({ sha256: loras[place]!.sha256, scale });
const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];
async function after(session: PlacedSession, adapter: AdapterUse | null) {
  const { logits, past } = await session.forward(PROMPT, null, [PROMPT.length - 1], adapter);
  return { logits: bits(logits[0]!), past };
}

describe("a graph with room for adapters", () => {
  it("gives the base what the graph without room gives, bit for bit, whatever is loaded", async () => {
    const { logits } = await after(base, null);
    for (const loaded of [[], [0], [1, 2, 0]]) {
      expect((await after(open(loaded.map((place) => loras[place]!)), null)).logits).toEqual(logits);
    }
    expect((await after(open(loras), use(0, 0))).logits).toEqual(logits);
  });

  it("gives an adapter the same bits whichever others are loaded, and wherever", async () => {
    for (const place of [0, 1, 2]) {
      const alone = await after(open([loras[place]!]), use(place));
      for (const order of [
        [0, 1, 2],
        [2, 0, 1],
        [1, 2, 0],
      ]) {
        expect((await after(open(order.map((one) => loras[one]!)), use(place))).logits).toEqual(alone.logits);
      }
      expect(alone.logits).not.toEqual((await after(base, null)).logits);
    }
  });

  it("scales what an adapter adds", async () => {
    const halved = {
      ...loras[0]!,
      sha256: "half",
      matrices: loras[0]!.matrices.map((m) => ({ ...m, b: m.b.map((x) => x / 2) })),
    };
    const session = open([loras[0]!, halved]);
    const [scaled, own] = [await after(session, use(0, 0.5)), await after(session, { sha256: "half", scale: 1 })];
    expect(scaled.logits).toEqual(own.logits);
  });

  it("gives rows of one batch, each with its own adapter, the bits that each gets alone", async () => {
    const session = open(loras);
    const uses = fc.option(fc.record({ place: fc.nat({ max: 2 }), scale: fc.constantFrom(0.25, 1, 1.5) }), {
      nil: null,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(uses, { minLength: 1, maxLength: 6 }), async (drawn) => {
        const adapters = drawn.map((one) => one && use(one.place, one.scale));
        const begun = await Promise.all(adapters.map((adapter) => after(session, adapter)));
        const ids = drawn.map((_, row) => 5 + row);
        const pasts = begun.map(({ past }) => past);
        const alone = [];
        for (const [row, past] of pasts.entries())
          alone.push(await session.forward([ids[row]!], past, [0], adapters[row]));
        const together = await session.advance!(ids, pasts, adapters);
        expect(together.map(({ logits }) => bits(logits[0]!))).toEqual(alone.map(({ logits }) => bits(logits[0]!)));
      }),
      { numRuns: 8 },
    );
  });

  it("knows an adapter that is not loaded, and a graph that it cannot change", async () => {
    await expect(after(open([]), use(0))).rejects.toThrow(/not loaded any more/);
    expect(() => withRoom(graph, { ...shape, layers: 9 })).toThrow(/names 42 of the 63 matrices/);
  });

  it("is as long as the graph and what was added", () => {
    expect(writeOnnx(readOnnx(graph)).byteLength).toBe(graph.byteLength);
  });
});
