import { createRandom, type Sample, type ToolCall } from "../../protocol/index.ts";
import { answering, asked, calling, goldAnswerOf, goldCallsOf, isWrong } from "./label.ts";
import { lengthOf } from "./length.ts";
import { listTools } from "./listing.ts";
import type { Contrast, PreferenceRow, ToolPart, TrainingOptions, Turn } from "./rows.ts";
import { NO_ANSWER, NO_GOLD_CALL, NO_TOOL, type Skipped } from "./select.ts";
import { Answers, spoiled, unwantedCall } from "./wrong.ts";

interface Decided {
  sample: Sample;
  tools: ToolPart[];
  /** The right first turn. */
  right: Turn;
  call: ToolCall | null;
  /** Listed tools that are neither the best nor an acceptable decision. */
  wrongTools: ToolPart[];
}

/**
 * Pairs of first turns from the labels alone: the right class of decision against each wrong one. Decisions that the label
 * accepts are never rejected. As many pairs prefer a call to an answer as an answer to a call, and a rejected turn is as
 * long as the chosen ones of its kind: an unwanted call takes its length from a wanted one, a wrong answer from a right one.
 */
export function labelPairs(samples: readonly Sample[], options: TrainingOptions, skipped: Skipped): PreferenceRow[] {
  const { dataset, seed, renderCall } = options;
  const random = createRandom(`${seed}/pairs`);
  const size = (turn: Turn) => lengthOf(turn, renderCall);
  const sizeOfCall = (call: ToolCall) => size(calling(call));
  const decided = samples.flatMap((sample) => decide(sample, options, skipped));
  const callers = decided.filter(({ call, sample }) => call && isWrong(sample, "none"));
  const answerers = decided.filter(({ call, wrongTools }) => !call && wrongTools.length > 0);
  const count = Math.min(callers.length, answerers.length);
  skipped.add("no wrong decision is left beside the acceptable ones", decided.filter(isAllRight).length);
  skipped.add("balance: more samples prefer a call to an answer than an answer to a call", callers.length - count);
  skipped.add("balance: more samples prefer an answer to a call than a call to an answer", answerers.length - count);
  const [overAnswer, overCall] = [random.shuffle(callers).slice(0, count), random.shuffle(answerers).slice(0, count)];
  const answers = new Answers(samples);
  const rows: PreferenceRow[] = [];
  const add = ({ sample, tools, right }: Decided, contrast: Contrast, rejected: Turn) =>
    rows.push({
      prompt: asked(sample),
      chosen: [right],
      rejected: [rejected],
      tools,
      contrast,
      sample_id: sample.id,
      dataset_sha256: dataset.sha256,
    });

  // The i-th of both directions trade lengths.
  for (const [i, caller] of overAnswer.entries()) {
    const answerer = overCall[i]!;
    const wrong = answers.wrong(caller.sample, size(answerer.right), random);
    if (wrong === null) skipped.add("the dataset has no other answer of this kind", 2);
    else {
      add(caller, "answer", answering(wrong));
      const target = size(caller.right);
      const tool = random.pick(answerer.wrongTools);
      add(answerer, "call", calling(unwantedCall(answerer.sample, tool, { target, lengthOf: sizeOfCall, random })));
    }
  }
  for (const one of decided) {
    if (!one.call) continue;
    if (one.wrongTools.length > 0) {
      const aim = { target: size(one.right), lengthOf: sizeOfCall, random };
      add(one, "tool", calling(unwantedCall(one.sample, random.pick(one.wrongTools), aim)));
    }
    if (renderCall) add(one, "malformed", answering(spoiled(renderCall(one.call), random)));
  }
  const places = new Map(samples.map(({ id }, i) => [id, i]));
  return rows.sort((a, b) => places.get(a.sample_id)! - places.get(b.sample_id)!);
}

function decide(sample: Sample, { tools: available, seed }: TrainingOptions, skipped: Skipped): Decided[] {
  const tools = listTools(sample, available, seed);
  const calls = goldCallsOf(sample);
  const answer = goldAnswerOf(sample);
  const call = calls?.[0] ?? null;
  const reason = !tools ? NO_TOOL : !calls ? NO_GOLD_CALL : !call && answer === null ? NO_ANSWER : "";
  if (!tools || reason !== "") {
    skipped.add(reason);
    return [];
  }
  const wrongTools = tools.filter(({ function: { name } }) => isWrong(sample, name));
  return [{ sample, tools, right: call ? calling(call) : answering(answer ?? ""), call, wrongTools }];
}

const isAllRight = ({ call, sample, wrongTools }: Decided) =>
  wrongTools.length === 0 && !(call && isWrong(sample, "none"));
