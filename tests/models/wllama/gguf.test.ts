import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGguf, writeGguf } from "../../../src/models/wllama/gguf.ts";
import { modelShape, readVocabulary } from "../../../src/models/wllama/shape.ts";
import { GGUF } from "../wllama-models.ts";

const read = (name: string) => readGguf(new Uint8Array(readFileSync(`${GGUF}/${name}.gguf`)), "The file");

describe("GGUF files", () => {
  it("come back as they were written, each tensor's numbers at a multiple of 32 bytes", () => {
    const name = fc.string({ minLength: 1, maxLength: 20 });
    const tensors = fc.uniqueArray(
      fc.record({ name, rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 5 }) }),
      { selector: (tensor) => tensor.name, maxLength: 5 },
    );
    const metadata = fc.dictionary(name, fc.oneof(fc.string(), fc.float({ noNaN: true })), { noNullPrototype: true });
    fc.assert(
      fc.property(metadata, tensors, (metadata, tensors) => {
        const parts = tensors.map(({ name, rows, columns }, place) => ({
          ...{ name, shape: [columns, rows] },
          values: Float32Array.from({ length: rows * columns }, (_, i) => place + i / 8),
        }));
        const bytes = writeGguf(metadata, parts);
        const found = readGguf(bytes, "The file");
        expect(Object.fromEntries(found.metadata)).toEqual({ ...metadata });
        expect([...found.shapes]).toEqual(parts.map(({ name, shape }) => [name, shape]));
        let end = bytes.length;
        for (const { values } of [...parts].reverse()) {
          end -= Math.ceil(values.byteLength / 32) * 32;
          expect(end % 32).toBe(0);
          expect(new Float32Array(bytes.buffer.slice(end, end + values.byteLength))).toEqual(values);
        }
      }),
    );
  });

  it("of others are read: metadata of every kind, shapes, and the vocabulary as bytes", () => {
    const gguf = read("llama");
    const shape = modelShape(gguf, "The file");
    expect(shape).toMatchObject({ architecture: "llama", heads: 4, keyHeads: 2, context: 512 });
    // 2 layers, 2 heads of 16 for keys and for values, in fp32.
    expect(shape.bytesPerToken).toBe(2 * 2 * 16 * 2 * 4);
    expect(shape.decoder.sizes.k_proj).toEqual([64, 32]);
    expect(gguf.shapes.get("blk.1.ffn_down.weight")).toEqual([128, 64]);
    const vocabulary = readVocabulary(gguf, "The file");
    expect(vocabulary.size).toBe(512);
    expect(vocabulary.text(2)).toBe("<|im_end|>");
    expect(
      new Set(Array.from({ length: 256 }, (_, byte) => vocabulary.startingWith(String.fromCharCode(byte)).length > 0)),
    ).toEqual(new Set([true]));
  });

  it("reads SentencePiece's tokens, and refuses tokenizers whose tokens are no bytes", () => {
    const gguf = (model: string) => ({
      metadata: new Map<string, string | (string | number)[]>([
        ["tokenizer.ggml.model", model],
        ["tokenizer.ggml.tokens", ["<s>", "▁Hi", "<0xC3>"]],
        ["tokenizer.ggml.token_type", [3, 1, 6]],
      ]),
      shapes: new Map(),
    });
    const vocabulary = readVocabulary(gguf("llama"), "The file");
    expect([0, 1, 2].map((id) => vocabulary.bytes(id))).toEqual(["<s>", " Hi", "\xc3"]);
    expect(() => readVocabulary(gguf("bert"), "The file")).toThrow(
      /The file has a tokenizer of the kind bert: only gpt2/,
    );
  });

  it("are refused when they are none, of another version, or cut off anywhere in the head", () => {
    const whole = writeGguf({ a: "text", b: 1 }, [{ name: "t", shape: [2], values: new Float32Array(2) }]);
    expect(() => readGguf(new Uint8Array(64), "The file")).toThrow("The file is no GGUF file");
    const other = whole.slice();
    other[4] = 9;
    expect(() => readGguf(other, "The file")).toThrow("The file is GGUF version 9");
    for (let length = 0; length < 60; length++) {
      expect(() => readGguf(whole.slice(0, length), "The file")).toThrow(/The file is (cut off|no GGUF)/);
    }
    expect(() => modelShape(readGguf(whole, "The file"), "The file")).toThrow(
      /The file does not say its embedding_length/,
    );
  });
});
