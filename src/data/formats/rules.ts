import { isObject, RESERVED_NAMES, Sample, TOOL_NAMES } from "../../protocol/index.ts";
import { faultsOf, shown, type Fault } from "./shape.ts";

/** What is wrong at a place of a dataset. `row` counts from 1 (a line, a record, a place in the list). */
export interface Problem {
  /** null: the file itself. */
  row: number | null;
  /** null: the row itself. */
  field: string | null;
  /** A few words, without the place. */
  message: string;
  /** What `fixDataset` does about it; null where only a person can tell. */
  fix: string | null;
}

const LONGEST_PATH = 200;

/** A problem as one sentence that names the file, the row and the field. */
export function describe({ row, field, message }: Omit<Problem, "fix">, fileName: string): string {
  const place = [fileName, ...(row === null ? [] : [`row ${row}`]), ...(field === null ? [] : [`field ${field}`])];
  return `${place.join(", ")}: ${message}.`;
}

/** Everything that is wrong with a value that should be a sample; none: it is one. */
export function sampleFaults(value: unknown): Fault[] {
  if (!isObject(value)) {
    return [{ field: "", message: `this is not a sample but ${Array.isArray(value) ? "a list" : "a single value"}` }];
  }
  const faults = faultsOf(Sample, value);
  // The rules below read fields whose shape is right.
  const broken = new Set(faults.map(({ field }) => field.split(".")[0]));
  const sound = Object.fromEntries(Object.entries(value).filter(([name]) => !broken.has(name))) as Partial<Sample>;
  return [...faults, ...meaningFaults(sound)];
}

/** What a shape cannot say: fields that contradict each other, and names that nothing will ever equal. */
function meaningFaults(sample: Partial<Sample>): Fault[] {
  return [...nameFaults(sample), ...checkFaults(sample), ...toolFaults(sample), ...fileFaults(sample)];
}

function nameFaults({ optimal_tool, alternative_tools = [], tools = [] }: Partial<Sample>): Fault[] {
  const faults: Fault[] = [];
  const names = [...TOOL_NAMES, "none", ...tools.map(({ name }) => name)];
  const labels = [
    ["optimal_tool", optimal_tool],
    ...alternative_tools.map((name, i) => [`alternative_tools.${i}`, name] as const),
  ] as const;
  for (const [field, name] of labels) {
    if (name === undefined || names.includes(name)) continue;
    const meant = knownName(name, names);
    if (meant !== undefined) faults.push({ field, message: `${shown(name)} should be written ${meant}` });
  }
  return faults;
}

/** The name of a tool that this is, written in other case, with blanks or with hyphens. */
export function knownName(name: string, names: readonly string[]): string | undefined {
  return names.includes(name) ? name : names.find((known) => folded(known) === folded(name));
}

/** Case, blanks and hyphens do not tell names apart. */
export function folded(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}

function checkFaults({ check, optimal_tool, gold_calls }: Partial<Sample>): Fault[] {
  const faults: Fault[] = [];
  if (optimal_tool === "none" && gold_calls?.length) {
    faults.push({ field: "gold_calls", message: "there are calls although optimal_tool is none" });
  }
  if (check?.kind === "keywords" && !words(check.all) && !words(check.any)) {
    faults.push({ field: "check", message: 'keywords needs at least one keyword in "all" or "any"' });
  }
  if (check?.kind === "calls" && optimal_tool !== undefined) {
    if (!check.calls) {
      faults.push({ field: "check.calls", message: "missing, and the check is of calls; [] says that none is wanted" });
    } else if (check.calls.length > 0 === (optimal_tool === "none")) {
      const wanted = check.calls.length > 0 ? "calls are wanted" : "no call is wanted";
      faults.push({ field: "check.calls", message: `${wanted} although optimal_tool is ${optimal_tool}` });
    }
  }
  return faults;
}

const words = (list: readonly string[] | undefined) => list?.some((word) => word.trim() !== "") ?? false;

function toolFaults({ tools, optimal_tool, gold_calls = [] }: Partial<Sample>): Fault[] {
  if (!tools) return [];
  const faults: Fault[] = [];
  const names = new Set<string>();
  for (const [i, { name }] of tools.entries()) {
    if (names.has(name)) faults.push({ field: `tools.${i}.name`, message: `two tools are called ${shown(name)}` });
    if (RESERVED_NAMES.includes(name))
      faults.push({ field: `tools.${i}.name`, message: `${shown(name)} is no tool's name` });
    names.add(name);
  }
  const listed = () => [...names].slice(0, 8).join(", ");
  if (optimal_tool !== undefined && optimal_tool !== "none" && !names.has(optimal_tool)) {
    faults.push({ field: "optimal_tool", message: `${shown(optimal_tool)} is not among the row's tools: ${listed()}` });
  }
  for (const [i, { name }] of gold_calls.entries()) {
    if (!names.has(name)) {
      faults.push({
        field: `gold_calls.${i}.name`,
        message: `${shown(name)} is not among the row's tools: ${listed()}`,
      });
    }
  }
  return faults;
}

function fileFaults({ files = {} }: Partial<Sample>): Fault[] {
  return Object.keys(files).flatMap((path) => {
    const fault = pathFault(path);
    return fault === null ? [] : [{ field: "files", message: `the path ${shown(path)} ${fault}` }];
  });
}

/** The rules of `file_ops` for a path, in brief: its workspace refuses what breaks them. */
export function pathFault(path: string): string | null {
  if (path === "") return "is empty";
  if (path.length > LONGEST_PATH) return `is longer than ${LONGEST_PATH} characters`;
  if (path.startsWith("/") || path.includes("\\")) return "must be relative, with / between folders";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return 'has a part that is empty, "." or ".."';
  return /\p{Cc}/u.test(path) ? "has a control character" : null;
}
