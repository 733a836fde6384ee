/** How an answer was judged, with the reason in a few words. */
export interface Grade {
  correct: boolean;
  explanation: string;
}

/** What grading needs from outside. */
export interface Grader {
  /** Whether two expressions are symbolically equal; without it only equal text counts as equal. */
  equal?(a: string, b: string): Promise<boolean>;
}

export const right = (explanation: string): Grade => ({ correct: true, explanation });
export const wrong = (explanation: string): Grade => ({ correct: false, explanation });

/** A text short enough for a sentence. */
export function brief(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
