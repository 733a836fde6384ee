import { Value } from "typebox/value";
import { messageOf, UserError, type Run, type TranscriptEvent } from "../protocol/index.ts";
import { fieldOf, whatIsWrong } from "./run-problem.ts";
import { EVENTS, RunFile } from "./run-schema.ts";

/** A run nests about ten levels; what is far deeper exhausts the stack of whatever walks it. */
export const DEEPEST = 100;

/** Reads a run of unknown origin. UserError names the first field that is wrong; fields that a run has not are dropped. */
export function parseRun(text: string): Run {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`This file is not a run: it is not JSON (${messageOf(error)}).`);
  }
  return checkRun(value);
}

/** Like parseRun, of what the JSON says. */
export function checkRun(value: unknown): Run {
  if (typeof value !== "object" || value === null || !("results" in value)) {
    throw new UserError("This file is not a run of AgentCoder: it has no results. Choose a run.json.");
  }
  const { schema } = value as { schema?: unknown };
  if (schema !== 1) {
    const found = typeof schema === "number" ? schema : "unknown";
    throw new UserError(
      `This run has format ${found}, but this version reads format 1: use the AgentCoder that wrote it.`,
    );
  }
  if (isDeeper(value, DEEPEST)) {
    throw new UserError(`This run cannot be read: it nests more than ${DEEPEST} levels deep, as no run does.`);
  }
  const run = Value.Clean(RunFile, value);
  if (!Value.Check(RunFile, run)) throw unreadable(whatIsWrong(RunFile, run));
  run.results.forEach(({ transcript }, i) =>
    transcript.forEach((event, j) => (transcript[j] = readEvent(event, `/results/${i}/transcript/${j}`))),
  );
  return run;
}

function readEvent(event: unknown, place: string): TranscriptEvent {
  const type = typeof event === "object" && event !== null && "type" in event ? event.type : undefined;
  if (typeof type !== "string" || !Object.hasOwn(EVENTS, type)) {
    throw unreadable(`${fieldOf(`${place}/type`)} is none of ${Object.keys(EVENTS).join(", ")}`);
  }
  const schema = EVENTS[type as keyof typeof EVENTS];
  const own = Value.Clean(schema, event);
  if (Value.Check(schema, own)) return own;
  throw unreadable(whatIsWrong(schema, own, place));
}

function unreadable(reason: string): UserError {
  return new UserError(`This run cannot be read: ${reason}.`);
}

/** Whether a value nests deeper than so many levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
