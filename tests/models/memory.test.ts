import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Device, Dtype, ModelSpec, RuntimeId } from "../../src/protocol/index.ts";
import { getModel, listBuilds, listModels } from "../../src/models/index.ts";
import { judgeMemory, parametersOf, predictMemory, type DeviceLimits } from "../../src/models/memory/index.ts";

const GB = 1e9;
const GIB = 2 ** 30;
const predicted = (id: string, runtime: RuntimeId, dtype: Dtype, device: Device = "webgpu") =>
  predictMemory(getModel(id, runtime), dtype, device)!;

describe("the count of weights", () => {
  it.each(listModels().filter(({ shape }) => shape))("is the published one: $id", ({ shape, parameters, id }) => {
    const counted = parametersOf(shape!);
    // nano's catalog entry says about five million.
    expect(Math.abs(counted / parameters - 1), `${id}: ${counted}`).toBeLessThan(id === "nano" ? 0.2 : 0.002);
  });
});

describe("the size of the files", () => {
  // As the hub's pages list them, in GB.
  it.each<[string, RuntimeId, Dtype, number]>([
    ["qwen2.5-coder-0.5b", "transformers", "q4f16", 0.555],
    ["qwen2.5-coder-0.5b", "transformers", "q4", 0.862],
    ["qwen2.5-coder-0.5b", "transformers", "q8", 0.639],
    ["qwen2.5-coder-1.5b", "transformers", "q4f16", 1.34],
    ["qwen2.5-coder-1.5b", "transformers", "q4", 1.92],
    ["qwen2.5-coder-1.5b", "transformers", "q8", 1.8],
    ["qwen2.5-coder-3b", "transformers", "q4", 1.1 + 2.09],
    ["qwen2.5-coder-0.5b", "wllama", "q4", 0.398],
    ["qwen2.5-coder-0.5b", "wllama", "q8", 0.531],
    ["qwen2.5-coder-1.5b", "wllama", "q4", 0.986],
    ["qwen2.5-coder-1.5b", "wllama", "q8", 1.65],
    ["qwen2.5-coder-3b", "wllama", "q4", 1.93],
    ["qwen2.5-coder-3b", "wllama", "q8", 3.29],
    ["qwen2.5-coder-7b", "wllama", "q4", 4.68],
    ["phi-3-mini", "wllama", "q4", 2.39],
    ["phi-3.5-mini", "wllama", "q8", 4.06],
    ["deepseek-coder-1.3b", "wllama", "q4", 0.874],
    ["starcoder2-3b", "wllama", "q4", 1.85],
    ["starcoder2-3b", "wllama", "q8", 3.22],
  ])("of %s on %s as %s is the published one within 4 %", (id, runtime, dtype, published) => {
    const { download } = predicted(id, runtime, dtype);
    expect(Math.abs(download / (published * GB) - 1), `${(download / GB).toFixed(3)} GB`).toBeLessThan(0.04);
  });

  it("of what is bundled is the real one within 5 %", () => {
    const manifest = JSON.parse(readFileSync("public/models/nano/manifest.json", "utf8")) as {
      files: { path: string; bytes: number }[];
    };
    const graph = manifest.files.filter(({ path }) => path.startsWith("onnx/model_fp16"));
    const real = graph.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(Math.abs(predicted("nano", "transformers", "fp16", "wasm").download / real - 1)).toBeLessThan(0.05);
  });
});

describe("the whole", () => {
  const library = readFileSync("node_modules/@mlc-ai/web-llm/lib/index.js", "utf8");
  const builds = listModels()
    .flatMap(({ id }) => listBuilds(id))
    .flatMap((build) => Object.entries(build.mlc ?? {}).map(([dtype, id]) => ({ build, dtype: dtype as Dtype, id })));

  it.each(builds)("is what WebLLM's own list says of $id, within 8 %", ({ build, dtype, id }) => {
    const entry = library.slice(library.indexOf(`model_id: "${id}"`));
    const published = Number(/vram_required_MB: ([\d.]+)/.exec(entry)?.[1]) * 2 ** 20;
    expect(entry).toMatch(/^[^}]*context_window_size: 4096/);
    const { total } = predictMemory(build, dtype, "webgpu")!;
    expect(Math.abs(total / published - 1), `${(total / 2 ** 20).toFixed(0)} MiB`).toBeLessThan(0.08);
  });

  it("is the sum of its terms, and grows with the context and with an adapter", () => {
    const spec = getModel("qwen2.5-coder-1.5b", "transformers");
    const base = predictMemory(spec, "q4f16", "webgpu")!;
    const longer = predictMemory({ ...spec, context: 8192 }, "q4f16", "webgpu")!;
    expect(longer.keysValues).toBe(2 * base.keysValues);
    expect(longer.weights).toBe(base.weights);
    const adapted = predictMemory(spec, "q4f16", "webgpu", { adapterRank: 16 })!;
    expect(adapted.total - base.total).toBe(adapted.adapter);
    // 28 layers of rank 16: 18.5 million weights.
    expect(adapted.adapter / 4).toBe(18_464_768);
    for (const { weights, keysValues, activations, adapter, loading, total } of [base, longer, adapted])
      expect(weights + keysValues + activations + adapter + loading).toBe(total);
  });

  it("of our own builds on WASM is that of fp32, whatever is stored, and the real size counts once it is known", () => {
    const spec = getModel("smollm2-135m");
    const [q8, fp32] = (["q8", "fp32"] as const).map((dtype) => predictMemory(spec, dtype, "wasm")!);
    expect(q8!.weights).toBe(fp32!.weights);
    // What is folded on the way from 8 bits costs more than the larger file.
    expect(q8!.loading).toBe(q8!.download + 3 * q8!.weights);
    expect(fp32!.loading).toBe(fp32!.download);
    const known = predictMemory(getModel("starcoder2-3b"), "q4", "webgpu", { downloadBytes: 1e9 })!;
    expect([known.download, known.weights]).toEqual([1e9, 1e9]);
  });

  it("is not predicted where nothing is known or nothing is needed", () => {
    expect(predictMemory(getModel("oracle"), "q8", "wasm")).toBeNull();
    const { shape: _shape, ...rest } = getModel("starcoder2-3b");
    expect(predictMemory(rest, "q8", "wasm")).toBeNull();
  });
});

