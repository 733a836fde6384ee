import { afterEach, describe, expect, it, vi } from "vitest";
import type { Inspection, LoadedModel, LoadOptions, ModelSpec } from "../../src/protocol/index.ts";
import { checkDevice, getModel } from "../../src/models/index.ts";

type Inspector = (device: string, wanted: number[][][] | undefined) => Inspection[];
let inspector: Inspector;
let disposed = 0;
vi.mock("../../src/models/load.ts", () => ({
  loadModel: async (spec: ModelSpec, { device }: LoadOptions): Promise<Partial<LoadedModel>> => {
    if (device === "webgpu" && spec.title === "broken") throw new Error("no adapter");
    return {
      spec,
      dtype: spec.dtypes[device as "wasm" | "webgpu"][0]!,
      inspect: async (_texts, options) => inspector(device, options?.wanted),
      dispose: async () => void disposed++,
    };
  },
}));

afterEach(() => void (disposed = 0));

const nano = getModel("nano");
/** Ten positions, of which the GPU has `wrong` otherwise, and logits that are off by `off`. */
function devices(wrong: number, off: number): Inspector {
  return (device, wanted) => {
    const gpu = device === "webgpu";
    if (gpu) expect(wanted![0]).toHaveLength(10);
    const best = Array.from({ length: 10 }, (_, i) => (gpu && i < wrong ? 99 : i));
    return [{ best, ids: best.map((id) => [id, id + 1]), logits: best.map(() => (gpu ? [5 + off, 3] : [5, 3])) }];
  };
}

describe("the device check", () => {
  it("agrees where the likeliest tokens are the same, and tells how far the logits lie apart", async () => {
    inspector = devices(0, 0.5);
    expect(await checkDevice(nano)).toEqual({
      ...{ verdict: "agrees", agreement: 1, least: 0.97, positions: 10, meanError: 0.25, maxError: 0.5 },
      dtypes: { wasm: "fp16", webgpu: "fp16" },
    });
    expect(disposed).toBe(2);
  });

  it("differs where they are not, and allows more where the weights were rounded in other ways", async () => {
    inspector = devices(1, 0);
    expect(await checkDevice(nano)).toMatchObject({ verdict: "differs", agreement: 0.9, least: 0.97 });
    const mixed: ModelSpec = { ...nano, dtypes: { wasm: ["q8"], webgpu: ["q4"] } };
    expect(await checkDevice(mixed)).toMatchObject({ verdict: "agrees", agreement: 0.9, least: 0.85 });
  });

  it("counts logits that are no numbers as endlessly wrong", async () => {
    inspector = devices(0, NaN);
    expect(await checkDevice(nano)).toMatchObject({ maxError: Infinity });
  });

  it("reports a GPU that fails, and refuses a model with nothing to compare", async () => {
    inspector = devices(0, 0);
    expect(await checkDevice({ ...nano, title: "broken" })).toEqual({ verdict: "failed", reason: "no adapter" });
    await expect(checkDevice(getModel("oracle"))).rejects.toThrow("oracle runs on one device only");
  });
});
