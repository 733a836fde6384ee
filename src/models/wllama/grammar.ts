/**
 * A grammar of llama.cpp (https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md) for text that never
 * completes a banned one, whatever way tokens cut it; with none it is any text. `written` is what the text begins behind:
 * a banned text may have begun there. Under a grammar llama.cpp also refuses tokens that would not go on as UTF-8, which
 * it could not return.
 *
 * The states are those of Aho and Corasick (1975): how much of which banned text has been written.
 */
export function textWithout(banned: readonly string[], written = ""): string {
  const texts = banned.filter((text) => text !== "").map((text) => [...text]);
  if (texts.length === 0) return `root ::= ${anyBut([])}*`;
  const states = new Map<string, number>([["", 0]]);
  for (const text of texts) {
    for (let length = 1; length < text.length; length++) {
      const state = text.slice(0, length).join("");
      if (!states.has(state)) states.set(state, states.size);
    }
  }
  const whole = texts.map((text) => text.join(""));
  /** The longest end of a text that is a state. */
  const stateOf = (text: string) => {
    const chars = [...text];
    const start = chars.findIndex((_, from) => states.has(chars.slice(from).join("")));
    return states.get(start < 0 ? "" : chars.slice(start).join("")) ?? 0;
  };
  const alphabet = [...new Set(texts.flat())];
  const rules = [...states].map(([state, number]) => {
    const next = alphabet.map((char) => {
      const completes = whole.some((text) => (state + char).endsWith(text));
      return { char, to: completes ? null : stateOf(state + char) };
    });
    const others = next.filter(({ to }) => to !== 0);
    const ways = others.flatMap(({ char, to }) => (to === null ? [] : [`[${escaped(char)}] s${to}`]));
    return `s${number} ::= ${anyBut(others.map(({ char }) => char))} s0 | ${[...ways, '""'].join(" | ")}`;
  });
  return [`root ::= s${stateOf(written)}`, ...rules].join("\n");
}

/** The code points of Unicode's characters: the halves of surrogate pairs are none. */
const CHARACTERS = [
  [0x1, 0xd7ff],
  [0xe000, 0x10ffff],
] as const;

/** Every character but these. */
function anyBut(chars: readonly string[]): string {
  const codes = chars.map((char) => char.codePointAt(0)!).sort((a, b) => a - b);
  const ranges = CHARACTERS.flatMap(([first, last]) => {
    const inside = codes.filter((code) => code >= first && code <= last);
    const starts = [first, ...inside.map((code) => code + 1)];
    return starts.flatMap((from, i) => {
      const to = (inside[i] ?? last + 1) - 1;
      return from <= to ? [`${point(from)}-${point(to)}`] : [];
    });
  });
  return `[${ranges.join("")}]`;
}

function escaped(char: string): string {
  return point(char.codePointAt(0)!);
}

function point(code: number): string {
  return `\\U${code.toString(16).padStart(8, "0").toUpperCase()}`;
}
