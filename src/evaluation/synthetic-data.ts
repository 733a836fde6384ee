import { UserError, type Sample } from "../protocol/index.ts";
import { SampleGenerator, toJsonl, type SampleOrder, type SetName } from "../data/index.ts";
import { PythonSandbox } from "../sandbox/index.ts";
import { createDefaultTools, type ToolRegistry } from "../tools/index.ts";
import { goldCalls } from "./gold-calls.ts";

export interface SyntheticDataOptions {
  /** Same seed, same bytes. */
  seed: number;
  /** The templates: those of tool_use_v1 by default. */
  set?: SetName;
  /** What runs the gold calls; by default our own tools, with a sandbox that is closed when the samples are made. */
  tools?: ToolRegistry;
  signal?: AbortSignal;
}

/** Labelled questions as one object: generate them, and save them. Answers come from running the gold calls. */
export class SyntheticDataGenerator {
  private samples: readonly Sample[] | null = null;

  constructor(private readonly options: SyntheticDataOptions) {}

  /** Samples, balanced over categories, difficulties and splits. UserError: options that cannot be, or too many samples. */
  async generate(order: SampleOrder): Promise<Sample[]> {
    const { seed, set, signal } = this.options;
    const sandbox = this.options.tools ? null : new PythonSandbox();
    try {
      const tools = this.options.tools ?? createDefaultTools(sandbox!);
      const generator = new SampleGenerator({ seed, ...(set && { set }), ...goldCalls(tools, signal) });
      const samples = await generator.generate(order);
      this.samples = samples;
      return samples;
    } finally {
      sandbox?.dispose();
    }
  }

  /** Hands the samples, as the text of a JSON Lines file, to `write`; returns that text. UserError: nothing was generated. */
  async save(write?: (text: string) => void | Promise<void>): Promise<string> {
    if (!this.samples) throw new UserError("There is nothing to save yet: await generate() first.");
    const text = toJsonl(this.samples);
    await write?.(text);
    return text;
  }
}
