import { createRandom } from "../../protocol/index.ts";

/** 2026-01-01T00:00:00Z, where the time of a seeded program begins. Milliseconds. */
const BEGIN = 1_767_225_600_000;
/** What reading a clock takes on it. Milliseconds: sleeping is reading until the time has come, so it passes quickly. */
const TICK = 0.1;

/** Sources of entropy and time that a program's seed decides: two runs of it see the same. */
export function becomeDeterministic(seed: number): void {
  let elapsed = 0;
  const tick = () => (elapsed += TICK);
  const random = createRandom(seed);
  define(performance, "now", tick);
  define(performance, "timeOrigin", BEGIN);
  define(Date, "now", () => Math.floor(BEGIN + tick()));
  define(crypto, "getRandomValues", (view: ArrayBufferView) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.integer(0, 255);
    return view;
  });
}

/** Local time is UTC for every program: where a machine stands is neither its business nor a reason to differ. */
export function useUtc(systemCalls: Record<string, WebAssembly.ImportValue>): void {
  for (const [local, utc] of [
    ["_localtime_js", "_gmtime_js"],
    ["_mktime_js", "_timegm_js"],
  ] as const) {
    const replacement = systemCalls[utc];
    if (replacement) systemCalls[local] = replacement;
  }
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
