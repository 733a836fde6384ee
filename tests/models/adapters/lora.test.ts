import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decoderShape, openAdapter, readLora } from "../../../src/models/adapters/index.ts";
import { fromHalf, toHalf } from "../../../src/models/half.ts";
import { adapterOf, CONFIG, floats, key, pair, safetensors } from "./peft.ts";

const SHAPE = decoderShape({
  hidden_size: 4,
  intermediate_size: 6,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
});

const refusal = async (parts: Parameters<typeof adapterOf>[0], config?: object) => {
  const adapter = await adapterOf(parts, config);
  try {
    readLora(adapter, SHAPE);
  } catch (error) {
    return (error as Error).message;
  }
  return "taken";
};

describe("decoderShape", () => {
  it("gives the sizes of all matrices", () => {
    expect(SHAPE).toEqual({
      layers: 2,
      sizes: {
        q_proj: [4, 4],
        k_proj: [4, 2],
        v_proj: [4, 2],
        o_proj: [4, 4],
        gate_proj: [4, 6],
        up_proj: [4, 6],
        down_proj: [6, 4],
      },
    });
  });

  it("takes the heads' size where the config has one", () => {
    const config = {
      hidden_size: 4,
      head_dim: 8,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      num_hidden_layers: 1,
    };
    expect(decoderShape(config).sizes.o_proj).toEqual([16, 4]);
  });
});

describe("readLora", () => {
  it("turns both matrices and scales by alpha / rank", async () => {
    const lora = readLora(await adapterOf(pair(1, "k_proj", 2, 4, 2)), SHAPE);
    expect(lora.rank).toBe(2);
    expect(lora.matrices).toHaveLength(1);
    const [{ layer, module, a, b }] = lora.matrices as [(typeof lora.matrices)[0]];
    expect([layer, module]).toEqual([1, "k_proj"]);
    expect([...a]).toEqual([1, 5, 2, 6, 3, 7, 4, 8]);
    expect([...b]).toEqual([1, 3, 2, 4].map((value) => value * 2));
  });

  it.each([
    ["rsLoRA", { ...CONFIG, use_rslora: true }, 4 / Math.sqrt(2)],
    ["a pattern of alphas", { ...CONFIG, alpha_pattern: { "self_attn.k_proj": 10, up_proj: 3 } }, 5],
    ["a pattern of other modules", { ...CONFIG, alpha_pattern: { proj: 10 } }, 2],
  ])("knows %s", async (_, config, scale) => {
    const lora = readLora(await adapterOf(pair(1, "k_proj", 2, 4, 2), config), SHAPE);
    expect(lora.matrices[0]!.b[0]).toBeCloseTo(scale, 5);
  });

  it("takes one rank here and another there", async () => {
    const lora = readLora(await adapterOf({ ...pair(0, "q_proj", 1, 4, 4), ...pair(0, "down_proj", 3, 6, 4) }), SHAPE);
    expect([lora.rank, ...lora.matrices.map(({ rank }) => rank)]).toEqual([3, 1, 3]);
  });

  it("widens what is stored in half precision", async () => {
    const halves = (values: number[]) => new Uint8Array(toHalf(Float32Array.from(values)).buffer);
    const brain = (values: number[]) =>
      new Uint8Array(Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) => bits >>> 16).buffer);
    const parts = {
      [key(0, "k_proj", "A")]: { dtype: "F16" as const, shape: [1, 4], bytes: halves([1, -0.5, 2, 0]) },
      [key(0, "k_proj", "B")]: { dtype: "BF16" as const, shape: [2, 1], bytes: brain([3, -8]) },
    };
    const [matrix] = readLora(await adapterOf(parts, { ...CONFIG, lora_alpha: 1 }), SHAPE).matrices;
    expect([[...matrix!.a], [...matrix!.b]]).toEqual([
      [1, -0.5, 2, 0],
      [3, -8],
    ]);
  });

  it.each([
    [{ ...CONFIG, use_dora: true }, /DoRA adapter.*\(use_dora\)/],
    [{ ...CONFIG, bias: "all" }, /also changes biases \(bias\)/],
    [{ ...CONFIG, modules_to_save: ["lm_head"] }, /replaces whole modules.*\(modules_to_save\)/],
    [{ ...CONFIG, peft_type: "IA3" }, /of the type IA3, not LoRA/],
    [{ ...CONFIG, init_lora_weights: "pissa_niter_16" }, /started from changed weights/],
    [{ ...CONFIG, lora_alpha: "4" }, /no lora_alpha in adapter_config.json/],
    [{ ...CONFIG, alpha_pattern: { "(": 4 } }, /broken alpha_pattern/],
  ])("refuses what it cannot express: %o", async (config, sentence) => {
    const told = await refusal(pair(0, "q_proj", 2, 4, 4), config);
    expect(told).toMatch(sentence);
    expect(told).toMatch(/^The adapter mine cannot be used: .*\.$/);
  });

  it.each([
    ["other sizes", pair(0, "q_proj", 2, 5, 4), /maps 5 to 4 numbers in layer 0, q_proj, where this model maps 4 to 4/],
    ["more layers", pair(2, "q_proj", 2, 4, 4), /changes layer 2 \(of 0 to 1\)/],
    ["unknown modules", pair(0, "qkv_proj", 2, 4, 4), /changes qkv_proj, which this model does not have/],
    [
      "other tensors",
      { "base_model.model.lm_head.lora_A.weight": { shape: [1], bytes: floats([1]) } },
      /lm_head.*no LoRA matrix/,
    ],
    ["nothing", {}, /has no matrices/],
    [
      "half a pair",
      { [key(0, "q_proj", "A")]: { shape: [1, 4], bytes: floats([1, 2, 3, 4]) } },
      /lacks one of its two/,
    ],
    [
      "two ranks in a pair",
      { ...pair(0, "q_proj", 2, 4, 4), [key(0, "q_proj", "B")]: { shape: [4, 1], bytes: floats([1, 2, 3, 4]) } },
      /different ranks in layer 0, q_proj/,
    ],
    [
      "no numbers",
      { ...pair(0, "q_proj", 1, 4, 4), [key(0, "q_proj", "B")]: { shape: [4, 1], bytes: floats([1, NaN, 3, 4]) } },
      /values that are no numbers in layer 0, q_proj/,
    ],
    [
      "whole numbers",
      { [key(0, "q_proj", "A")]: { dtype: "I64" as const, shape: [1], bytes: floats([1, 2]) } },
      /stored as I64/,
    ],
  ])("refuses %s", async (_, parts, sentence) => {
    expect(await refusal(parts)).toMatch(sentence);
  });

  it("says of a cut file that it is cut, wherever", async () => {
    const whole = safetensors(pair(0, "q_proj", 2, 4, 4));
    const config = new TextEncoder().encode(JSON.stringify(CONFIG));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.byteLength - 1 }), async (length) => {
        const files = { "adapter_config.json": config, "adapter_model.safetensors": whole.slice(0, length) };
        const adapter = await openAdapter(files, "mine", "nano");
        expect(() => readLora(adapter, SHAPE)).toThrow(/cut off|no safetensors file/);
      }),
    );
  });
});

