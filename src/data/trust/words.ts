/**
 * A number with its decimals, a character of a script that sets no spaces, a word, or a sign: `7*x` and `7+x` differ.
 */
const TOKEN =
  /\p{N}+(?:[.,]\p{N}+)*|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*|[^\s]/gu;

/** Unicode NFKC, case and white space folded: texts that a reader takes for the same are the same. */
export function fold(text: string): string {
  // Capitals first: only so "straße" and "STRASSE" meet.
  return text.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC").replace(/\s+/g, " ").trim();
}

/** The words, numbers and signs of a text as it is spelled. */
export function splitWords(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** The words, numbers and signs of a text, folded. Masked numbers are all the same. */
export function tokensOf(text: string, maskNumbers = false): string[] {
  const tokens = splitWords(fold(text));
  return maskNumbers ? tokens.map((token) => (/^\p{N}/u.test(token) ? "#" : token)) : tokens;
}
