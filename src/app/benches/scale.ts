import { loadDataset, type Dataset } from "../../data/index.ts";
import { defaultConfig, runExperiment } from "../../evaluation/index.ts";
import { nextTask, type BenchGoal } from "../../protocol/index.ts";
import { atMost, told } from "./goals.ts";

/** Longest that one task may keep the page's thread, in milliseconds. */
const LONGEST_TASK = 50;

/**
 * A run of `count` samples: whether its time is linear, its memory flat, and the page's thread free. The published test set
 * is run over and over under new ids. `tell` hears how far it is.
 */
export async function benchScale(id: string, count: number, tell: (stage: string) => void): Promise<BenchGoal[]> {
  const dataset = await repeated(count);
  // What made the dataset belongs to no run.
  await nextTask();
  const tasks = watchLongTasks();
  const quarters: number[] = [];
  const memory: Promise<number | null>[] = [];
  const begun = performance.now();
  const config = { ...defaultConfig(id), split: "all" as const };
  const run = await runExperiment(config, {
    dataset,
    latencySamples: 0,
    onStage: (stage) => stage && tell(stage),
    onResult: (_result, { done, total }) => {
      if (done % 100 === 0) tell(`${done} of ${total} samples`);
      if (done % Math.ceil(total / 4) !== 0 && done !== total) return;
      quarters.push(performance.now() - begun);
      memory.push(usedMemory());
    },
  });
  if (run.status !== "complete") throw new Error(`The run is ${run.status}. ${run.error ?? ""}`);
  const took = quarters.map((at, i) => at - (quarters[i - 1] ?? 0));
  const used = await Promise.all(memory);
  const longest = await tasks();
  return [
    atMost("last quarter's time / second quarter's", took.at(-1)! / took[1]!, "x", 1.15),
    // Not at the end, where the model goes and its memory with it.
    ...(used[0] && used[2] ? [atMost("memory after three quarters / one", used[2] / used[0], "x", 1.25)] : []),
    atMost("longest task of the page's thread", longest, "ms", LONGEST_TASK),
    told("samples a second", (count * 1000) / quarters.at(-1)!, "1/s"),
  ];
}

async function repeated(count: number): Promise<Dataset> {
  const dataset = await loadDataset("tool_use_v0");
  const own = dataset.samples.filter(({ split }) => split === "test");
  const samples = Array.from({ length: count }, (_, i) => ({ ...own[i % own.length]!, id: `${i}` }));
  return { ...dataset, name: `tool_use_v0 x ${count}`, samples };
}

/** Starts to watch; what it returns gives the longest task since then, 0 where none was over 50 ms. */
function watchLongTasks(): () => Promise<number> {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ type: "longtask" });
  return async () => {
    // The observer hears of a task after it has ended.
    await new Promise((resolve) => setTimeout(resolve, 200));
    observer.disconnect();
    return longest;
  };
}

/** Bytes of this page and its workers, after a collection of garbage; null where the browser does not tell. */
async function usedMemory(): Promise<number | null> {
  const measure = (performance as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> })
    .measureUserAgentSpecificMemory;
  return measure ? (await measure.call(performance)).bytes : null;
}
