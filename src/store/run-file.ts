import { Value } from "typebox/value";
import { messageOf, UserError, type Run } from "../protocol/index.ts";
import { RunFile } from "./run-schema.ts";

/** Reads a run of unknown origin. UserError names the first field that is wrong; fields that a run has not are dropped. */
export function parseRun(text: string): Run {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`This file is not a run: it is not JSON (${messageOf(error)}).`);
  }
  if (typeof value !== "object" || value === null || !("results" in value)) {
    throw new UserError("This file is not a run of AgentCoder: it has no results. Choose a run.json.");
  }
  const { schema } = value as { schema?: unknown };
  if (schema !== 1) {
    throw new UserError(
      `This run has format ${JSON.stringify(schema) ?? "unknown"}, but this version reads format 1: use the AgentCoder that wrote it.`,
    );
  }
  const run = Value.Clean(RunFile, value);
  if (Value.Check(RunFile, run)) return run;
  const [first] = Value.Errors(RunFile, run);
  const field = first?.instancePath.slice(1).replaceAll("/", ".") || "the run";
  throw new UserError(`This run cannot be read: field ${field} ${first?.message ?? "is not valid"}.`);
}
