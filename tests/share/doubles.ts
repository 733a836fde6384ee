import type { Run, RunConfig, SampleResult, TranscriptEvent } from "../../src/protocol/index.ts";
import { digestOf } from "../../src/evaluation/index.ts";
import { payloadOf, type SharePayload } from "../../src/share/index.ts";
import { toBase64Url } from "../../src/share/compress.ts";
import { fakeRun, fakeSamples } from "../app/fixtures/run.ts";
import { configOf } from "../evaluation/doubles.ts";

/** A complete run with the digest that belongs to its results. */
export async function honestRun(change: Partial<RunConfig> = {}, results?: SampleResult[]): Promise<Run> {
  const run = fakeRun(fakeSamples(6), configOf("nano", { limit: 6, ...change }), results ? { results } : {});
  return { ...run, digest: await digestOf(run, run.results) };
}

/** The run again, with results of its own from the sample on that `which` says; the digest follows. */
export async function rerun(
  run: Run,
  which: number[],
  how: (event: TranscriptEvent) => TranscriptEvent,
  change: Partial<Run> = {},
): Promise<Run> {
  const results = run.results.map((result, i) =>
    which.includes(i) ? { ...result, transcript: result.transcript.map(how) } : result,
  );
  const other = { ...run, results, ...change };
  return { ...other, digest: await digestOf(other, other.results) };
}

/** Writes other words and decides the same. */
export const reworded = (event: TranscriptEvent): TranscriptEvent =>
  event.type === "model" ? { ...event, text: `${event.text} Indeed.` } : event;

/** Decides otherwise. */
export const redecided = (event: TranscriptEvent): TranscriptEvent =>
  event.type === "decision" && event.step === 0 ? { ...event, choice: `not ${event.choice}` } : event;

/** A payload as anybody could write it into a link, sound or not. */
export async function forge(value: unknown, version = "1"): Promise<string> {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return `${version}.${toBase64Url(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

export const sharedRun: Run = await honestRun();
export const sharedPayload: SharePayload = payloadOf(sharedRun);