describe("the verdict", () => {
  const gpu = { maxBufferSize: 4 * GIB, maxStorageBufferBindingSize: 2 * GIB };
  const roomy: DeviceLimits = { gpu, memory: 8 * GIB, storage: 100 * GIB };
  const judge = (id: string, runtime: RuntimeId, dtype: Dtype, device: Device, limits: Partial<DeviceLimits> = {}) => {
    const spec = getModel(id, runtime);
    return judgeMemory(spec, predictMemory(spec, dtype, device)!, device, { ...roomy, ...limits });
  };

  it.each<[string, RuntimeId, Dtype, Device, Partial<DeviceLimits>, string, RegExp]>([
    ["nano", "transformers", "fp16", "wasm", {}, "fits", /of the 4\.0 GiB that WASM has/],
    ["qwen2.5-coder-1.5b", "webllm", "q4f16", "webgpu", {}, "fits", /needs about 1\.\d GiB of the 6\.0 GiB/],
    ["qwen2.5-coder-1.5b", "webllm", "q4f16", "webgpu", { gpu: null }, "no WebGPU", /needs WebGPU/],
    ["qwen2.5-coder-3b", "wllama", "q8", "wasm", {}, "too large", /files has 3\.1 GiB.*2 GiB in one piece/],
    ["qwen2.5-coder-3b", "transformers", "q8", "wasm", {}, "too large", /WASM ends at 4 GiB/],
    ["qwen2.5-coder-1.5b", "transformers", "q8", "wasm", {}, "tight", /close other tabs/],
    ["qwen2.5-coder-7b", "webllm", "q4", "webgpu", {}, "tight", /./],
    ["qwen2.5-coder-7b", "webllm", "q4f16", "webgpu", { memory: 4 * GIB }, "too large", /this machine has 4\.0 GiB/],
    ["phi-3-mini", "webllm", "q4f16", "webgpu", { storage: GIB }, "too large", /gives this page 1\.0 GiB more/],
    [
      "qwen2.5-coder-3b",
      "transformers",
      "q4",
      "webgpu",
      { gpu: { maxBufferSize: GIB, maxStorageBufferBindingSize: 2 ** 27 } },
      "too large",
      /largest matrix has 1\.2 GiB, and this GPU takes 128 MiB/,
    ],
  ])("on %s, %s, %s, %s with %o is %s", (id, runtime, dtype, device, limits, fit, reason) => {
    const verdict = judge(id, runtime, dtype, device, limits);
    expect(verdict.reason).toMatch(reason);
    expect(verdict.fit).toBe(fit);
  });

  it("never gets better with less", () => {
    const ORDER = ["no WebGPU", "too large", "tight", "fits"];
    const specs = listModels()
      .flatMap(({ id }) => listBuilds(id))
      .filter(({ shape }) => shape);
    const cases = specs.flatMap((spec) =>
      (["wasm", "webgpu"] as const).flatMap((device) => spec.dtypes[device].map((dtype) => ({ spec, device, dtype }))),
    );
    const amount = fc.integer({ min: 1, max: 64 }).map((gib) => (gib * GIB) / 4);
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        amount,
        amount,
        amount,
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (one, memory, buffer, storage, less) => {
          const limits = (share: number): DeviceLimits => ({
            gpu: { maxBufferSize: buffer * share, maxStorageBufferBindingSize: buffer * share },
            memory: memory * share,
            storage: storage * share,
          });
          const rank = (of: { spec: ModelSpec; device: Device; dtype: Dtype }, share: number) =>
            ORDER.indexOf(
              judgeMemory(of.spec, predictMemory(of.spec, of.dtype, of.device)!, of.device, limits(share)).fit,
            );
          expect(rank(one, less)).toBeLessThanOrEqual(rank(one, 1));
        },
      ),
    );
  });
});
