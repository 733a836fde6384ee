import { firstOf, goldAnswer, type Sample } from "../../protocol/index.ts";
import type { DraftEdit } from "../../store/index.ts";
import { problemOf, type Problem } from "./check.ts";
import { FacetIndex } from "./facet-index.ts";
import { comparator, FACETS, textOf, type Column, type Facet } from "./fields.ts";
import { changedField, draftOf, editsOf, Journal, type Edit } from "./journal.ts";
import type { Query } from "./query.ts";
import { Search } from "./search.ts";

/** A row as lists show it; long texts are cut. */
export interface RowView {
  /** From 0, as it stands in the file. */
  row: number;
  id: string;
  prompt: string;
  optimal_tool: string;
  category: string;
  difficulty: string;
  split: string;
  template: string;
  answer: string;
  flagged: boolean;
  edited: boolean;
  labelled: boolean;
  removed: boolean;
}

export interface FacetCount {
  value: string;
  /** Rows with this value among those that fit everything else that is asked. */
  count: number;
}

/** What a query found. */
export interface View {
  total: number;
  facets: Record<Facet, FacetCount[]>;
}

/** How far editing has come. */
export interface Editing {
  edited: number;
  labelled: number;
  removed: number;
  undoable: number;
  redoable: number;
}

/** The row that an undo or redo changed. */
export interface Step {
  row: number;
  field: string | null;
}

const LONGEST = 280;
/** Fields that a person judges; a row where one of them was set, or confirmed, counts as labelled. */
const LABELS = ["optimal_tool", "difficulty", "flagged"];

/** All rows of a dataset in memory: filtered, counted, sorted and edited. Lives in a worker. */
export class SampleTable {
  private readonly samples: Sample[];
  private readonly facets: Record<Facet, FacetIndex>;
  private readonly search: Search;
  private readonly journal = new Journal();
  private readonly orders = new Map<Column, Uint32Array>();
  private readonly ids = new Map<string, number>();
  /** Per row, how many edits in force change it, judge it, and take it out. */
  private readonly touched = {
    edited: new Map<number, number>(),
    labelled: new Map<number, number>(),
    removed: new Map<number, number>(),
  };
  private view: Uint32Array;

  constructor(samples: readonly Sample[]) {
    this.samples = [...samples];
    this.facets = Object.fromEntries(
      FACETS.map((facet) => [facet, new FacetIndex(facet, samples)]),
    ) as typeof this.facets;
    this.search = new Search(this.samples, (row) => this.marks(row));
    this.samples.forEach(({ id }, row) => this.ids.set(id, row));
    this.view = Uint32Array.from(this.samples.keys());
  }

  get length(): number {
    return this.samples.length;
  }

  /** Filters and sorts. What it finds stays the same until the next query, also when rows are edited. */
  query({ text, facets, sort }: Query): View {
    const matches = this.search.matcher(text);
    const removed = /(^|\s)removed:/.test(text);
    const columns = FACETS.map((facet) => {
      const index = this.facets[facet];
      return { facet, index, accepted: index.accepted(facets[facet]), counts: new Uint32Array(index.values.length) };
    });
    const kept: number[] = [];
    const order = sort ? this.order(sort.column) : null;
    for (let i = 0; i < this.samples.length; i++) {
      const row = order ? order[sort!.descending ? order.length - 1 - i : i]! : i;
      // A row counts for a facet when nothing but that facet itself keeps it out.
      let refusals = 0;
      let refusing = -1;
      for (let c = 0; c < columns.length && refusals < 2; c++) {
        const { index, accepted } = columns[c]!;
        if (accepted && accepted[index.codes[row]!] !== 1) {
          refusals++;
          refusing = c;
        }
      }
      if (refusals > 1 || (!removed && this.touched.removed.has(row)) || !matches(row)) continue;
      if (refusals === 0) kept.push(row);
      for (let c = 0; c < columns.length; c++) {
        if (refusals === 0 || c === refusing) columns[c]!.counts[columns[c]!.index.codes[row]!]!++;
      }
    }
    this.view = Uint32Array.from(kept);
    const counted = columns.map(({ facet, index, counts }) => [facet, countsOf(facet, index.values, counts)] as const);
    return { total: kept.length, facets: Object.fromEntries(counted) as View["facets"] };
  }

  /** The rows found, from one place to another. */
  rows(from: number, count: number): RowView[] {
    return Array.from(this.view.subarray(from, from + count), (row) => this.rowView(row));
  }

  /** The rows found, as they stand in the file. */
  found(): Uint32Array {
    return this.view;
  }

  /** Where a row stands among those found; -1: it is not among them. */
  placeOf(row: number): number {
    return this.view.indexOf(row);
  }

  /** The row with this id; null: there is none. */
  rowOf(id: string): number | null {
    return this.ids.get(id) ?? null;
  }

  sample(row: number): Sample | undefined {
    return this.samples[row];
  }

  rowView(row: number): RowView {
    const sample = this.samples[row]!;
    return {
      row,
      id: sample.id,
      prompt: firstOf(sample.prompt, LONGEST),
      optimal_tool: sample.optimal_tool,
      category: sample.category,
      difficulty: sample.difficulty,
      split: sample.split ?? "",
      template: sample.template ?? "",
      answer: firstOf(goldAnswer(sample), LONGEST),
      flagged: (sample as { flagged?: unknown }).flagged === true,
      ...this.marks(row),
    };
  }

