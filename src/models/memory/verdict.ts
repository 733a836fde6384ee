import type { Device, ModelSpec } from "../../protocol/index.ts";
import type { MemoryPrediction } from "./predict.ts";

/** What a device says about itself; null where it does not. Bytes. */
export interface DeviceLimits {
  /** The graphics adapter's largest buffers; null: no WebGPU. */
  gpu: { maxBufferSize: number; maxStorageBufferBindingSize: number } | null;
  /** Memory of the machine; browsers report at most 8 GiB. */
  memory: number | null;
  /** Room that is left for files. */
  storage: number | null;
}

export interface MemoryVerdict {
  fit: "fits" | "tight" | "too large" | "no WebGPU";
  /** Why, in one sentence. */
  reason: string;
  /** What the prediction is held against; null: nothing is known. */
  limit: number | null;
}

/** Addresses of a WASM program of 32 bits end here. */
const WASM_BYTES = 2 ** 32;
/** The largest that one buffer of the page, and so one file, may be. */
const FILE_BYTES = 2 ** 31;
/** Browsers say no more than this, so a machine that says it may have more. */
const MOST_TOLD = 8 * 2 ** 30;
/** Of a machine's memory the page and its GPU can take about so much. */
const SHARE = 0.75;
/** Above this share of a limit it is tight: other tabs and the page itself want something, too. */
const TIGHT = 0.75;

/**
 * Whether a prediction is within a device's limits. `largestFile`: of the build, once it is known; `missing`: bytes that are
 * still to be fetched and kept.
 */
export function judgeMemory(
  spec: ModelSpec,
  predicted: MemoryPrediction,
  device: Device,
  limits: DeviceLimits,
  { largestFile, missing = predicted.download }: { largestFile?: number; missing?: number } = {},
): MemoryVerdict {
  const { total, largestBuffer } = predicted;
  const onWasm = device === "wasm";
  const limit = onWasm ? WASM_BYTES : limits.memory === null ? null : limits.memory * SHARE;
  const say = (fit: MemoryVerdict["fit"], reason: string): MemoryVerdict => ({ fit, reason, limit });
  if (!onWasm && !limits.gpu) return say("no WebGPU", "It needs WebGPU, which this browser does not offer.");
  const file = largestFile ?? (spec.runtime === "wllama" ? predicted.download : 0);
  if (spec.runtime !== "webllm" && file > FILE_BYTES) {
    return say("too large", `One of its files has ${size(file)}, and the browser takes 2 GiB in one piece.`);
  }
  if (onWasm && total > WASM_BYTES) {
    return say("too large", `It needs about ${size(total)}, and WASM ends at 4 GiB.`);
  }
  if (!onWasm && limits.gpu) {
    const largest = Math.min(limits.gpu.maxBufferSize, limits.gpu.maxStorageBufferBindingSize);
    if (largestBuffer > largest) {
      return say(
        "too large",
        `Its largest matrix has ${size(largestBuffer)}, and this GPU takes ${size(largest)} in one buffer.`,
      );
    }
  }
  if (limits.storage !== null && missing > limits.storage) {
    return say(
      "too large",
      `It takes ${size(missing)} on the disk, and the browser gives this page ${size(limits.storage)} more.`,
    );
  }
  const told = limits.memory;
  if (told !== null && total > told * SHARE) {
    return told < MOST_TOLD
      ? say("too large", `It needs about ${size(total)}, and this machine has ${size(told)} in all.`)
      : say(
          "tight",
          `It needs about ${size(total)}; the browser does not say whether this machine has more than ${size(told)}.`,
        );
  }
  if (limit !== null && total > limit * TIGHT) {
    return say("tight", `It needs about ${size(total)} of ${size(limit)}: close other tabs first.`);
  }
  const of = limit === null ? "" : ` of the ${size(limit)} that ${onWasm ? "WASM has" : "this machine can give it"}`;
  return say("fits", `It needs about ${size(total)}${of}.`);
}

function size(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`;
}
