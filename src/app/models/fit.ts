import type { Device, Dtype, ModelSpec } from "../../protocol/index.ts";
import type { Look } from "../../models/files/index.ts";
import {
  judgeMemory,
  predictMemory,
  type DeviceLimits,
  type MemoryPrediction,
  type MemoryVerdict,
} from "../../models/memory/index.ts";

/** The device that a build would run on here: its own preference, else the GPU where there is one and it has a dtype for it. */
export function deviceFor(spec: ModelSpec, limits: DeviceLimits | null): Device {
  if (spec.defaultDevice !== "auto") return spec.defaultDevice;
  return spec.dtypes.wasm.length === 0 || limits?.gpu ? "webgpu" : "wasm";
}

/** The dtypes of a build, those of this device first. */
export function offeredDtypes(spec: ModelSpec, limits: DeviceLimits | null): Dtype[] {
  const device = deviceFor(spec, limits);
  return [...new Set([...spec.dtypes[device], ...spec.dtypes.wasm, ...spec.dtypes.webgpu])];
}

/** The badge of each verdict. */
export const FIT_BADGES = { fits: "good", tight: "warn", "too large": "bad", "no WebGPU": "bad" } as const;
/** The verdicts with which a build can be used. */
export const USABLE: readonly string[] = ["fits", "tight"];

const NOTHING: DeviceLimits = { gpu: null, memory: null, storage: null };

/** What a build at a dtype takes here, and whether there is room for it. null: it is not known. */
export function assess(
  spec: ModelSpec,
  dtype: Dtype,
  limits: DeviceLimits | null,
  look: Look | null = null,
): { predicted: MemoryPrediction; verdict: MemoryVerdict; device: Device } | null {
  const preferred = deviceFor(spec, limits);
  const device = spec.dtypes[preferred].includes(dtype) ? preferred : preferred === "wasm" ? "webgpu" : "wasm";
  const known = look?.dtypes.find((one) => one.dtype === dtype);
  const predicted = predictMemory(spec, dtype, device, known && { downloadBytes: known.total });
  if (!predicted) return null;
  const missing = known ? known.total - known.kept : spec.origin === "bundled" ? 0 : predicted.download;
  return { predicted, device, verdict: judgeMemory(spec, predicted, device, limits ?? NOTHING, { missing }) };
}
