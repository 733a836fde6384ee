import { Tensor, type InferenceSession } from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { GraphSession } from "../../src/models/transformers/graph.ts";
import { fromHalf } from "../../src/models/half.ts";

const VOCABULARY = 4;

/** A session that records its feeds; its logits name position and row, its present grows by the new tokens. */
function fakeSession(extra: string[], type: "float32" | "float16" = "float32") {
  const fed: Record<string, Tensor>[] = [];
  const names = ["past_key_values.0.key", "past_key_values.0.value"];
  const session = {
    inputNames: ["input_ids", "attention_mask", ...names, ...extra],
    outputNames: ["logits", "present.0.key", "present.0.value"],
    inputMetadata: names.map((name) => ({ name, isTensor: true, type, shape: ["batch", 2, "past", 8] })),
    run: async (feeds: Record<string, Tensor>) => {
      fed.push(feeds);
      const ids = feeds.input_ids!.data as BigInt64Array;
      const rows = (feeds.last?.data as BigInt64Array | undefined) ?? ids.map((_, i) => BigInt(i));
      const logits = Array.from(rows, (row) => [Number(ids[Number(row)]), Number(row), 0, 0]).flat();
      const length = feeds.attention_mask!.dims[1]!;
      const present = () => new Tensor("float32", new Float32Array(2 * length * 8), [1, 2, length, 8]);
      return {
        logits: new Tensor("float32", Float32Array.from(logits), [1, rows.length, VOCABULARY]),
        "present.0.key": present(),
        "present.0.value": present(),
      };
    },
    release: async () => {},
  };
  return { session: session as unknown as InferenceSession, fed };
}

describe("GraphSession", () => {
  it("asks a graph with `last` only for the picked positions", async () => {
    const { session, fed } = fakeSession(["last"]);
    const { logits } = await new GraphSession(session, Tensor, {}, null).forward([10, 11, 12], null, [0, 2]);
    expect(logits.map((row) => [...row.slice(0, 2)])).toEqual([
      [10, 0],
      [12, 2],
    ]);
    expect(fed[0]!.last!.dims).toEqual([1, 2, 1]);
    expect(fed[0]!["past_key_values.0.key"]!.dims).toEqual([1, 2, 0, 8]);
  });

  it("picks the positions itself from a graph without `last`, and counts positions where they are asked for", async () => {
    const { session, fed } = fakeSession(["position_ids"]);
    const graph = new GraphSession(session, Tensor, {}, null);
    const first = await graph.forward([10, 11, 12], null, [2]);
    expect(first.logits.map((row) => row[0])).toEqual([12]);
    const second = await graph.forward([13, 14], first.past, [1]);
    expect(second.logits[0]![0]).toBe(14);
    expect([...(fed[1]!.position_ids!.data as BigInt64Array)]).toEqual([3n, 4n]);
    expect(fed[1]!.attention_mask!.dims).toEqual([1, 5]);
    expect(second.past.length).toBe(5);
    expect(fed[1]!["past_key_values.0.value"]!.dims).toEqual([1, 2, 3, 8]);
  });

  it("starts half-precision graphs with a half-precision past", async () => {
    const { session, fed } = fakeSession(["last"], "float16");
    await new GraphSession(session, Tensor, {}, null).forward([1], null, [0]);
    expect(fed[0]!["past_key_values.0.key"]!.type).toBe("float16");
  });

  it("takes widths that the graph leaves open from the config", async () => {
    const { session, fed } = fakeSession([]);
    const open = session.inputMetadata.map((input) => ({ ...input, shape: ["batch", "heads", "past", "size"] }));
    const config = { num_key_value_heads: 3, hidden_size: 64, num_attention_heads: 4 };
    const graph = new GraphSession(
      { ...session, inputMetadata: open } as unknown as InferenceSession,
      Tensor,
      config,
      null,
    );
    await graph.forward([1], null, [0]);
    expect(fed[0]!["past_key_values.0.key"]!.dims).toEqual([1, 3, 0, 16]);
  });

  it("gives logits that the caller may change", async () => {
    const { session } = fakeSession(["last"]);
    const graph = new GraphSession(session, Tensor, {}, null);
    const { logits } = await graph.forward([7, 7], null, [0, 1]);
    logits[0]!.fill(-1);
    expect(logits[1]![0]).toBe(7);
  });

  it("refuses a file that is no decoder", () => {
    const { session } = fakeSession([]);
    const encoder = { ...session, inputMetadata: [] } as unknown as InferenceSession;
    expect(() => new GraphSession(encoder, Tensor, {}, null)).toThrow(/no decoder with past keys and values/);
  });
});

describe("fromHalf", () => {
  it("reads the bits of half-precision numbers", () => {
    const bits = Uint16Array.from([0x0000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00]);
    const expected = [0, 1, -2, 0.333251953125, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity];
    expect([...fromHalf(bits)]).toEqual(expected.map(Math.fround));
    expect(fromHalf(Uint16Array.from([0x7e00]))[0]).toBeNaN();
  });

  it("passes on what are numbers already", () => {
    expect([...fromHalf([0.5, -3])]).toEqual([0.5, -3]);
  });
});
