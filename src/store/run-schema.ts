import { Type } from "typebox";
import { ARMS, FAULTS, oneOf, RunConfig, type TranscriptEvent } from "../protocol/index.ts";

const Id = Type.String({ minLength: 1, maxLength: 200 });
const Count = Type.Integer({ minimum: 0 });
const Milliseconds = Type.Number({ minimum: 0 });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const Timing = Type.Object({ totalMs: Milliseconds, firstTokenMs: Milliseconds });
const Usage = Type.Object({ promptTokens: Count, completionTokens: Count });
/** What a model wrote is kept as it is, whatever its keys are. */
const Arguments = Type.Unsafe<Record<string, unknown>>({ type: "object" });
const Failure = nullable(Type.Object({ type: Type.String(), message: Type.String() }));
const Killed = nullable(oneOf(["timeout", "memory", "output", "files", "crash", "cancelled"] as const));

const FileChange = Type.Object({
  path: Type.String(),
  before: nullable(Type.String()),
  after: nullable(Type.String()),
  cut: Type.Optional(Type.Boolean()),
});

const SearchRecord = Type.Object({
  provider: Type.String(),
  query: Type.String(),
  hits: Type.Array(
    Type.Object({
      title: Type.String(),
      text: Type.String(),
      url: Type.Optional(Type.String()),
      date: Type.Optional(Type.String()),
    }),
  ),
  error: Type.Optional(Type.String()),
});

const Decision = Type.Object({
  options: Type.Array(Type.Object({ option: Type.String(), probability: Type.Number() })),
  pCall: Type.Number({ minimum: 0, maximum: 1 }),
  entropy: Type.Number(),
  top: Type.Array(Type.Object({ token: Type.String(), probability: Type.Number() })),
});

/**
 * Each kind of event by its name. No union: an event is cleaned as what it says it is, and its mistakes are told in the
 * terms of its own kind.
 */
export const EVENTS = {
  model: Type.Object({
    type: Type.Literal("model"),
    step: Count,
    text: Type.String(),
    tokenIds: Type.Optional(Type.Array(Count)),
    usage: Usage,
    timing: Timing,
    stopReason: oneOf(["end", "length", "stop", "tool_call", "cancelled", "timeout", "context_overflow"] as const),
    adapter: nullable(Type.String()),
  }),
  decision: Type.Object({
    type: Type.Literal("decision"),
    step: Count,
    choice: Type.String(),
    late: Type.Boolean(),
    decision: Type.Optional(Decision),
  }),
  tool_call: Type.Object({
    type: Type.Literal("tool_call"),
    step: Count,
    call: Type.Object({ name: Type.String(), arguments: Arguments }),
    raw: Type.String(),
  }),
  tool_result: Type.Object({
    type: Type.Literal("tool_result"),
    step: Count,
    name: Type.String(),
    success: Type.Boolean(),
    output: Type.String(),
    error: Failure,
    killed: Killed,
    execution_time: Type.Number({ minimum: 0 }),
    changes: Type.Optional(Type.Array(FileChange)),
    injected: Type.Optional(oneOf(FAULTS)),
    record: Type.Optional(SearchRecord),
  }),
  error: Type.Object({
    type: Type.Literal("error"),
    step: Count,
    kind: oneOf([
      "malformed_call",
      "unknown_tool",
      "invalid_arguments",
      "context_overflow",
      "step_limit",
      "model_error",
      "cancelled",
    ] as const),
    message: Type.String(),
  }),
  answer: Type.Object({ type: Type.Literal("answer"), step: Count, text: Type.String() }),
};
const Scores = Type.Object({
  correct: Type.Boolean(),
  tool_correct: Type.Boolean(),
  tool_correct_lenient: Type.Boolean(),
  decision: Type.String(),
  calls: Count,
  unnecessary_calls: Count,
  failed_calls: Count,
  sequence_correct: nullable(Type.Boolean()),
  p_call: nullable(Type.Number({ minimum: 0, maximum: 1 })),
  explanation: Type.String(),
});

const Result = Type.Object({
  sample_id: Type.String({ minLength: 1 }),
  arm: oneOf(ARMS),
  repeat: Count,
  // Events are read one by one.
  transcript: Type.Array(Type.Unsafe<TranscriptEvent>({})),
  answer: Type.String(),
  scores: Scores,
  timing: Timing,
  usage: Usage,
  pace: Type.Optional(Type.Object({ seconds: Type.Number({ minimum: 0 }), together: Count })),
});

const Metric = Type.Object({
  value: nullable(Type.Number()),
  ci95: nullable(Type.Tuple([Type.Number(), Type.Number()])),
  n: Count,
});
/** Any text, of several lines as well: what does not match is dropped. */
const Key = Type.String({ pattern: "^[^]*$" });
const Metrics = Type.Record(Key, Metric);

const Environment = Type.Object({
  version: Type.String(),
  userAgent: Type.String(),
  crossOriginIsolated: Type.Boolean(),
  threads: Count,
  gpu: nullable(Type.String()),
  libraries: Type.Record(Key, Type.String()),
});

const Model = Type.Object({
  id: Id,
  sha256: Type.String(),
  revision: Type.Optional(Type.String()),
  runtime: RunConfig.properties.runtime,
  device: oneOf(["webgpu", "wasm", "none"] as const),
  dtype: oneOf(["none", "fp32", "fp16", "q8", "q4", "q4f16"] as const),
  capabilities: Type.Object({
    tokenIds: Type.Boolean(),
    logits: Type.Boolean(),
    prefill: Type.Boolean(),
    ban: Type.Boolean(),
    grammar: Type.Boolean(),
    topK: Type.Optional(Type.Boolean()),
    adapters: Type.Boolean(),
    batch: Type.Boolean(),
    seed: Type.Boolean(),
  }),
});

/** The shape of a run.json. Every text may be hostile: it is only ever shown as text. */
export const RunFile = Type.Object({
  schema: Type.Literal(1),
  id: Id,
  created: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$" }),
  status: oneOf(["running", "complete", "cancelled", "failed"] as const),
  error: Type.Optional(Type.String()),
  config: RunConfig,
  environment: Environment,
  dataset: Type.Object({ name: Id, version: Type.String(), sha256: Type.String(), n: Count }),
  model: Model,
  adapter: nullable(Type.Object({ sha256: Type.String(), name: Type.Optional(Type.String()) })),
  costs: Type.Optional(Type.Record(Key, Type.Number({ minimum: 0 }))),
  results: Type.Array(Result),
  metrics: Metrics,
  slices: Type.Array(Type.Object({ dimension: Type.String(), value: Type.String(), metrics: Metrics })),
  digest: nullable(Type.Object({ config: Type.String(), decisions: Type.String(), tokens: Type.String() })),
});
