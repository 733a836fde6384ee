import { brief, right, wrong, type Grade, type Grader } from "./grader.ts";
import { extractAnswer, normalizeAnswer } from "./normalize.ts";

const LONGEST = 400;
const KNOWN_NAMES = new Set(
  "sin cos tan cot sec csc asin acos atan sinh cosh tanh exp log ln sqrt abs Abs pi E I oo Rational Integer".split(" "),
);

/**
 * Symbolically equal to the gold answer. Equal text needs no algebra; lists are compared member by member. The question's
 * own expression is no answer, though it equals its factored or expanded form.
 */
export async function gradeSympy(answer: string, gold: string, prompt: string, grader: Grader): Promise<Grade> {
  if (normalizeAnswer(answer) === normalizeAnswer(gold)) return right("equal to the gold answer");
  if (isRepeated(answer, prompt)) return wrong("the question's own expression");
  const [given, wanted] = [members(answer), members(gold)];
  if (given.length !== wanted.length) return wrong(`not "${brief(gold)}"`);
  const { equal } = grader;
  if (!equal) return wrong(`not "${brief(gold)}" as text`);
  if (![...given, ...wanted].every(isExpression)) return wrong("not a plain expression");
  for (const member of given) {
    const at = await indexOfEqual(member, wanted, equal);
    if (at < 0) return wrong(`not equal to "${brief(gold)}"`);
    wanted.splice(at, 1);
  }
  return right("symbolically equal to the gold answer");
}

/** A bare number or name occurs in many questions and says nothing. */
function isRepeated(answer: string, prompt: string): boolean {
  const [given, asked] = [answer, prompt].map((text) => extractAnswer(text).replace(/\s/g, "").replaceAll("^", "**"));
  return (
    given !== undefined && /[a-z].*[-+*/]|[-+*/].*[a-z]/i.test(given) && asked !== undefined && asked.includes(given)
  );
}

async function indexOfEqual(member: string, wanted: string[], equal: NonNullable<Grader["equal"]>): Promise<number> {
  for (const [i, other] of wanted.entries()) if (await equal(member, other)) return i;
  return -1;
}

/** The expressions of an answer: a list's members, else the answer itself without "x =" or "f(x) =". */
function members(text: string): string[] {
  const bare = extractAnswer(text).replace(/^[a-zA-Z](\([a-zA-Z]\))?\s*=\s*(?!=)/, "");
  const list = /^[[{(](.*,.*|)[\]})]$/s.exec(bare) ?? /^\[(.*)\]$/s.exec(bare);
  return (list ? (list[1] ?? "").split(",") : [bare]).map((member) => member.trim());
}

/**
 * Whether a text is arithmetic and nothing else. The two sides are put into one expression, so an answer must not be
 * able to bring its own logic or to close the brackets around it.
 */
function isExpression(text: string): boolean {
  if (text === "" || text.length > LONGEST || !/^[\w\s+\-*/^().]+$/.test(text)) return false;
  const names = text.match(/[A-Za-z_]\w*/g) ?? [];
  if (!names.every((name) => name.length === 1 || KNOWN_NAMES.has(name))) return false;
  let depth = 0;
  for (const sign of text) {
    if (sign === "(") depth++;
    else if (sign === ")") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}
