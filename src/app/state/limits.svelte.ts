import type { DeviceLimits } from "../../models/memory/index.ts";

/** What this device can hold, as far as the browser says it. */
class Limits {
  /** null until it has been asked. */
  now = $state.raw<DeviceLimits | null>(null);

  async ask(): Promise<void> {
    const [gpu, storage] = await Promise.all([askGpu(), askStorage()]);
    // Chromium alone tells it, in GiB and rounded.
    const { deviceMemory } = navigator as { deviceMemory?: number };
    this.now = { gpu, storage, memory: deviceMemory === undefined ? null : deviceMemory * 2 ** 30 };
  }
}

export const limits = new Limits();

async function askGpu(): Promise<DeviceLimits["gpu"]> {
  try {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return null;
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    return { maxBufferSize, maxStorageBufferBindingSize };
  } catch {
    return null;
  }
}

async function askStorage(): Promise<number | null> {
  // Not every browser has it, and some reject.
  const storage = (navigator as Partial<Navigator>).storage;
  const estimate = await storage?.estimate?.().catch(() => null);
  return estimate?.quota === undefined ? null : Math.max(0, estimate.quota - (estimate.usage ?? 0));
}
