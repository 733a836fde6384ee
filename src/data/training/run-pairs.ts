import {
  createRandom,
  UserError,
  type Run,
  type Sample,
  type SampleResult,
  type ToolCallEvent,
  type ToolSchema,
} from "../../protocol/index.ts";
import { answering, asked, calling, toolPart } from "./label.ts";
import type { PreferenceRow, ToolPart, TrainingOptions, Turn } from "./rows.ts";
import type { Skipped } from "./select.ts";

/** Arms that list the run's tools: their turns answer the same prompt. */
const COMPARED: readonly string[] = ["free", "forced", "forbidden"];

/**
 * Pairs of first turns that a model wrote in a run's arms: of each sample and repeat one that came out right, and one that
 * came out wrong. UserError: a run is of another dataset, or lists a tool that is not known.
 */
export function runPairs(samples: readonly Sample[], options: TrainingOptions, skipped: Skipped): PreferenceRow[] {
  const { dataset, seed, runs = [] } = options;
  const known = new Map(samples.map((sample) => [sample.id, sample]));
  return runs.flatMap((run) => {
    if (run.dataset.sha256 !== dataset.sha256) {
      throw new UserError(
        `The run ${run.id} is of other bytes than ${dataset.name} (sha256 ${run.dataset.sha256.slice(0, 12)}… instead of ${dataset.sha256.slice(0, 12)}…): give the dataset that it ran on.`,
      );
    }
    const tools = listed(run, options.tools);
    return [...groups(run)].flatMap(([key, results]): PreferenceRow[] => {
      const sample = known.get(results[0]!.sample_id);
      if (!sample) return (skipped.add("results of a split that is not trained on", results.length), []);
      const random = createRandom(`${seed}/${run.id}/${key}`);
      const right = results.filter(({ scores }) => scores.correct);
      const wrong = results.filter(({ scores }) => !scores.correct);
      if (right.length === 0 || wrong.length === 0) {
        return (skipped.add(`tie: all arms came out ${right.length > 0 ? "right" : "wrong"}`), []);
      }
      const [chosen, rejected] = [firstTurn(random.pick(right)), firstTurn(random.pick(wrong))];
      if (!chosen || !rejected) return (skipped.add("an arm has no first turn"), []);
      if (JSON.stringify(chosen) === JSON.stringify(rejected)) {
        return (skipped.add("tie: both arms began with the same turn"), []);
      }
      return [
        {
          prompt: asked(sample),
          chosen: [chosen],
          rejected: [rejected],
          tools: sample.tools?.map(toolPart) ?? tools,
          contrast: "run",
          sample_id: sample.id,
          dataset_sha256: dataset.sha256,
        },
      ];
    });
  });
}

/** What the run's prompts listed, in their order. */
function listed({ id, config }: Run, available: readonly ToolSchema[]): ToolPart[] {
  return config.tools.map((name) => {
    const tool = [...(config.userTools ?? []), ...available].find((one) => one.name === name);
    if (!tool) throw new UserError(`The run ${id} lists the tool "${name}", which is not among the available ones.`);
    return toolPart(tool);
  });
}

/** Results that answer the same prompt, by sample and repeat. */
function groups({ results }: Run): Map<string, SampleResult[]> {
  const found = new Map<string, SampleResult[]>();
  for (const result of results) {
    if (!COMPARED.includes(result.arm)) continue;
    const key = `${result.sample_id}/${result.repeat}`;
    found.set(key, [...(found.get(key) ?? []), result]);
  }
  return found;
}

/** The first turn as it was written, up to its call; null where the model wrote none. */
function firstTurn({ transcript }: SampleResult): Turn | null {
  const written = transcript.find((event) => event.type === "model" && event.step === 0);
  if (written?.type !== "model") return null;
  const made = transcript.find((event): event is ToolCallEvent => event.type === "tool_call" && event.step === 0);
  if (!made) return answering(written.text);
  const at = written.text.indexOf(made.raw);
  return calling(made.call, at > 0 ? written.text.slice(0, at) : "");
}
