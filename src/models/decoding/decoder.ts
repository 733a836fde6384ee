import type { GenerateRequest, Generation, Inspection } from "../../protocol/index.ts";
import { inspect } from "./inspect.ts";
import { Prefixes } from "./prefixes.ts";
import { Row, type DecodeControl, type DecoderModel } from "./row.ts";
import type { Step } from "./session.ts";

interface Job {
  row: Row;
  resolve(generation: Generation): void;
  reject(error: unknown): void;
}

/**
 * The decode loop: requests are begun in the order in which they come, up to the model's width and room at a time, and then
 * go on together, one token each a step. Whoever has ended leaves, and others take the places. Tokens are a function of
 * the request alone.
 */
export class Decoder {
  private readonly prefixes = new Prefixes();
  private readonly waiting: Job[] = [];
  private active: Job[] = [];
  private running = false;

  constructor(private readonly model: DecoderModel) {}

  /** Runs one request beside those that are under way. Cancelled: what was written so far, with stopReason `cancelled`. */
  generate(request: GenerateRequest, control: DecodeControl): Promise<Generation> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ row: new Row(this.model, request, control), resolve, reject });
      if (!this.running) void this.run();
    });
  }

  /** What the model computes at each position of these texts; see `inspect`. Not while requests are under way. */
  inspect(texts: readonly string[], wanted: number[][][] | null, breathe: () => Promise<void>): Promise<Inspection[]> {
    return inspect(this.model, texts, wanted, breathe);
  }

  /** Forgets what is kept between requests. */
  dispose(): void {
    this.prefixes.clear();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0 || this.active.length > 0) {
      await this.admit();
      await this.step();
    }
    this.running = false;
  }

  private async admit(): Promise<void> {
    const width = this.model.session.advance ? this.model.width : 1;
    while (this.active.length < width) {
      const [job] = this.waiting;
      if (!job || !this.fits(job.row)) return;
      this.waiting.shift();
      this.active.push(job);
      await this.guard([job], () => job.row.begin(this.prefixes));
      this.leave();
    }
  }

  /** Whether there is room for one more; alone it always gets it, and beyond the context it ends at once. */
  private fits({ room }: Row): boolean {
    const { room: all = Infinity, context } = this.model;
    if (room > context) return true;
    const longest = Math.max(room, ...this.active.map(({ row }) => row.room));
    return this.active.length === 0 || (this.active.length + 1) * longest <= all;
  }

  private async step(): Promise<void> {
    await this.active[0]?.row.breathe();
    for (const { row } of this.active) row.checkCancelled();
    this.leave();
    const together = [...this.active];
    if (together.length === 0) return;
    let steps: Step[] = [];
    await this.guard(together, async () => (steps = await this.forward(together.map(({ row }) => row))));
    for (const [place, one] of together.entries()) {
      const step = steps[place];
      if (step) await this.guard([one], () => one.row.take(step));
    }
    this.leave();
  }

  private async forward(rows: Row[]): Promise<Step[]> {
    const { session } = this.model;
    const [first] = rows;
    if (!session.advance) return [await session.forward([first!.next], first!.past, [0], first!.adapter)];
    return session.advance(
      rows.map((row) => row.next),
      rows.map((row) => row.past),
      rows.map((row) => row.adapter),
    );
  }

  /** A failure ends the requests that it hit and no other. */
  private async guard(hit: readonly Job[], work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.active = this.active.filter((one) => !hit.includes(one));
      for (const { row, reject } of hit) {
        row.dispose();
        reject(error);
      }
    }
  }

  private leave(): void {
    for (const { row, resolve } of this.active) {
      if (row.ended === null) continue;
      row.dispose();
      resolve(row.generation());
    }
    this.active = this.active.filter(({ row }) => row.ended === null);
  }
}
