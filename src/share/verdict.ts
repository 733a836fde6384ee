import { UserError, type Run } from "../protocol/index.ts";
import { compareDigests, type Comparison } from "../evaluation/index.ts";
import { fingerprint, sameDecision, WIDTH } from "./fingerprint.ts";
import type { SharePayload } from "./payload.ts";

/** How a run compares with the one that was shared. */
export interface Verdict {
  grade: Comparison;
  /** Results whose decisions differ; for `same_decisions`, those whose text differs. At least 1 unless identical. */
  differing: number;
  /** The first of them in the dataset's order; null where the link is too short to tell. */
  first: string | null;
  sentence: string;
}

/** Grades a complete run against a link's outcome. UserError: the run is not complete. */
export function verdict(expected: SharePayload, run: Run): Verdict {
  if (!run.digest) throw new UserError("Only a complete run can be compared: continue it first.");
  const grade = compareDigests(expected.digest, run.digest);
  if (grade === "identical") {
    return { grade, differing: 0, first: null, sentence: "Identical: every decision and every token is the same." };
  }
  const other = strangers(expected, run);
  if (grade === "same_decisions" && expected.digest.tokens === run.digest.tokens) {
    return { grade, differing: 0, first: null, sentence: `Every decision and every token is the same.${other}` };
  }
  const { count, first } = differences(expected, run, grade);
  const where = first === null ? "" : `; the first is ${first}`;
  const sentence =
    grade === "same_decisions"
      ? `Same decisions: ${amount(count, "text", first)} ${verb(count)} in ${count === 1 ? "its" : "their"} words${where}.${other}`
      : `Different: ${amount(count, "decision", first)} ${verb(count)}${where}.${other}`;
  return { grade, differing: count, first, sentence };
}

/** Counts what differs by the fingerprints. Where they cannot tell, at least one result is known to differ. */
function differences(
  { fingerprints }: SharePayload,
  run: Run,
  grade: Comparison,
): { count: number; first: string | null } {
  if (fingerprints.length !== run.results.length * WIDTH) return { count: 1, first: null };
  const own = fingerprint(run.results);
  const differing = run.results.filter((_, i) => {
    const [a, b] = [fingerprints, own].map((text) => text.slice(i * WIDTH, (i + 1) * WIDTH));
    return grade === "different" ? !sameDecision(a ?? "", b ?? "") : a !== b;
  });
  return { count: Math.max(1, differing.length), first: differing[0]?.sample_id ?? null };
}

function amount(count: number, noun: string, first: string | null): string {
  return first === null ? `at least one ${noun}` : `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function verb(count: number): string {
  return count === 1 ? "differs" : "differ";
}

/** Why equality could not be promised: other files were used. */
function strangers(expected: SharePayload, run: Run): string {
  const what = [
    ...(expected.dataset === run.dataset.sha256 ? [] : ["dataset"]),
    ...(expected.model === run.model.sha256 ? [] : ["model"]),
  ];
  return what.length === 0
    ? ""
    : ` The ${what.join(" and the ")} of the link ${what.length > 1 ? "are" : "is"} not the one here.`;
}
