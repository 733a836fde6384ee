import { describe, expect, it } from "vitest";
import { UserError, type Dtype, type ModelSpec } from "../../../src/protocol/index.ts";
import { getModel } from "../../../src/models/index.ts";
import { chooseBuild } from "../../../src/models/webllm/build.ts";

const spec: ModelSpec = {
  ...getModel("nano"),
  title: "Qwen",
  runtime: "webllm",
  dtypes: { wasm: [], webgpu: ["q4f16", "q4", "q8"] },
  mlc: { q4f16: "Qwen-q4f16_1-MLC", q4: "Qwen-q4f32_1-MLC" },
};
const half = { half: true };
const full = { half: false };
const refusal = (...[device, dtype, gpu, model = spec]: [...Parameters<typeof choose>, ModelSpec?]) => {
  try {
    choose(device, dtype, gpu, model);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("It was not refused.");
};
function choose(
  device: "auto" | "webgpu" | "wasm",
  dtype: Dtype | "auto",
  gpu: { half: boolean } | null,
  model = spec,
) {
  return chooseBuild(model, device, dtype, gpu);
}

describe("chooseBuild", () => {
  it("takes the model's first dtype where the GPU has half precision", () => {
    expect(choose("auto", "auto", half)).toEqual({ dtype: "q4f16", mlc: "Qwen-q4f16_1-MLC", fallback: null });
    expect(choose("webgpu", "q4", half)).toEqual({ dtype: "q4", mlc: "Qwen-q4f32_1-MLC", fallback: null });
  });

  it("falls back to the next where it has not, and says so; a dtype that was named is refused instead", () => {
    expect(choose("auto", "auto", full)).toMatchObject({ dtype: "q4", mlc: "Qwen-q4f32_1-MLC" });
    expect(choose("auto", "auto", full).fallback).toBe(
      "This GPU has no half-precision shaders, so Qwen runs as q4 instead of q4f16.",
    );
    expect(refusal("auto", "q4f16", full)).toMatch(/^q4f16 needs half-precision shaders, .*: choose another dtype/);
    const onlyHalf = { ...spec, mlc: { q4f16: "Qwen-q4f16_1-MLC" } };
    expect(refusal("auto", "auto", full, onlyHalf)).toMatch(/choose another model\.$/);
  });

  it("refuses what is not on offer, WASM, and a browser without WebGPU, each with a way out", () => {
    expect(refusal("auto", "q8", half)).toBe("Qwen is not offered as q8 on WebLLM: choose q4f16, q4.");
    expect(refusal("wasm", "auto", half)).toMatch(/on WebGPU only: choose the device WebGPU/);
    expect(refusal("auto", "auto", null)).toMatch(/no WebGPU adapter, which WebLLM needs: choose a browser/);
    expect(refusal("auto", "auto", half, getModel("nano"))).toMatch(/names no model in MLC's format: choose/);
  });
});
