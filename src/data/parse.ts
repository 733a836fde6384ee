import { Value } from "typebox/value";
import { CATEGORIES, DIFFICULTIES, Sample, SPLITS, UserError } from "../protocol/index.ts";

const FIELDS = Object.keys(Sample.properties);
const CHECKS = ["exact", "numeric", "sympy", "keywords", "calls"];
const CHOICES: Record<string, readonly string[]> = {
  category: CATEGORIES,
  difficulty: DIFFICULTIES,
  split: SPLITS,
  "check.kind": CHECKS,
};

/**
 * Reads a dataset: JSON Lines (a row is a line) or one JSON array (a row is a place in it). Every row is checked and kept
 * as it is; a UserError names the file, the row and the field of the first mistake.
 */
export function parseDataset(text: string, fileName: string): Sample[] {
  const rows = rowsOf(text.replace(/^\uFEFF/, ""), fileName);
  if (rows.length === 0) throw new UserError(`${fileName}: there are no samples in it.`);
  const places = new Map<string, number>();
  return rows.map(({ value, row }) => {
    const place = `${fileName}, row ${row}`;
    const sample = sampleOf(value, place);
    const first = places.get(sample.id);
    if (first !== undefined) {
      throw new UserError(`${place}, field id: "${brief(sample.id)}" is the id of row ${first} already.`);
    }
    places.set(sample.id, row);
    return sample;
  });
}

/** A dataset as JSON Lines, one sample a line; parseDataset reads it back. */
export function toJsonl(samples: readonly Sample[]): string {
  return samples.map((sample) => `${JSON.stringify(sample)}\n`).join("");
}

function rowsOf(text: string, fileName: string): { value: unknown; row: number }[] {
  if (text.trimStart().startsWith("[")) {
    const list = parseJson(text, fileName) as unknown[];
    return list.map((value, i) => ({ value, row: i + 1 }));
  }
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === "") return [];
    return [{ value: parseJson(line, `${fileName}, row ${i + 1}`), row: i + 1 }];
  });
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${place}: this is not JSON (${brief(reason)}).`);
  }
}

function sampleOf(value: unknown, place: string): Sample {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UserError(`${place}: this is not a sample but ${Array.isArray(value) ? "a list" : "a single value"}.`);
  }
  if (!Value.Check(Sample, value)) throw new UserError(`${place}, ${fault(value)}.`);
  const { check } = value;
  if (check?.kind === "keywords" && !check.all?.length && !check.any?.length) {
    throw new UserError(`${place}, field check: keywords needs at least one keyword in "all" or "any".`);
  }
  return value;
}

/** The first mistake, in the order of the fields. */
function fault(value: object): string {
  const missing = FIELDS.find((name) => !Object.hasOwn(value, name) && Sample.required.includes(name as never));
  if (missing !== undefined) return `field ${missing}: missing`;
  const errors = Value.Errors(Sample, value).filter(({ instancePath }) => instancePath !== "");
  const order = (path: string) => FIELDS.indexOf(path.split("/")[1] ?? "");
  const [error] = [...errors].sort((a, b) => order(a.instancePath) - order(b.instancePath));
  if (!error) return "this is not a sample";
  const field = error.instancePath.slice(1).replaceAll("/", ".");
  const found = field.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], value);
  const choices = CHOICES[field];
  if (choices) return `field ${field}: ${brief(JSON.stringify(found))} is not one of ${choices.join(", ")}`;
  if (found === "") return `field ${field}: empty`;
  return `field ${field}: ${error.message}`;
}

function brief(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
