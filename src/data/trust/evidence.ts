import type { Run, Sample, SampleResult } from "../../protocol/index.ts";
import { entropyOf } from "./association.ts";
import { check, notCompared, quote, some, type TrustCheck } from "./check.ts";
import { paced, type Watch } from "./pace.ts";

/** What models did says of labels: which were contradicted, and on which samples the models disagree. */
export async function evidence(
  samples: readonly Sample[],
  runs: readonly Run[],
  watch: Watch = {},
): Promise<TrustCheck[]> {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const without = new Map<string, boolean[]>();
  const decisions = new Map<string, string[]>();
  let unknown = 0;
  const results = runs.flatMap((run) => run.results);
  await paced("runs", results, watch, (result) => {
    const { sample_id: id, arm, scores } = result;
    if (!byId.has(id)) return void unknown++;
    if ((arm === "forbidden" || arm === "no_tools") && cameToAnEnd(result)) append(without, id, scores.correct);
    // What cannot be read is no decision for or against a call, and an error is none at all.
    if (arm === "free" && scores.decision !== "malformed" && scores.decision !== "error")
      append(decisions, id, scores.decision);
  });
  const notes = [
    ...(unknown > 0 ? [`${some(unknown, "result")} are of samples that are not here.`] : []),
    ...scripted(runs),
  ];
  return [
    contradicted(samples, without, notes, true),
    contradicted(samples, without, notes, false),
    disagreement(byId, decisions, notes),
  ];
}

/** Without a tool: always right where a tool is wanted, or always wrong where none is. */
function contradicted(
  samples: readonly Sample[],
  without: Map<string, boolean[]>,
  notes: string[],
  right: boolean,
): TrustCheck {
  const id = right ? "right_without_tool" : "wrong_without_tool";
  const title = right
    ? "A tool is wanted, but every model is right without"
    : "None is wanted, but every model is wrong";
  const judged = samples.filter(({ id, optimal_tool }) => without.has(id) && (optimal_tool !== "none") === right);
  if (judged.length === 0)
    return notCompared(id, title, `the runs have no forbidden or no_tools results of such samples. ${notes.join(" ")}`);
  const found = judged.filter((sample) => without.get(sample.id)!.every((correct) => correct === right));
  return check(
    {
      id,
      title,
      level: found.length > 0 ? "notice" : "ok",
      summary: [
        `${found.length} of ${some(judged.length, "sample")} labelled ${right ? "with a tool" : "none"} were answered ${right ? "correctly" : "wrongly"} each time that no tool could be called.`,
        ...notes,
      ].join(" "),
    },
    found,
    (sample) => ({
      ids: [sample.id],
      detail: `labelled ${quote(sample.optimal_tool)}, ${right ? "right" : "wrong"} in all ${some(without.get(sample.id)!.length, "result")} without a tool`,
    }),
  );
}

/** Samples on which free decisions differ, the most divided first. */
function disagreement(byId: Map<string, Sample>, decisions: Map<string, string[]>, notes: string[]): TrustCheck {
  const [id, title] = ["disagreement", "Models disagree on the decision"];
  const judged = [...decisions].filter(([, made]) => made.length > 1);
  if (judged.length === 0)
    return notCompared(id, title, `no sample has two decisions of the free arm. ${notes.join(" ")}`);
  const found = judged
    .map(([sample, made]) => {
      const counts = new Map<string, number>();
      for (const choice of made) counts.set(choice, (counts.get(choice) ?? 0) + 1);
      return { sample, counts, bits: entropyOf([...counts.values()], made.length) };
    })
    .filter(({ bits }) => bits > 0)
    .sort((a, b) => b.bits - a.bits);
  return check(
    {
      id,
      title,
      level: found.length > 0 ? "notice" : "ok",
      summary: [
        `The first decisions of the free arm differ on ${found.length} of ${some(judged.length, "sample")} with two or more.`,
        ...notes,
      ].join(" "),
    },
    found,
    ({ sample, counts, bits }) => ({
      ids: [sample],
      detail: `${[...counts].map(([choice, count]) => `${choice} ${count}`).join(", ")} (${bits.toFixed(2)} bits); labelled ${quote(byId.get(sample)!.optimal_tool)}`,
    }),
  );
}

/** A model that failed or had no room says nothing of the label. */
function cameToAnEnd({ transcript }: SampleResult): boolean {
  return !transcript.some(
    (event) => event.type === "error" && ["context_overflow", "model_error", "cancelled"].includes(event.kind),
  );
}

function scripted(runs: readonly Run[]): string[] {
  const count = runs.filter(({ model }) => model.runtime === "scripted").length;
  return count > 0 ? [`${some(count, "run")} of a scripted model, which knows the labels, are among them.`] : [];
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}
