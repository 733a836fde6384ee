import { goldAnswer, isObject, SPLITS, UserError, type Sample } from "../../protocol/index.ts";
import type { Store } from "../../store/index.ts";
import { guessMapping } from "../formats/guess.ts";
import {
  importRows,
  preview,
  PRESET_IDS,
  PRESETS,
  type Mapping,
  type PresetId,
  type Problem,
} from "../formats/index.ts";
import { openRows, type RawRow, type Rows } from "../formats/rows.ts";
import { shorten } from "../formats/shape.ts";
import { importInto, type ImportOutcome } from "./import-into.ts";
import { nameOf, openOrigin, type ImportProgress, type Origin } from "./import-origin.ts";

/** A way in which rows may become samples: a known form's, or by the names of the columns. */
export interface Form {
  id: PresetId | "columns";
  title: string;
  mapping: Mapping;
}

/** The beginning of an origin. */
export interface Look {
  /** What was looked at, with all that was left open filled in. */
  origin: Origin;
  format: Rows["format"];
  columns: string[];
  forms: Form[];
  /** The likeliest form. */
  guess: Form["id"];
}

/** A row as the sample that it becomes, in brief, or what is wrong with it. */
type MappedRow =
  | {
      row: number;
      prompt: string;
      label: string;
      answer: string;
      category: string;
      difficulty: string;
    }
  | { row: number | null; problems: string[] };

/** The first rows under a mapping, and the columns that stay on the samples beside our fields. */
export interface Mapped {
  rows: MappedRow[];
  kept: string[];
}

/** Rows that are shown as samples. */
const SHOWN = 5;
/** Rows from which a form is told. */
const LOOKED = 20;
/** Characters of a text that are shown. */
const MOST = 1000;

/** Imports of one page: what was looked at last is at hand, so that a changed mapping is shown at once. */
export class Importer {
  private abort = new AbortController();
  private seen: { name: string; format: Rows["format"]; rows: RawRow[]; answers: RawRow[] } | null = null;

  constructor(private readonly store: Store) {}

  /** Reads the first rows. UserError: they cannot be read; what was looked at before then stays. */
  async look(origin: Origin, onProgress: (progress: ImportProgress) => void): Promise<Look> {
    const { signal } = (this.abort = new AbortController());
    const few = origin instanceof File ? origin : { ...origin, limit: Math.min(origin.limit, LOOKED) };
    const { rows, chosen } = await openOrigin(few, { signal, onProgress });
    const head: RawRow[] = [];
    const { format, columns, guess, preset } = await preview(noted(rows, head));
    const found = chosen();
    const split = found instanceof File ? undefined : SPLITS.find((one) => one === found.split);
    const byNames = preset === null ? guess : guessMapping(columns, [], format).guess;
    const forms: Form[] = [
      { id: "columns", title: "By the names of the columns", mapping: byNames },
      ...PRESET_IDS.map((id) => ({ id, title: PRESETS[id].title, mapping: PRESETS[id].mapping })),
    ];
    this.seen = { name: nameOf(origin), format, rows: head.slice(0, SHOWN), answers: [] };
    return {
      origin: found instanceof File ? found : { ...found, limit: (origin as typeof found).limit },
      format,
      columns,
      forms: split
        ? forms.map((form) => ({ ...form, mapping: { split: { constant: split }, ...form.mapping } }))
        : forms,
      guess: preset ?? "columns",
    };
  }

  /** Takes a file whose rows belong to those with the same id, or none; resolves with its columns. UserError: it cannot be read. */
  async join(answers: File | null): Promise<string[]> {
    const seen = this.looked();
    const { signal } = (this.abort = new AbortController());
    const wanted = new Set(seen.rows.map(idIn));
    const found: RawRow[] = [];
    const columns = new Set<string>();
    if (answers) {
      for await (const raw of await openRows(answers, { name: answers.name, signal })) {
        const id = idIn(raw);
        if (id === null)
          throw new UserError(`${answers.name}, row ${raw.row}: ${"problem" in raw ? raw.problem : "there is no id"}.`);
        if (columns.size === 0) Object.keys((raw as { value: object }).value).forEach((name) => columns.add(name));
        if (wanted.delete(id)) found.push(raw);
        if (wanted.size === 0) break;
      }
    }
    seen.answers = found;
    columns.delete("id");
    return [...columns];
  }

  /** The first rows as a mapping makes them. UserError: the mapping names what there is not. */
  async map(mapping: Mapping): Promise<Mapped> {
    const { name, format, rows, answers } = this.looked();
    const mapped: MappedRow[] = [];
    const kept = new Set<string>();
    const options = { name, limit: SHOWN, answers: listed(answers, format) };
    for await (const one of importRows(listed(rows, format), mapping, options)) {
      if ("sample" in one) {
        one.kept.forEach((column) => kept.add(column));
        mapped.push({ row: one.row, ...brief(one.sample) });
      } else mapped.push({ row: one.row, problems: one.problems.map(said) });
    }
    return { rows: mapped, kept: [...kept] };
  }

  /** Reads all rows into the store; see importInto. Rejects with an AbortError when it is cancelled. */
  async run(
    origin: Origin,
    options: { answers: File | null; mapping: Mapping; partial: boolean },
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome> {
    this.abort = new AbortController();
    return importInto(this.store, origin, { ...options, signal: this.abort.signal, onProgress });
  }

  /** Stops what is under way. */
  cancel(): void {
    this.abort.abort();
  }

  private looked(): NonNullable<Importer["seen"]> {
    if (!this.seen) throw new Error("Nothing was looked at.");
    return this.seen;
  }
}

function idIn(raw: RawRow): string | null {
  return "value" in raw && isObject(raw.value) && "id" in raw.value ? String(raw.value["id"]) : null;
}

/** A problem without its place, which stands beside it. */
const said = ({ field, message }: Problem) => `${field === null ? "" : `${field}: `}${message}.`;

/** Notes rows as they are read. */
function noted(rows: Rows, into: RawRow[]): Rows {
  return {
    ...rows,
    async *[Symbol.asyncIterator]() {
      for await (const row of rows) {
        into.push(row);
        yield row;
      }
    },
  };
}

function listed(rows: readonly RawRow[], format: Rows["format"]): Rows {
  return {
    format,
    notices: { bom: false, crlf: 0 },
    async *[Symbol.asyncIterator]() {
      yield* rows;
    },
  };
}

function brief(sample: Sample): Omit<Extract<MappedRow, { prompt: string }>, "row"> {
  const { prompt, optimal_tool, category, difficulty, gold_calls = [] } = sample;
  const calls = gold_calls.map((call) => `${call.name}(${JSON.stringify(call.arguments)})`).join(", ");
  return {
    prompt: cut(prompt),
    label: shorten(optimal_tool),
    answer: cut(goldAnswer(sample) || calls),
    category,
    difficulty,
  };
}

const cut = (text: string) => (text.length <= MOST ? text : `${text.slice(0, MOST)}…`);
