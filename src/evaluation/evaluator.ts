import { UserError, type Run, type RunConfig, type Sample } from "../protocol/index.ts";
import { loadDataset } from "../data/index.ts";
import { defaultConfig } from "./config.ts";
import { runExperiment, type ExperimentOptions } from "./experiment.ts";
import { report } from "./report/html.ts";
import { plots } from "./report/plots.ts";

/** An evaluation as one object: run it, read its report, keep its plots. */
export class ToolUseEvaluator {
  private run: Run | null = null;
  private samples: readonly Sample[] = [];
  private readonly config: RunConfig;

  /** @param config a whole configuration, or a model's id with what differs from its default experiment. */
  constructor(
    config: Partial<RunConfig> & Pick<RunConfig, "model">,
    private readonly options: ExperimentOptions = {},
  ) {
    this.config = { ...defaultConfig(config.model), ...config };
  }

  /** Runs the experiment. UserError where it cannot be run. */
  async evaluate(): Promise<Run> {
    const dataset = this.options.dataset ?? (await loadDataset(this.config.dataset));
    this.samples = dataset.samples;
    return (this.run = await runExperiment(this.config, { ...this.options, dataset }));
  }

  /** The run as a web page of its own, without scripts. */
  report(): string {
    return report(this.finished, this.samples);
  }

  /** Hands each plot (name and SVG text) to `write`; returns them all. */
  async savePlots(write?: (name: string, svg: string) => void | Promise<void>): Promise<Record<string, string>> {
    const drawn = plots(this.finished, this.samples);
    for (const [name, svg] of Object.entries(drawn)) await write?.(name, svg);
    return drawn;
  }

  private get finished(): Run {
    if (this.run) return this.run;
    throw new UserError("There is nothing to report yet: await evaluate() first.");
  }
}
