import { firstOf } from "../../protocol/index.ts";

/** HTML is read no further than this. */
const LONGEST_HTML = 5000;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/**
 * The text of a piece of HTML. Tags are cut out as text and entities are read from a table: nothing is parsed by the
 * page. That makes it readable, not safe: like all text from elsewhere, it may only ever be shown as text.
 */
export function textOfHtml(html: string): string {
  let text = html.slice(0, LONGEST_HTML);
  // Cutting out one tag may join the halves of another.
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(/<[a-z/!?][^<>]*>/gi, "");
  }
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (entity, decimal, hex, name) =>
    name === undefined ? character(decimal ? Number(decimal) : parseInt(hex, 16)) : (ENTITIES[name] ?? entity),
  );
}

function character(code: number): string {
  return code > 0x10ffff ? "\uFFFD" : String.fromCodePoint(code);
}

/** A text on one line: no control characters, no marks that turn the direction of writing, no halves of a character. */
export function oneLine(text: string): string {
  return text
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, "")
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replace(/[\p{Control}\s]+/gu, " ")
    .trim();
}

/** At most `longest` characters; `…` stands for what is cut off. Never between the halves of a surrogate pair. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${firstOf(text, longest - 1)}…`;
}
