import { UserError, type GoldResult, type Sample, type ToolCall } from "../../protocol/index.ts";
import { answering, asked, calling, goldAnswerOf, goldCallsOf } from "./label.ts";
import { listTools } from "./listing.ts";
import type { GoldRunner, SftRow, ToolPart, TrainingOptions, Turn } from "./rows.ts";
import { NO_ANSWER, NO_GOLD_CALL, NO_TOOL, type Skipped } from "./select.ts";

/** Samples whose calls run at the same time: the sandbox has fewer places, but none of them should wait. */
const AT_ONCE = 8;

interface Planned {
  sample: Sample;
  calls: ToolCall[];
  tools: ToolPart[];
}

/** One conversation a sample. UserError: a gold call does not do what it should. */
export async function sftRows(
  samples: readonly Sample[],
  options: TrainingOptions,
  skipped: Skipped,
): Promise<SftRow[]> {
  const { dataset, seed, tools: available, run } = options;
  const planned = samples.flatMap((sample): Planned[] => {
    const calls = goldCallsOf(sample);
    const tools = listTools(sample, available, seed);
    const reason = !calls
      ? NO_GOLD_CALL
      : !tools
        ? NO_TOOL
        : calls.length === 0 && goldAnswerOf(sample) === null
          ? NO_ANSWER
          : "";
    if (calls && tools && reason === "") return [{ sample, calls, tools }];
    skipped.add(reason);
    return [];
  });
  const results = await resultsOf(planned, dataset.name, run);
  return planned.map(({ sample, calls, tools }, i) => ({
    messages: conversation(sample, calls, results[i]!),
    tools,
    sample_id: sample.id,
    dataset_sha256: dataset.sha256,
  }));
}

async function resultsOf(planned: Planned[], place: string, run: GoldRunner | undefined): Promise<GoldResult[][]> {
  const results = planned.map((): GoldResult[] => []);
  let next = 0;
  const work = async () => {
    for (let i = next++; i < planned.length; i = next++) {
      const { sample, calls } = planned[i]!;
      if (!isShown(sample, calls)) continue;
      if (!run)
        throw new UserError(`${place}: conversations need the results of the gold calls, and nothing runs them.`);
      const found = await run(sample, calls);
      hold(found, `${place}, sample "${sample.id}"`, calls.length);
      results[i] = found;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** Where only the calls are judged there is no answer to lead up to: such a row ends with its call. */
const isShown = (sample: Sample, calls: readonly ToolCall[]) =>
  calls.length > 1 || (calls.length === 1 && goldAnswerOf(sample) !== null);

/** A call may fail where the sample is about recovering; the last one is what the answer rests on. */
function hold(results: readonly GoldResult[], place: string, count: number): void {
  const killed = results.find((result) => result.killed);
  if (killed?.killed === "cancelled") throw new UserError("Cancelled: nothing was written.");
  if (killed) {
    throw new UserError(`${place}: a gold call was stopped (${killed.killed}): close other programs and try again.`);
  }
  const last = results.at(-1);
  if (results.length < count || !last?.success) {
    throw new UserError(`${place}: its gold calls do not work (${last?.shown ?? "no result"}): mend gold_calls.`);
  }
}

function conversation(sample: Sample, calls: readonly ToolCall[], results: readonly GoldResult[]): Turn[] {
  const answer = goldAnswerOf(sample);
  const turns = calls.flatMap((call, i): Turn[] => {
    const result = results[i];
    const isLast = i === calls.length - 1;
    if (!result || (isLast && answer === null)) return [calling(call)];
    return [calling(call), { role: "tool", name: call.name, content: result.shown }];
  });
  return [...asked(sample), ...turns, ...(answer === null ? [] : [answering(answer)])];
}
