/** What stands before an answer in prose and says nothing itself. */
const LEAD_INS = [
  /^(so|thus|hence|therefore|then|okay|ok|well|sure|yes|right)[,:!]\s*/i,
  /^(the|my|your|its)\s+(final\s+|correct\s+|exact\s+)?(answer|result|output|value|solution)\s*(is|equals|would be|was|:|=)\s*:?\s*/i,
  /^(final\s+)?(answer|result|output)\s*[:=]\s*/i,
  /^(it|that|this)\s*('s|’s|\s+is|\s+equals|\s+would be)\s+(called\s+)?/i,
  /^=\s*/,
];
const EDGES = /^[\s"'`“”‘’*]+|[\s"'`“”‘’*.!?,;:]+$/g;
const GROUPED = /(?<![\d.,[(])\d{1,3}(,\d{3})+(?![\d,\])])/g;

/** An answer without its wrapping: "The answer is 1,234." becomes "1234". Keeps case, signs and inner punctuation. */
export function extractAnswer(text: string): string {
  let rest = text.normalize("NFKC").replaceAll("−", "-").trim();
  for (let before = ""; before !== rest;) {
    before = rest;
    for (const leadIn of LEAD_INS) rest = rest.replace(leadIn, "");
    rest = rest.replace(EDGES, "");
  }
  return ungroup(rest);
}

/** Removes thousands separators; lists like [1,234] stay lists. */
export function ungroup(text: string): string {
  return text.replace(GROUPED, (number) => number.replaceAll(",", ""));
}

/** The form in which two answers are compared: no wrapping, no article, case folded unless it counts, spaces folded. */
export function normalizeAnswer(text: string, keepCase = false): string {
  const bare = extractAnswer(text);
  return (keepCase ? bare : bare.toLowerCase())
    .replace(/^(an?|the)\s+/i, "")
    .replace(/\s+/g, " ")
    .replace(/\s*([,[\](){}])\s*/g, "$1");
}
