import type { Sample } from "../../protocol/index.ts";
import { asked, goldAnswerOf } from "./label.ts";
import { listTools } from "./listing.ts";
import type { PromptRow, TrainingOptions } from "./rows.ts";
import { NO_ANSWER, NO_TOOL, type Skipped } from "./select.ts";

/** One prompt a sample, with everything that its reward is computed from. */
export function promptRows(samples: readonly Sample[], options: TrainingOptions, skipped: Skipped): PromptRow[] {
  const { dataset, seed, tools: available, costs = {} } = options;
  return samples.flatMap((sample): PromptRow[] => {
    const tools = listTools(sample, available, seed);
    const gold_answer = goldAnswerOf(sample) ?? (sample.check?.kind === "calls" ? "" : null);
    if (!tools || gold_answer === null) {
      skipped.add(tools ? NO_ANSWER : NO_TOOL);
      return [];
    }
    const row: PromptRow = {
      prompt: asked(sample),
      tools,
      check: sample.check ?? { kind: "exact" },
      gold_answer,
      optimal_tool: sample.optimal_tool,
      alternative_tools: sample.alternative_tools,
      gold_calls: sample.gold_calls ?? [],
      costs,
      category: sample.category,
      ...(sample.files && { files: sample.files }),
      ...(sample.tools && { own_tools: sample.tools }),
      sample_id: sample.id,
      dataset_sha256: dataset.sha256,
    };
    return [row];
  });
}
