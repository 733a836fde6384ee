import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promptParts, renderCall, renderPrompt, systemPrompt } from "../../src/models/formats/index.ts";
import { encodeBytes } from "../../src/models/decoding/vocabulary.ts";
import { openTokenizer } from "../../src/models/transformers/tokenizer.ts";
import { FOUR_TOOLS, TWO_TOOLS } from "./tools.ts";

const home = process.env.AGENTCODER_HOME ?? ".";
const MODELS = [
  // nano is part of the project, so its tests never skip; the other is there once it was prepared.
  { id: "nano", directory: "public/models/nano", budget: 400, optional: false },
  { id: "smollm2-135m", directory: join(home, "models/base/smollm2-135m"), budget: 200, optional: true },
];

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
const open = (directory: string) =>
  openTokenizer(readJson(join(directory, "tokenizer.json")), readJson(join(directory, "tokenizer_config.json")));

for (const { id, directory, budget, optional } of MODELS) {
  describe.skipIf(optional && !existsSync(directory))(`the tokenizer of ${id}`, () => {
    it("gives the ids that Python's tokenizers give", () => {
      const tokenizer = open(directory);
      const rows = JSON.parse(readFileSync(`tests/models/golden/${id}.json`, "utf8")) as {
        text: string;
        ids: number[];
      }[];
      for (const { text, ids } of rows) {
        const told = tokenizer.encode(text);
        expect({ text, ids: told }).toEqual({ text, ids });
        // Whoever has them may change them: the next one is told the same.
        told.push(1);
        expect(tokenizer.encode(text)).toEqual(ids);
      }
      expect(rows.length).toBeGreaterThan(100);
    });

    it("loses no byte of any text but those that it has no token for", () => {
      const { encode, vocabulary } = open(directory);
      const known = (byte: string) => vocabulary.startingWith(byte).some((token) => vocabulary.bytes(token) === byte);
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (given) => {
          const kept = Array.from(encodeBytes(given)).filter(known).join("");
          expect(
            encode(given)
              .map((token) => vocabulary.bytes(token))
              .join(""),
          ).toBe(kept);
        }),
      );
      expect(Array.from('The 4 quick {"a": 1}\n').every(known)).toBe(true);
    });

    it("cuts a prompt the same whole and in the parts in which it is computed", () => {
      const { encode } = open(directory);
      const text = fc.string({ unit: "grapheme" });
      fc.assert(
        fc.property(text, text, (question, result) => {
          const messages = [
            { role: "user" as const, content: question },
            { role: "assistant" as const, content: renderCall({ name: "code_executor", arguments: { code: result } }) },
            { role: "tool" as const, content: result },
          ];
          const { system, rest } = promptParts("chatml", messages, TWO_TOOLS);
          expect([...encode(system), ...encode(rest)]).toEqual(encode(renderPrompt("chatml", messages, TWO_TOOLS)));
        }),
      );
    });

    it(`needs at most ${budget} tokens for four tools`, () => {
      expect(open(directory).encode(systemPrompt(FOUR_TOOLS)).length).toBeLessThanOrEqual(budget);
    });

    it("knows the token that ends a turn", () => {
      const tokenizer = open(directory);
      expect(tokenizer.encode("<|im_end|>")).toEqual([tokenizer.idOf("<|im_end|>")]);
    });
  });
}

describe("openTokenizer", () => {
  it("refuses a tokenizer whose tokens are not bytes", () => {
    expect(() => openTokenizer({ decoder: { type: "WordPiece" } }, {})).toThrow(/not byte-level BPE/);
  });
});
