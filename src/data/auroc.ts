/**
 * The probability that a positive's score is above a negative's, ties counting half: the area under the ROC curve (Hanley
 * and McNeil 1982). null where one of the two is missing.
 */
export function auroc(rows: readonly { score: number; positive: boolean }[]): number | null {
  const sorted = [...rows].sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let [above, below] = [0, 0];
  for (let from = 0; from < sorted.length;) {
    let to = from;
    let tied = 0;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) tied += Number(sorted[to++]!.positive);
    const others = to - from - tied;
    above += tied * (below + others / 2);
    below += others;
    from = to;
  }
  return above / (positives * negatives);
}
