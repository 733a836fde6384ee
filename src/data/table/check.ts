import type { Sample } from "../../protocol/index.ts";
import { sampleFaults } from "../formats/rules.ts";

/** What is wrong with a sample, and in which field of it. */
export interface Problem {
  field: string;
  message: string;
}

/**
 * The first rule that a sample would break by an edit; null: none. What was wrong with it before does not keep other
 * fields from being edited.
 */
export function problemOf(before: Sample, after: Sample): Problem | null {
  const old = new Set(sampleFaults(before).map(({ field, message }) => `${field}: ${message}`));
  const fault = sampleFaults(after).find(({ field, message }) => !old.has(`${field}: ${message}`));
  if (!fault) return null;
  const [field = "", ...inner] = fault.field.split(".");
  return { field, message: inner.length > 0 ? `${inner.join(".")}: ${fault.message}` : fault.message };
}
