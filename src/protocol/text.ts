/** The beginning of a text: at most `most` characters, never half a surrogate pair at its end. */
export function firstOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
}
