import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Breath, nextTask } from "../../src/protocol/index.ts";

// A hidden tab's timers stand still for a minute at worst: here they never run.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "setImmediate"] }));
afterEach(() => void vi.useRealTimers());

it("breathes where timers stand still", async () => {
  const order: string[] = [];
  const other = nextTask().then(() => order.push("another task"));
  await new Breath().take();
  order.push("on");
  await other;
  expect(order).toEqual(["another task", "on"]);
});

it("ends when it is cancelled, before and meanwhile", async () => {
  const before = AbortSignal.abort(new Error("stopped"));
  await expect(new Breath().take(before)).rejects.toThrow("stopped");
  const control = new AbortController();
  const taken = new Breath().take(control.signal);
  control.abort(new Error("later"));
  await expect(taken).rejects.toThrow("later");
});
