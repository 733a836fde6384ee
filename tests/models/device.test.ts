import { describe, expect, it } from "vitest";
import { getModel } from "../../src/models/index.ts";
import { chooseDtype, findGpu, planDevices } from "../../src/models/transformers/device.ts";

const nano = getModel("nano");
const smollm2 = getModel("smollm2-135m");
const gpu = { half: true };
const manifest = (...dtypes: ("q8" | "q4" | "q4f16" | "fp16")[]) => ({ id: "m", files: [], dtypes });

describe("planDevices", () => {
  it("prefers WebGPU with WASM behind it, and says why not", () => {
    expect(planDevices(smollm2, "auto", gpu)).toEqual({ devices: ["webgpu", "wasm"], fallback: null });
    expect(planDevices(smollm2, "auto", null).devices).toEqual(["wasm"]);
    expect(planDevices(smollm2, "auto", null).fallback).toMatch(/WebGPU is not available here/);
  });

  it("keeps a model's own preference without calling it a fallback", () => {
    expect(planDevices(nano, "auto", gpu)).toEqual({ devices: ["wasm"], fallback: null });
  });

  it("takes a named device or refuses, never another one", () => {
    expect(planDevices(smollm2, "wasm", gpu)).toEqual({ devices: ["wasm"], fallback: null });
    expect(planDevices(nano, "webgpu", gpu)).toEqual({ devices: ["webgpu"], fallback: null });
    expect(() => planDevices(nano, "webgpu", null)).toThrow(/no WebGPU adapter: choose the device WASM/);
  });
});

describe("chooseDtype", () => {
  it("takes the model's first that was prepared and runs there", () => {
    expect(chooseDtype(smollm2, manifest("fp16", "q8"), "wasm", "auto", null)).toBe("q8");
    expect(chooseDtype(smollm2, manifest("q8", "q4", "q4f16"), "webgpu", "auto", gpu)).toBe("q4f16");
    expect(chooseDtype(smollm2, manifest("q8", "q4", "q4f16"), "webgpu", "auto", { half: false })).toBe("q4");
  });

  it("refuses what is not offered or cannot run, naming what can", () => {
    expect(() => chooseDtype(smollm2, manifest("q8"), "wasm", "q4", null)).toThrow(/not offered as q4: choose q8/);
    expect(() => chooseDtype(smollm2, manifest("q4f16"), "wasm", "q4f16", null)).toThrow(/q4f16 needs WebGPU/);
    expect(() => chooseDtype(nano, manifest("q8"), "wasm", "auto", null)).toThrow(/no dtype for wasm/);
  });
});

describe("findGpu", () => {
  const offering = (adapter: unknown) => ({ requestAdapter: async () => adapter }) as unknown as GPU;

  it("sees an adapter and its half-precision shaders", async () => {
    expect(await findGpu(offering({ features: new Set(["shader-f16"]) }))).toEqual({ half: true });
    expect(await findGpu(offering({ features: new Set() }))).toEqual({ half: false });
  });

  it("takes no adapter, no API and a failing driver for no GPU", async () => {
    expect(await findGpu(undefined)).toBeNull();
    expect(await findGpu(offering(null))).toBeNull();
    expect(await findGpu({ requestAdapter: () => Promise.reject(new Error("driver")) } as unknown as GPU)).toBeNull();
  });
});