describe("openAdapter", () => {
  it("has one hash for the same two files, and another when one changes", async () => {
    const [first, same] = [await adapterOf(pair(0, "q_proj", 2, 4, 4)), await adapterOf(pair(0, "q_proj", 2, 4, 4))];
    expect(same.sha256).toBe(first.sha256);
    const others = [adapterOf(pair(1, "q_proj", 2, 4, 4)), adapterOf(pair(0, "q_proj", 2, 4, 4), { ...CONFIG, r: 3 })];
    for (const other of await Promise.all(others)) expect(other.sha256).not.toBe(first.sha256);
  });

  it("refuses a configuration that is no object", async () => {
    const files = {
      "adapter_config.json": new TextEncoder().encode("[1]"),
      "adapter_model.safetensors": safetensors({}),
    };
    await expect(openAdapter(files, "mine", "nano")).rejects.toThrow(/mine cannot be read: its adapter_config.json/);
  });
});

describe("toHalf", () => {
  it("comes back the same from every half-precision number", () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7c00);
    expect(toHalf(fromHalf(all))).toEqual(all);
  });

  it("rounds to the nearest, to the even one of two", () => {
    const values = [
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      1 + 2 ** -11 + 2 ** -20,
      65520,
      65519,
      2 ** -25,
      3 * 2 ** -25,
      1e-9,
      NaN,
    ];
    const expected = [1, 1 + 2 ** -9, 1 + 2 ** -10, Infinity, 65504, 0, 2 ** -23, 0, NaN];
    expect([...fromHalf(toHalf(Float32Array.from(values)))]).toEqual(expected);
  });
});
