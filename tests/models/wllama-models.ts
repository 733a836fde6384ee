import { readFileSync } from "node:fs";
import type { ModelSpec } from "../../src/protocol/index.ts";
import { sha256 } from "../../src/protocol/index.ts";

/** What PyTorch wrote: see trainer/testdata/tiny_reference.py. */
interface Answer {
  tokens: number[];
  gaps: number[];
  first: { ids: number[]; probabilities: number[] };
}

export interface Row {
  question: string;
  /** Tokens of the prompt. */
  prompt: number;
  base: Answer;
  adapted?: Answer;
  half?: Answer;
}

export interface Reference {
  system: string;
  scale: number;
  models: Record<string, Row[]>;
}

export const GGUF = "tests/models/golden/gguf";

/** Choices that are closer than this (in logits) may fall the other way in another order of additions. */
const CLOSE = 0.003;

/** The tokens up to the first that was too close to call. */
export function certain({ tokens, gaps }: Answer): number[] {
  const close = gaps.findIndex((gap) => gap < CLOSE);
  return close < 0 ? tokens : tokens.slice(0, close);
}

/** A tiny model of trainer.testdata: its catalog entry, and the files of its folder. */
export async function tinyModel(name: string, folder = GGUF) {
  const data = readFileSync(`${folder}/${name}.gguf`);
  const path = "gguf/model-fp32.gguf";
  const file = { path, bytes: data.length, sha256: await sha256(new Uint8Array(data)) };
  const spec: ModelSpec = {
    id: `tiny-${name}`,
    title: `tiny ${name}`,
    description: "A random model.",
    runtime: "wllama",
    promptFormat: "chatml",
    parameters: 100_000,
    context: 512,
    license: "MIT",
    source: "trainer.testdata",
    origin: "bundled",
    baseUrl: `models/tiny-${name}/`,
    dtypes: { wasm: ["fp32"], webgpu: [] },
    defaultDevice: "wasm",
  };
  const manifest = Buffer.from(JSON.stringify({ id: spec.id, dtypes: ["fp32"], files: [file] }));
  return {
    spec,
    files: new Map([
      [`/${spec.baseUrl}manifest.json`, manifest],
      [`/${spec.baseUrl}${path}`, data],
    ]),
  };
}
