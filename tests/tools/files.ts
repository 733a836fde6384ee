import fc from "fast-check";

/** Few names, so that they meet: as files, as folders, and as what must not be. */
const part = fc.constantFrom("a", "b", "c.txt", "ü", "__proto__");
const badPart = fc.constantFrom("", ".", "..", "a\\b", "a\0", "\n", "\u202E", "\ud800", "x".repeat(201));

/** A path that keeps to the rules. */
export const goodPath = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));

/** Any path: good ones mostly, hostile ones, and whatever else a text can be. */
export const anyPath = fc.oneof(
  { weight: 6, arbitrary: goodPath },
  { weight: 1, arbitrary: fc.array(fc.oneof(part, badPart), { maxLength: 10 }).map((parts) => parts.join("/")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
);

/** A file's text, of one to four bytes a character. */
export const anyText = fc.string({ unit: fc.constantFrom("a", "\n", "é", "漢", "😀"), maxLength: 8 });
