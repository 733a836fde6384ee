import { decoderShape, getModel, loadModel, MODULES, openAdapter } from "../../models/index.ts";
import { createRandom, type Adapter, type BenchGoal } from "../../protocol/index.ts";
import { elapsed, middle } from "./times.ts";

const RANK = 8;
const SWAPS = 9;

/**
 * How long a loaded model takes to exchange one adapter (rank 8, all linear layers) for another, the first one's graph
 * change not counted, against loading the model anew. `tell` hears what is being measured.
 */
export async function benchAdapter(id: string, tell: (stage: string) => void): Promise<BenchGoal[]> {
  const spec = getModel(id);
  const response = await fetch(new URL("config.json", new URL(spec.baseUrl, document.baseURI)));
  const config = (await response.json()) as Record<string, unknown>;
  const [first, second] = [await randomAdapter(config, 1, id), await randomAdapter(config, 2, id)];
  const load = () => loadModel(spec, { device: "wasm", dtype: "auto", adapters: true });
  tell(`Loading ${spec.title}`);
  const loads: number[] = [];
  for (let i = 0; i < 3; i++) loads.push(await elapsed(async () => void (await (await load()).dispose())));
  const model = await load();
  try {
    tell("Swapping adapters");
    const swaps: number[] = [];
    await model.useAdapter(first);
    for (let i = 0; i < SWAPS; i++) swaps.push(await elapsed(() => model.useAdapter(i % 2 ? first : second)));
    const [loading, swapping] = [middle(loads), middle(swaps)];
    const goal = {
      value: swapping,
      unit: "ms",
      peer: loading,
      goal: "<= a tenth of the load",
      met: swapping <= loading / 10,
    };
    return [{ name: "swap of an adapter", ...goal }];
  } finally {
    await model.dispose();
  }
}

async function randomAdapter(config: Record<string, unknown>, seed: number, base: string): Promise<Adapter> {
  const random = createRandom(seed);
  const { layers, sizes } = decoderShape(config);
  const parts: [name: string, shape: number[]][] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (const module of MODULES) {
      const [inputs, outputs] = sizes[module];
      const stem = `model.layers.${layer}.${module.length === 6 ? "self_attn" : "mlp"}.${module}`;
      parts.push([`${stem}.lora_A.weight`, [RANK, inputs]], [`${stem}.lora_B.weight`, [outputs, RANK]]);
    }
  }
  const counts = parts.map(([, [rows = 0, columns = 0]]) => rows * columns);
  const values = Float32Array.from({ length: counts.reduce((x, y) => x + y, 0) }, () => random.next() / 10 - 0.05);
  let at = 0;
  const entries = parts.map(([name, shape], i) => {
    const from = at;
    at += counts[i]! * 4;
    return [name, { dtype: "F32", shape, data_offsets: [from, at] }] as const;
  });
  const head = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = BigUint64Array.of(BigInt(head.byteLength));
  const weights = new Uint8Array(await new Blob([length, head, values]).arrayBuffer());
  const settings = new TextEncoder().encode(JSON.stringify({ peft_type: "LORA", r: RANK, lora_alpha: RANK }));
  const files = { "adapter_config.json": settings, "adapter_model.safetensors": weights };
  return openAdapter(files, `random ${seed}`, base);
}
