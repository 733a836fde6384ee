import { firstOf, type FileChange } from "../../protocol/index.ts";

/** Characters of one text, and of all texts of one call: a transcript is kept for every sample of a run. */
const LONGEST_TEXT = 2000;
const MOST = 16_000;

/** The changes as a transcript keeps them: every file is named, and texts that are too long are cut and say so. */
export function forTranscript(changes: readonly FileChange[]): FileChange[] {
  let room = MOST;
  return changes.map((change) => {
    const kept = shorten(change, Math.min(LONGEST_TEXT, Math.floor(room / 2)));
    room -= lengthOf(kept.before) + lengthOf(kept.after);
    return kept;
  });
}

function shorten({ path, before, after }: FileChange, most: number): FileChange {
  if (lengthOf(before) <= most && lengthOf(after) <= most) return { path, before, after };
  const from = firstDifference(before ?? "", after ?? "");
  const part = (text: string | null) => (text === null ? null : firstOf(text.slice(from), most));
  return { path, before: part(before), after: part(after), cut: true };
}

/** Where the first line begins that is not the same in both. */
function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return a.slice(0, at).lastIndexOf("\n") + 1;
}

function lengthOf(text: string | null): number {
  return text?.length ?? 0;
}
