import type { DeviceReport, LoadProgress, ModelSpec } from "../../protocol/index.ts";
import { failureOf, type Failure } from "../failure.ts";

/** A check of one model's devices: under way, done or failed. */
export class DeviceCheck {
  stage = $state("");
  progress = $state.raw<LoadProgress | null>(null);
  report = $state.raw<DeviceReport | null>(null);
  failure = $state.raw<Failure | null>(null);
  private controller = $state.raw<AbortController | null>(null);
  readonly running = $derived(this.controller !== null);

  async start(spec: ModelSpec): Promise<void> {
    const controller = new AbortController();
    this.controller = controller;
    this.report = null;
    this.failure = null;
    try {
      const { checkDevice } = await import("../../models/index.ts");
      this.report = await checkDevice(spec, {
        signal: controller.signal,
        onStage: (stage, progress) => {
          this.stage = stage;
          this.progress = progress ?? null;
        },
      });
    } catch (error) {
      if (!controller.signal.aborted) this.failure = failureOf(error);
    } finally {
      this.controller = null;
    }
  }

  cancel(): void {
    this.controller?.abort();
  }
}
