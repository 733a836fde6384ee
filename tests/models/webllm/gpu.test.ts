import { expect, it } from "vitest";
import { watchDevices } from "../../../src/models/webllm/gpu.ts";

it("tells why a device that was asked for is lost, and hands the device out as it is", async () => {
  let lose!: (info: { message: string; reason: string }) => void;
  const device = { lost: new Promise((resolve) => (lose = resolve)) };
  const asked: unknown[] = [];
  class Adapter {
    async requestDevice(wish?: unknown) {
      asked.push(wish);
      return device;
    }
  }
  const lost = watchDevices(Adapter as unknown as typeof GPUAdapter);
  expect(await new Adapter().requestDevice({ requiredFeatures: ["shader-f16"] })).toBe(device);
  expect(asked).toEqual([{ requiredFeatures: ["shader-f16"] }]);
  expect(await Promise.race([lost, Promise.resolve("not yet")])).toBe("not yet");
  lose({ message: "", reason: "unknown" });
  expect(await lost).toBe("unknown");
});
