import fc from "fast-check";
import {
  ARMS,
  FAULTS,
  type Decision,
  type FileChange,
  type Metrics,
  type Run,
  type SampleResult,
  type SearchHit,
  type TranscriptEvent,
} from "../../src/protocol/index.ts";

/** Any text that a file can hold, control characters and all planes of Unicode included. */
const text = fc.string({ unit: "binary", maxLength: 12 });
const id = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const count = fc.nat(5000);
const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
const p = fc.double({ min: 0, max: 1, noNaN: true });
const sha = fc.stringMatching(/^[0-9a-f]{64}$/);
const timing = fc.record({ totalMs: ms, firstTokenMs: ms });
const usage = fc.record({ promptTokens: count, completionTokens: count });
const failure = fc.option(fc.record({ type: text, message: text }));

const decision: fc.Arbitrary<Decision> = fc.record({
  options: fc.array(fc.record({ option: text, probability: p }), { maxLength: 3 }),
  pCall: p,
  entropy: ms,
  top: fc.array(fc.record({ token: text, probability: p }), { maxLength: 3 }),
});

const required = <T extends object, K extends keyof T>(model: { [key in keyof T]: fc.Arbitrary<T[key]> }, keys: K[]) =>
  fc.record<T, K>(model, { requiredKeys: keys });

const change: fc.Arbitrary<FileChange> = required(
  { path: text, before: fc.option(text), after: fc.option(text), cut: fc.boolean() },
  ["path", "before", "after"],
);

const hit: fc.Arbitrary<SearchHit> = required({ title: text, text, url: text, date: text }, ["title", "text"]);

const event: fc.Arbitrary<TranscriptEvent> = fc.oneof(
  required(
    {
      type: fc.constant("model" as const),
      step: count,
      text,
      tokenIds: fc.array(count, { maxLength: 4 }),
      usage,
      timing,
      stopReason: fc.constantFrom("end", "length", "stop", "tool_call", "cancelled", "timeout", "context_overflow"),
      adapter: fc.option(sha),
    },
    ["type", "step", "text", "usage", "timing", "stopReason", "adapter"],
  ),
  required({ type: fc.constant("decision" as const), step: count, choice: text, late: fc.boolean(), decision }, [
    "type",
    "step",
    "choice",
    "late",
  ]),
  fc.record({
    type: fc.constant("tool_call" as const),
    step: count,
    call: fc.record({ name: text, arguments: fc.dictionary(id, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }) }),
    raw: text,
  }),
  required(
    {
      type: fc.constant("tool_result" as const),
      step: count,
      name: text,
      success: fc.boolean(),
      output: text,
      error: failure,
      killed: fc.option(fc.constantFrom("timeout", "memory", "output", "files", "crash", "cancelled")),
      execution_time: ms,
      changes: fc.array(change, { maxLength: 3 }),
      injected: fc.constantFrom(...FAULTS),
      record: required({ provider: text, query: text, hits: fc.array(hit, { maxLength: 3 }), error: text }, [
        "provider",
        "query",
        "hits",
      ]),
    },
    ["type", "step", "name", "success", "output", "error", "killed", "execution_time"],
  ),
  fc.record({
    type: fc.constant("error" as const),
    step: count,
    kind: fc.constantFrom("malformed_call", "unknown_tool", "invalid_arguments", "context_overflow", "step_limit"),
    message: text,
  }),
  fc.record({ type: fc.constant("answer" as const), step: count, text }),
);

/** One sample's result, as a runtime of any abilities may leave it. */
const anyResult: fc.Arbitrary<SampleResult> = fc.record({
  sample_id: id,
  arm: fc.constantFrom(...ARMS),
  repeat: fc.nat(3),
  transcript: fc.array(event, { maxLength: 5 }),
  answer: text,
  scores: fc.record({
    correct: fc.boolean(),
    tool_correct: fc.boolean(),
    tool_correct_lenient: fc.boolean(),
    decision: text,
    calls: fc.nat(9),
    unnecessary_calls: fc.nat(9),
    failed_calls: fc.nat(9),
    sequence_correct: fc.option(fc.boolean()),
    p_call: fc.option(p),
    explanation: text,
  }),
  timing,
  usage,
});

const metrics: fc.Arbitrary<Metrics> = fc.dictionary(
  id,
  fc.record({ value: fc.option(ms), ci95: fc.option(fc.tuple(p, p)), n: count }),
  { maxKeys: 3 },
);

const run: fc.Arbitrary<Run> = required(
  {
    schema: fc.constant(1 as const),
    id,
    created: fc
      .date({ min: new Date("2026-01-01"), max: new Date("2036-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    status: fc.constantFrom("running", "complete", "cancelled", "failed"),
    error: text,
    config: fc.record({
      model: id,
      runtime: fc.constantFrom("transformers", "scripted", "webllm", "wllama", "remote"),
      device: fc.constantFrom("auto", "webgpu", "wasm"),
      dtype: fc.constantFrom("auto", "fp32", "fp16", "q8", "q4", "q4f16"),
      dataset: id,
      split: fc.constantFrom("train", "validation", "test", "all"),
      limit: fc.option(fc.integer({ min: 1, max: 99 })),
      arms: fc.subarray([...ARMS], { minLength: 1 }),
      tools: fc.uniqueArray(
        id.map((name) => name.slice(0, 100)),
        { maxLength: 3 },
      ),
      temperature: p,
      topP: p.filter((share) => share > 0),
      maxTokens: fc.integer({ min: 1, max: 100_000 }),
      maxSteps: fc.integer({ min: 1, max: 100 }),
      seed: fc.maxSafeInteger(),
      repeats: fc.integer({ min: 1, max: 9 }),
    }),
    environment: fc.record({
      version: text,
      userAgent: text,
      crossOriginIsolated: fc.boolean(),
      threads: fc.nat(64),
      gpu: fc.option(text),
      libraries: fc.dictionary(id, text, { maxKeys: 2 }),
    }),
    dataset: fc.record({ name: id, version: text, sha256: sha, n: count }),
    model: fc.record({
      id,
      sha256: sha,
      runtime: fc.constantFrom("transformers", "scripted"),
      device: fc.constantFrom("webgpu", "wasm", "none"),
      dtype: fc.constantFrom("none", "fp16", "q8"),
      capabilities: fc.record({
        tokenIds: fc.boolean(),
        logits: fc.boolean(),
        prefill: fc.boolean(),
        ban: fc.boolean(),
        grammar: fc.boolean(),
        adapters: fc.boolean(),
        batch: fc.boolean(),
        seed: fc.boolean(),
      }),
    }),
    adapter: fc.option(required({ sha256: sha, name: text }, ["sha256"])),
    costs: fc.dictionary(id, ms, { maxKeys: 2 }),
    results: fc.array(anyResult, { maxLength: 4 }),
    metrics,
    slices: fc.array(fc.record({ dimension: text, value: text, metrics }), { maxLength: 2 }),
    digest: fc.option(fc.record({ config: sha, decisions: sha, tokens: sha })),
  } satisfies { [key in keyof Required<Run>]: fc.Arbitrary<Required<Run>[key]> },
  [
    "schema",
    "id",
    "created",
    "status",
    "config",
    "environment",
    "dataset",
    "model",
    "adapter",
    "results",
    "metrics",
    "slices",
    "digest",
  ],
);

/** Any run that this program can have written: complete, cut off or failed. As JSON has it, so without -0. */
export const anyRun: fc.Arbitrary<Run> = run.map((value) => JSON.parse(JSON.stringify(value)) as Run);
