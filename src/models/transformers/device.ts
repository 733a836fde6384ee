import { UserError, type Device, type Dtype, type ModelSpec } from "../../protocol/index.ts";
import type { Manifest } from "../files/index.ts";

/** What a graphics adapter can do for us; null where there is none. */
export interface Gpu {
  /** Half-precision shaders, which q4f16 needs. */
  half: boolean;
}

/** Asks for a WebGPU adapter. */
export async function findGpu(gpu: GPU | undefined): Promise<Gpu | null> {
  try {
    const adapter = await gpu?.requestAdapter();
    return adapter ? { half: adapter.features.has("shader-f16") } : null;
  } catch {
    return null;
  }
}

/** The devices to try, in order, and why the first choice is not among them (null when it is). */
export interface DevicePlan {
  devices: Device[];
  fallback: string | null;
}

/** `auto` prefers the model's own device, then WebGPU, and always has WASM behind it; a named device is taken or refused. */
export function planDevices(spec: ModelSpec, asked: Device | "auto", gpu: Gpu | null): DevicePlan {
  const wanted = asked === "auto" ? spec.defaultDevice : asked;
  if (wanted === "wasm") return { devices: ["wasm"], fallback: null };
  if (gpu) return { devices: asked === "webgpu" ? ["webgpu"] : ["webgpu", "wasm"], fallback: null };
  if (asked === "webgpu") {
    throw new UserError("This browser offers no WebGPU adapter: choose the device WASM, or a browser with WebGPU.");
  }
  return { devices: ["wasm"], fallback: "WebGPU is not available here, so the model runs on WASM." };
}

/** The dtype to load on a device: the asked one if it is offered, else the first offered that the adapter can run. */
export function chooseDtype(
  spec: ModelSpec,
  manifest: Manifest,
  device: Device,
  asked: Dtype | "auto",
  gpu: Gpu | null,
): Dtype {
  const runs = (dtype: Dtype) => dtype !== "q4f16" || (device === "webgpu" && (gpu?.half ?? false));
  if (asked === "auto") {
    const found = spec.dtypes[device].find((dtype) => manifest.dtypes.includes(dtype) && runs(dtype));
    if (found) return found;
    throw new UserError(`${spec.title} has no dtype for ${device}: it was prepared as ${manifest.dtypes.join(", ")}.`);
  }
  if (!manifest.dtypes.includes(asked)) {
    throw new UserError(`${spec.title} is not offered as ${asked}: choose ${manifest.dtypes.join(", ")}.`);
  }
  if (!runs(asked)) {
    throw new UserError(`${asked} needs WebGPU with half-precision shaders, which are not here: choose another dtype.`);
  }
  return asked;
}
