import { isObject, CATEGORIES, DIFFICULTIES, Sample, SPLITS, TOOL_NAMES } from "../../protocol/index.ts";
import { folded, knownName, pathFault } from "./rules.ts";
import { shown } from "./shape.ts";

/** What was mended, and where. */
export interface Change {
  row: number | null;
  field: string;
  /** In a few words, with what was there before. */
  what: string;
}

type Row = Record<string, unknown>;
type Say = (field: string, what: string) => void;

/** Other people's words for ours. Folded: see `folded`. */
const SYNONYMS: Record<string, Record<string, string>> = {
  category: {
    reasoning: "pure_reasoning",
    pure: "pure_reasoning",
    no_tool: "pure_reasoning",
    direct: "pure_reasoning",
    execution: "execution_required",
    tool_required: "execution_required",
    code_required: "execution_required",
    either: "ambiguous",
    borderline: "ambiguous",
    optional: "ambiguous",
    multistep: "multi_step",
    multi: "multi_step",
    chain: "multi_step",
  },
  difficulty: {
    simple: "easy",
    low: "easy",
    moderate: "medium",
    intermediate: "medium",
    difficult: "hard",
    challenging: "hard",
    high: "hard",
  },
  split: {
    training: "train",
    dev: "validation",
    val: "validation",
    valid: "validation",
    eval: "validation",
    testing: "test",
  },
};
const CHOICES = { category: CATEGORIES, difficulty: DIFFICULTIES, split: SPLITS };
const NO_TOOL = ["no_tool", "null"];
const TEXTS = ["id", "prompt", "ground_truth_output", "gold_answer", "template", "topic"];
const REQUIRED: readonly string[] = Sample.required;

/** A copy of a row with everything mended that needs no person to tell; the row itself where there is nothing to mend. */
export function fixRow(value: unknown, row: number): { value: unknown; changes: Omit<Change, "row">[] } {
  if (!isObject(value)) return { value, changes: [] };
  const changes: Omit<Change, "row">[] = [];
  const fixed = { ...value };
  const say: Say = (field, what) => void changes.push({ field, what });
  for (const fix of [nulls, texts, labels, choices, lists, check, calls, paths]) fix(fixed, say);
  missing(fixed, say, row);
  return changes.length > 0 ? { value: fixed, changes } : { value, changes };
}

function nulls(row: Row, say: Say): void {
  for (const name of Object.keys(Sample.properties)) {
    if (row[name] !== null || REQUIRED.includes(name)) continue;
    delete row[name];
    say(name, "null left out");
  }
}

function texts(row: Row, say: Say): void {
  for (const name of TEXTS) {
    const value = row[name];
    // A whole number beyond 2^53 has lost digits already when JSON was read.
    const exact = typeof value === "number" && (!Number.isInteger(value) || Number.isSafeInteger(value));
    if (!exact && typeof value !== "boolean") continue;
    row[name] = String(value);
    say(name, `${typeof value} ${String(value)} written as text`);
  }
}

function labels(row: Row, say: Say): void {
  const tools = Array.isArray(row["tools"]) ? row["tools"] : [];
  const own = tools.flatMap((tool) => (isObject(tool) && typeof tool["name"] === "string" ? [tool["name"]] : []));
  const label = (value: unknown): unknown => {
    if (value === null) return "none";
    if (typeof value !== "string") return value;
    return knownName(value, [...own, ...TOOL_NAMES, "none"]) ?? (NO_TOOL.includes(folded(value)) ? "none" : value);
  };
  const before = row["optimal_tool"];
  const after = label(before);
  if (before !== undefined && after !== before) {
    row["optimal_tool"] = after;
    say("optimal_tool", `${shown(before)} written as ${shown(after)}`);
  }
  if (!Array.isArray(row["alternative_tools"])) return;
  row["alternative_tools"] = row["alternative_tools"].map((name: unknown, i) => {
    const fixed = label(name);
    if (fixed !== name) say(`alternative_tools.${i}`, `${shown(name)} written as ${shown(fixed)}`);
    return fixed;
  });
}

function choices(row: Row, say: Say): void {
  for (const [name, known] of Object.entries(CHOICES)) {
    const value = row[name];
    if (typeof value !== "string" || (known as readonly string[]).includes(value)) continue;
    const meant = knownName(value, known) ?? SYNONYMS[name]?.[folded(value)];
    if (meant === undefined) continue;
    row[name] = meant;
    say(name, `${shown(value)} written as ${shown(meant)}`);
  }
}

function lists(row: Row, say: Say): void {
  const value = row["alternative_tools"];
  if (value === undefined || value === null) {
    row["alternative_tools"] = [];
    say("alternative_tools", `${value === null ? "null" : "missing"}, set to []`);
  } else if (typeof value === "string" && !value.trim().startsWith("[")) {
    row["alternative_tools"] = value
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean);
    say("alternative_tools", "a text made a list");
  }
}

const KINDS = ["exact", "numeric", "sympy", "keywords", "calls"];

function check(row: Row, say: Say): void {
  if (typeof row["check"] === "string" && KINDS.includes(folded(row["check"]))) {
    row["check"] = { kind: folded(row["check"]) };
    say("check", "a text made an object");
  }
  if (!isObject(row["check"])) return;
  const fixed = { ...row["check"] };
  const { kind, calls: wanted } = fixed;
  if (typeof kind === "string" && !KINDS.includes(kind) && KINDS.includes(folded(kind))) {
    fixed["kind"] = folded(kind);
    say("check.kind", `${shown(kind)} written as ${shown(fixed["kind"])}`);
  }
  if (fixed["kind"] === "calls" && wanted === undefined && row["optimal_tool"] === "none") {
    fixed["calls"] = [];
    say("check.calls", "missing, set to []");
  }
  row["check"] = fixed;
}

function calls(row: Row, say: Say): void {
  if (!Array.isArray(row["gold_calls"])) return;
  row["gold_calls"] = row["gold_calls"].map((call: unknown, i) => {
    if (!isObject(call) || typeof call["arguments"] !== "string") return call;
    try {
      const parsed: unknown = JSON.parse(call["arguments"]);
      if (!isObject(parsed)) return call;
      say(`gold_calls.${i}.arguments`, "JSON text read");
      return { ...call, arguments: parsed };
    } catch {
      return call;
    }
  });
}

function paths(row: Row, say: Say): void {
  if (!isObject(row["files"])) return;
  const renamed = Object.entries(row["files"]).map(([path, text]) => {
    const plain = path.replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
    return { path, text, name: pathFault(path) !== null && pathFault(plain) === null ? plain : path };
  });
  // Two paths may come to one name: then only a person can tell which file is meant.
  if (new Set(renamed.map(({ name }) => name)).size < renamed.length) return;
  row["files"] = Object.fromEntries(renamed.map(({ name, text }) => [name, text]));
  for (const { path, name } of renamed) if (name !== path) say("files", `${shown(path)} written as ${shown(name)}`);
}

function missing(row: Row, say: Say, place: number): void {
  const set = (name: string, value: string, what: string) => {
    if (row[name] !== undefined && row[name] !== null && !(name === "id" && row[name] === "")) return;
    row[name] = value;
    say(name, what);
  };
  set("id", `row-${place}`, `missing, set to "row-${place}"`);
  set("reasoning", "", 'missing, set to ""');
  const answer = row["gold_answer"];
  if (typeof answer === "string") set("ground_truth_output", answer, "missing, gold_answer taken");
}
