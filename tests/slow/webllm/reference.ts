import { LAYER_STEP, VOCABULARY, type Weights } from "./weights.ts";

// A plain forward pass of Qwen2 0.5B (arXiv 2407.10671) on the weights of weights.ts, in double precision: what WebLLM's
// kernels are held against.

const LAYERS = 24;
const HIDDEN = 896;
const INNER = 4864;
const HEADS = 14;
const KV_HEADS = 2;
const WIDTH = 64;
const THETA = 1_000_000;

/** Logits after each of `ids`, as rows of the vocabulary; only those of the `wanted` positions. */
export function referenceLogits(weights: Weights, ids: readonly number[], wanted: readonly number[]): Float32Array[] {
  const { q_weight: q, q_scale: scale, bias } = weights;
  const states = ids.map((id) =>
    Float64Array.from({ length: HIDDEN }, (_, i) => dequantized(q, scale, id * HIDDEN + i)),
  );
  for (let layer = 0; layer < LAYERS; layer++) {
    const matrix = (rows: number, columns: number) => {
      const out = new Float32Array(rows * columns);
      for (let i = 0; i < out.length; i++) out[i] = dequantized(q, scale, layer * LAYER_STEP + i);
      return (x: Float64Array) => product(out, x, rows);
    };
    const qkv = matrix((HEADS + 2 * KV_HEADS) * WIDTH, HIDDEN);
    const output = matrix(HIDDEN, HEADS * WIDTH);
    const gateUp = matrix(2 * INNER, HIDDEN);
    const down = matrix(HIDDEN, INNER);
    const keys: Float64Array[] = [];
    const values: Float64Array[] = [];
    states.forEach((h, position) => {
      const x = qkv(normed(h)).map((value, i) => value + bias[i]!);
      const heads = Array.from({ length: HEADS + 2 * KV_HEADS }, (_, head) =>
        x.slice(head * WIDTH, (head + 1) * WIDTH),
      );
      for (const head of heads.slice(0, HEADS + KV_HEADS)) rotate(head, position);
      keys.push(join(heads.slice(HEADS, HEADS + KV_HEADS)));
      values.push(join(heads.slice(HEADS + KV_HEADS)));
      add(h, output(join(heads.slice(0, HEADS).map((query, head) => attend(query, keys, values, head)))));
      const inner = gateUp(normed(h));
      add(h, down(inner.subarray(0, INNER).map((gate, i) => (gate / (1 + Math.exp(-gate))) * inner[INNER + i]!)));
    });
  }
  return wanted.map((position) => {
    const last = normed(states[position]!);
    return Float32Array.from({ length: VOCABULARY }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < HIDDEN; i++) sum += dequantized(q, scale, row * HIDDEN + i) * last[i]!;
      return sum;
    });
  });
}

/** MLC's q4f32_1: eight values of four bits in a word, less seven, times a scale for each 32 of a row. */
function dequantized(q: Weights["q_weight"], scale: Weights["q_scale"], i: number): number {
  return (((q[i >> 3]! >>> (4 * (i & 7))) & 15) - 7) * scale[i >> 5]!;
}

function product(matrix: Float32Array, x: Float64Array, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += matrix[at++]! * x[i]!;
    out[row] = sum;
  }
  return out;
}

/** RMSNorm with a gain of one. */
function normed(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  return x.map((value) => value / Math.sqrt(mean + 1e-6));
}

/** Rotary embedding (arXiv 2104.09864), halves apart. */
function rotate(head: Float64Array, position: number): void {
  for (let i = 0; i < WIDTH / 2; i++) {
    const angle = position * THETA ** ((-2 * i) / WIDTH);
    const [x, y] = [head[i]!, head[i + WIDTH / 2]!];
    head[i] = x * Math.cos(angle) - y * Math.sin(angle);
    head[i + WIDTH / 2] = y * Math.cos(angle) + x * Math.sin(angle);
  }
}

function attend(query: Float64Array, keys: Float64Array[], values: Float64Array[], head: number): Float64Array {
  const from = Math.floor(head / (HEADS / KV_HEADS)) * WIDTH;
  const scores = keys.map((key) => query.reduce((sum, value, i) => sum + value * key[from + i]!, 0) / Math.sqrt(WIDTH));
  const most = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - most));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Float64Array.from({ length: WIDTH }, (_, i) =>
    shares.reduce((sum, share, at) => sum + (share / total) * values[at]![from + i]!, 0),
  );
}

const join = (parts: Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));

function add(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += y[i]!;
}
