import type { Adapter, Run, RunConfig } from "../protocol/index.ts";
import { runExperiment, withOpened, type ExperimentOptions } from "./experiment.ts";

/** One of the runs: the base (null), or an adapter and how strongly it works. */
export interface Side {
  adapter: Adapter | null;
  scale: number;
}

/**
 * Runs one experiment with the base and with adapters in one pass: the model is loaded once, and all runs' samples are
 * decoded in the same batches. Each run is token for token what it would be alone. Gives the runs in the sides' order.
 * UserError where the configuration cannot be run or an adapter does not fit.
 */
export function runSideBySide(
  config: RunConfig,
  sides: readonly Side[],
  options: Omit<ExperimentOptions, "adapter" | "alone" | "done" | "previous"> = {},
): Promise<Run[]> {
  const room = sides.some(({ adapter }) => adapter !== null);
  return withOpened(config, options, room, (opened) => {
    const alone = oneByOne(sides.length);
    const runs = sides.map(({ adapter, scale }) => {
      const { adapter: _, ...base } = config;
      const own = adapter ? { ...base, adapter: { sha256: adapter.sha256, scale } } : base;
      return runExperiment(own, { ...options, ...opened, alone, ...(adapter && { adapter }) });
    });
    return Promise.all(runs);
  });
}

/** When all `count` have come, does the work of each, one after the other. */
function oneByOne(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let come = 0;
  let open: () => void = () => {};
  let turn: Promise<unknown> = new Promise<void>((resolve) => (open = resolve));
  return (work) => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    if (++come === count) open();
    return mine;
  };
}
