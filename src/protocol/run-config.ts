import { Type, type Static } from "typebox";
import { oneOf, SPLITS } from "./sample.ts";
import { UserTools } from "./user-tool.ts";

/** The tools that a run lists unless it names others. */
export const DEFAULT_TOOLS: readonly string[] = ["code_executor", "symbolic_math"];

/** free: the model decides; forced: the call's opening is prefilled; forbidden: the call marker cannot be completed. */
export const ARMS = ["free", "forced", "forbidden", "no_tools"] as const;
export type Arm = (typeof ARMS)[number];

const Name = Type.String({ minLength: 1, maxLength: 200 });

/** Strongest that an adapter may work. */
export const MOST_SCALE = 1.5;

/** Which of a server's two ways to write is asked: messages and tools as structures, or our own prompt as text. */
export const REMOTE_APIS = ["chat", "completions"] as const;

/** A server of the person's that writes the tokens: where it is and which of its models is asked. Never a key. */
export const Endpoint = Type.Object(
  {
    /** Where its API begins, e.g. `http://127.0.0.1:8000/v1`. */
    url: Type.String({ minLength: 1, maxLength: 500 }),
    api: oneOf(REMOTE_APIS),
    /** What the server calls the model. */
    model: Name,
  },
  { additionalProperties: false },
);
export type Endpoint = Static<typeof Endpoint>;

/**
 * Everything that determines a run's tokens, and nothing else. Part of the digest and of a share link, where an optional
 * field that is left out stands for what was before there was such a field.
 */
export const RunConfig = Type.Object({
  model: Name,
  runtime: oneOf(["transformers", "scripted", "webllm", "wllama", "remote"] as const),
  device: oneOf(["auto", "webgpu", "wasm"] as const),
  dtype: oneOf(["auto", "fp32", "fp16", "q8", "q4", "q4f16"] as const),
  dataset: Name,
  split: oneOf([...SPLITS, "all"] as const),
  /** null: every sample of the split. */
  limit: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  arms: Type.Array(oneOf(ARMS), { minItems: 1, maxItems: ARMS.length, uniqueItems: true }),
  tools: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 64, uniqueItems: true }),
  temperature: Type.Number({ minimum: 0, maximum: 5 }),
  topP: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
  maxTokens: Type.Integer({ minimum: 1, maximum: 100_000 }),
  maxSteps: Type.Integer({ minimum: 1, maximum: 100 }),
  seed: Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  repeats: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Sampling draws from this many likeliest tokens at most; left out: from all. */
  topK: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** A call, once it is begun, can only be one to a listed tool with arguments of its schema. */
  constrainCalls: Type.Optional(Type.Literal(true)),
  /** Faults put into tool calls, e.g. `timeout=0.1,error=0.2`: see `parseFaults`. */
  faults: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** The live service that `web_search` asks, e.g. `mediawiki:https://en.wikipedia.org`: see `parseSearch`. */
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  /** The adapter that the model decodes with, and how strongly: 1 as it was trained. */
  adapter: Type.Optional(
    Type.Object({
      sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
      scale: Type.Number({ minimum: 0, maximum: MOST_SCALE }),
    }),
  ),
  /** The server that is asked: where the runtime is `remote`, and only there. */
  endpoint: Type.Optional(Endpoint),
  /** Tools that the person who configured the run wrote; those among `tools` are registered. */
  userTools: Type.Optional(UserTools),
});
export type RunConfig = Static<typeof RunConfig>;

/** How a configuration chooses tokens, in a few words: `greedy`, or `temperature 0.7, top-p 0.9, top-k 40`. */
export function describeSampling({ temperature, topP, topK, constrainCalls }: RunConfig): string {
  const drawn = [`temperature ${temperature}`, `top-p ${topP}`, ...(topK === undefined ? [] : [`top-k ${topK}`])];
  return [...(temperature === 0 ? ["greedy"] : drawn), ...(constrainCalls ? ["calls constrained"] : [])].join(", ");
}
