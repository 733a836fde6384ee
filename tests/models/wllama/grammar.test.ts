import fc from "fast-check";
import { expect, it } from "vitest";
import { textWithout } from "../../../src/models/wllama/grammar.ts";

const code = (hex: string) => Number.parseInt(hex, 16);

/** Whether a text is in the language of a grammar that `textWithout` made, read as llama.cpp reads it. */
function takes(grammar: string, text: string): boolean {
  const rules = new Map(grammar.split("\n").map((line) => line.split(" ::= ") as [string, string]));
  const root = rules.get("root")!;
  const inside = (set: string, char: string) => {
    const ranges = [...set.matchAll(/\\U([0-9A-F]{8})(?:-\\U([0-9A-F]{8}))?/g)];
    const point = char.codePointAt(0)!;
    return ranges.some(([, from, to]) => point >= code(from!) && point <= code(to ?? from!));
  };
  if (root.endsWith("]*")) return [...text].every((char) => inside(root, char));
  let state: string | undefined = root;
  for (const char of text) {
    const ways: string[] = rules.get(state)!.split(" | ");
    state = ways
      .find((way) => way.startsWith("[") && inside(way.slice(0, way.indexOf("]")), char))
      ?.split(" ")
      .at(-1);
    if (state === undefined) return false;
  }
  return rules.get(state)!.endsWith('""');
}

const few = fc.string({ unit: fc.constantFrom("a", "b", "<", "é"), maxLength: 12 });

it("takes exactly the texts that complete no banned one, wherever they begin", () => {
  fc.assert(
    fc.property(fc.array(few, { maxLength: 3 }), few, few, (banned, written, text) => {
      const texts = banned.filter((one) => one !== "");
      // What stands in the written text alone is not completed by what follows.
      const completes = [...text].some((_, i, chars) => {
        const whole = written + chars.slice(0, i + 1).join("");
        return texts.some((one) => whole.endsWith(one));
      });
      expect(takes(textWithout(banned, written), text)).toBe(!completes);
    }),
    { numRuns: 500 },
  );
});

it("takes any text where nothing is banned, and no half of a surrogate pair", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
      expect(takes(textWithout([]), text)).toBe(!/[\0\ud800-\udfff]/u.test(text));
    }),
  );
});