  /**
   * Sets a field, or takes it away with `undefined`. Nothing is changed where the row would break a rule: the problem is
   * returned. `merge` makes one undo of it and the edit before, as long as somebody is typing in one field.
   */
  edit(row: number, field: string, after: unknown, merge = false): Problem | null {
    const sample = this.samples[row];
    if (!sample) return { field, message: `there is no row ${row + 1}` };
    if (this.touched.removed.has(row)) return { field, message: "this row is taken out: undo that to edit it" };
    const changed = withField(sample, field, after);
    const problem = this.problem(row, changed);
    if (problem) return problem;
    this.commit({ row, field, before: sample, after: changed }, merge);
    return null;
  }

  /** Takes a row out; an undo puts it back. */
  remove(row: number): void {
    const before = this.samples[row];
    if (before && !this.touched.removed.has(row)) this.commit({ row, field: null, before, after: null }, false);
  }

  undo(): Step | null {
    const edit = this.journal.undo();
    if (edit) this.apply(edit, -1);
    return edit && { row: edit.row, field: edit.field };
  }

  redo(): Step | null {
    const edit = this.journal.redo();
    if (edit) this.apply(edit, 1);
    return edit && { row: edit.row, field: edit.field };
  }

  editing(): Editing {
    const { edited, labelled, removed } = this.touched;
    const { undoable, redoable } = this.journal;
    return { edited: edited.size, labelled: labelled.size, removed: removed.size, undoable, redoable };
  }

  /** The edits in force, to be kept. */
  draft(): DraftEdit[] {
    return draftOf(this.journal.inForce());
  }

  /** Takes up what was edited before. UserError: the draft is not of this dataset. */
  restore(draft: readonly DraftEdit[]): void {
    for (const edit of editsOf(draft, this.samples)) this.commit(edit, false);
  }

  /** Gives up all edits. */
  discard(): void {
    while (this.undo());
    this.journal.clear();
  }

  /** The samples as they are now, without the rows that were taken out. */
  *current(): Generator<Sample> {
    for (const [row, sample] of this.samples.entries()) if (!this.touched.removed.has(row)) yield sample;
  }

  private problem(row: number, sample: Sample): Problem | null {
    const problem = problemOf(this.samples[row]!, sample);
    if (problem) return problem;
    const holder = this.ids.get(sample.id);
    if (holder === undefined || holder === row) return null;
    return { field: "id", message: `"${firstOf(sample.id, 80)}" is the id of row ${holder + 1} already` };
  }

  private commit(edit: Edit, merge: boolean): void {
    const joined = merge ? this.journal.take(edit.row, edit.field) : null;
    if (joined) this.apply(joined, -1);
    const whole = joined ? { ...edit, before: joined.before } : edit;
    const same = whole.after !== null && changedField(whole.before, whole.after) === null;
    // Judging a row as it is counts once: its label is confirmed.
    if (same && (!LABELS.includes(edit.field ?? "") || this.touched.labelled.has(edit.row))) return;
    this.journal.push(whole);
    this.apply(whole, 1);
  }

  /** Puts an edit into force (1) or takes it back (-1). */
  private apply({ row, field, before, after }: Edit, direction: 1 | -1): void {
    if (field === null || after === null) return count(this.touched.removed, row, direction);
    if (changedField(before, after) !== null) {
      count(this.touched.edited, row, direction);
      this.replace(row, field, direction === -1 ? before : after);
    }
    if (LABELS.includes(field)) count(this.touched.labelled, row, direction);
  }

  private replace(row: number, field: string, sample: Sample): void {
    if (field === "id") {
      this.ids.delete(this.samples[row]!.id);
      this.ids.set(sample.id, row);
    }
    this.samples[row] = sample;
    this.search.forget(row);
    this.orders.clear();
    if (FACETS.includes(field as Facet)) this.facets[field as Facet].set(row, sample);
  }

  private marks(row: number): { edited: boolean; labelled: boolean; removed: boolean } {
    const { edited, labelled, removed } = this.touched;
    return { edited: edited.has(row), labelled: labelled.has(row), removed: removed.has(row) };
  }

  /** All rows in a column's order; equal ones as they stand in the file. */
  private order(column: Column): Uint32Array {
    const known = this.orders.get(column);
    if (known) return known;
    const texts = this.samples.map((sample) => textOf(sample, column));
    const compare = comparator(column);
    const order = Uint32Array.from(texts.keys()).sort((a, b) => compare(texts[a]!, texts[b]!) || a - b);
    this.orders.set(column, order);
    return order;
  }
}

/** A sample with one field set, in its place; `undefined` takes the field away. */
function withField(sample: Sample, field: string, value: unknown): Sample {
  const { [field]: _, ...rest } = sample as Record<string, unknown>;
  return (value === undefined ? rest : { ...sample, [field]: value }) as Sample;
}

function count(counts: Map<number, number>, row: number, change: number): void {
  const now = (counts.get(row) ?? 0) + change;
  if (now > 0) counts.set(row, now);
  else counts.delete(row);
}

function countsOf(facet: Facet, values: readonly string[], counts: Uint32Array): FacetCount[] {
  const compare = comparator(facet === "topic" ? "template" : facet);
  const scale = facet === "category" || facet === "difficulty" || facet === "split";
  return values
    .map((value, code) => ({ value, count: counts[code] ?? 0 }))
    .sort((a, b) => (scale ? 0 : b.count - a.count) || compare(a.value, b.value));
}
