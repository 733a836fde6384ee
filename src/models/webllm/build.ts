import { UserError, type Device, type Dtype, type MlcFiles, type ModelSpec } from "../../protocol/index.ts";
import type { Gpu } from "../transformers/device.ts";

/** Which of a model's builds in MLC's format is loaded. */
interface Build {
  dtype: Dtype;
  /** Its id in WebLLM's list, or its addresses. */
  mlc: string | MlcFiles;
  /** Why it is not the model's first dtype, in one sentence; null when it is. */
  fallback: string | null;
}

/**
 * The build for a dtype: q4f16 is MLC's q4f16_1, q4 its q4f32_1. `auto` takes the first on offer that the GPU can run. A
 * UserError where there is no WebGPU, and where a dtype was named that is not on offer or needs what the GPU lacks.
 */
export function chooseBuild(spec: ModelSpec, device: Device | "auto", asked: Dtype | "auto", gpu: Gpu | null): Build {
  if (device === "wasm") {
    throw new UserError(
      `WebLLM runs ${spec.title} on WebGPU only: choose the device WebGPU, or another runtime or model for WASM.`,
    );
  }
  const offered = spec.dtypes.webgpu.flatMap((dtype) => {
    const mlc = spec.mlc?.[dtype];
    return mlc ? [{ dtype, mlc }] : [];
  });
  const first = offered[0];
  if (!first) throw new UserError(`${spec.title} names no model in MLC's format: choose another runtime for it.`);
  if (!gpu) {
    throw new UserError(
      "This browser offers no WebGPU adapter, which WebLLM needs: choose a browser with WebGPU, or a model that runs on WASM.",
    );
  }
  const runs = ({ dtype }: { dtype: Dtype }) => gpu.half || !HALF.has(dtype);
  const names = offered.map(({ dtype }) => dtype).join(", ");
  if (asked !== "auto") {
    const named = offered.find(({ dtype }) => dtype === asked);
    if (!named) throw new UserError(`${spec.title} is not offered as ${asked} on WebLLM: choose ${names}.`);
    if (!runs(named)) {
      throw new UserError(
        `${asked} needs half-precision shaders, which this GPU does not have: choose another dtype (${names}).`,
      );
    }
    return { ...named, fallback: null };
  }
  const found = offered.find(runs);
  if (!found) {
    throw new UserError(
      `${spec.title} comes as ${names} on WebLLM, which needs half-precision shaders that this GPU does not have: choose another model.`,
    );
  }
  const fallback =
    found === first
      ? null
      : `This GPU has no half-precision shaders, so ${spec.title} runs as ${found.dtype} instead of ${first.dtype}.`;
  return { ...found, fallback };
}

/** Dtypes whose kernels compute in half precision. */
const HALF: ReadonlySet<Dtype> = new Set(["q4f16", "fp16"]);
