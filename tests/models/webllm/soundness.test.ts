import { describe, expect, it } from "vitest";
import { SequenceSession, type Sequence } from "../../../src/models/webllm/session.ts";
import { computesWide } from "../../../src/models/webllm/soundness.ts";

/** An engine whose logits are a function of the ids so far, but for passes of which `wrong` holds. */
class Engine implements Sequence {
  private ids: number[] = [];

  constructor(private readonly wrong: (tokens: number) => boolean) {}

  async append(ids: readonly number[]): Promise<Float32Array> {
    this.ids.push(...ids);
    const off = this.wrong(ids.length) ? 0.5 : 0;
    const sum = this.ids.reduce((total, id, i) => total + id * (i + 1), 0);
    return Float32Array.from({ length: 50 }, (_, id) => Math.sin(sum + id + off) + 1e-6 * ids.length);
  }

  cut(): boolean {
    return false;
  }

  async clear(): Promise<void> {
    this.ids = [];
  }
}

describe("computesWide", () => {
  it("takes rounding for what it is, and finds a kernel that is wrong for long passes, or for short ones alone", async () => {
    const check = (wrong: (tokens: number) => boolean) => computesWide(new SequenceSession(new Engine(wrong)), 50);
    expect(await check(() => false)).toBe(true);
    expect(await check((tokens) => tokens > 8)).toBe(false);
    expect(await check((tokens) => tokens > 1 && tokens <= 8)).toBe(false);
  });
});
