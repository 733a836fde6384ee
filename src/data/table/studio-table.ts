import { messageOf, UserError, type Sample } from "../../protocol/index.ts";
import { openStore, type DatasetMeta, type Store } from "../../store/index.ts";
import type { ExportFile, ExportOptions } from "../exports/index.ts";
import type { Mapping } from "../formats/index.ts";
import { loadDataset } from "../load.ts";
import type { TrustReport } from "../trust/index.ts";
import { toolsIn } from "../tools-in.ts";
import type { Problem } from "./check.ts";
import { compare, type Comparison, type Difference } from "./compare.ts";
import { distribution, type Distribution } from "./distribution.ts";
import type { ImportOutcome } from "./import-into.ts";
import type { ImportProgress, Origin } from "./import-origin.ts";
import type { Importer, Look, Mapped } from "./importer.ts";
import type { Query } from "./query.ts";
import { SampleTable, type Editing, type RowView, type Step, type View } from "./sample-table.ts";

/** Where a dataset lies: in this browser's store, or beside the page, whose address is `base`. */
export type Source = { sha256: string; published: { name: string; base: string } | null };

/** How far something long has come, in rows. */
export type OnProgress = (done: number, total: number) => void;

type OnImport = (progress: ImportProgress) => void;

/** Samples that are read or written at a time. */
const PORTION = 5000;

/** What the worker of the studio does: holds the samples of one dataset, and those of another to compare it with. */
export class StudioTable {
  private readonly store: Store = openStore();
  private table = new SampleTable([]);
  private source: Source | null = null;
  private comparison: (Comparison & { before: readonly Sample[]; after: readonly Sample[] }) | null = null;
  private saving: Promise<void> | null = null;
  private unsaved = false;
  private importer: Promise<Importer> | null = null;

  /**
   * Reads a dataset and takes up its draft; `problem` says why that could not be. UserError: the dataset is not there, or
   * damaged.
   */
  async open(source: Source, onProgress: OnProgress): Promise<{ rows: number; problem: string | null }> {
    this.source = source;
    this.table = new SampleTable(await this.read(source, onProgress));
    const rows = this.table.length;
    try {
      this.table.restore(await this.store.loadDraft(source.sha256));
      return { rows, problem: null };
    } catch (error) {
      return { rows, problem: messageOf(error) };
    }
  }

  query(query: Query): View {
    return this.table.query(query);
  }

  rows(from: number, count: number): RowView[] {
    return this.table.rows(from, count);
  }

  rowView(row: number): RowView {
    return this.table.rowView(row);
  }

  placeOf(row: number): number {
    return this.table.placeOf(row);
  }

  sample(row: number): Sample | null {
    return this.table.sample(row) ?? null;
  }

  editing(): Editing {
    return this.table.editing();
  }

  /** Sets a field; see SampleTable.edit. */
  edit(row: number, field: string, value: unknown, merge: boolean): Problem | null {
    const problem = this.table.edit(row, field, value, merge);
    if (!problem) this.keep();
    return problem;
  }

  remove(row: number): void {
    this.table.remove(row);
    this.keep();
  }

  undo(): Step | null {
    const step = this.table.undo();
    if (step) this.keep();
    return step;
  }

  redo(): Step | null {
    const step = this.table.redo();
    if (step) this.keep();
    return step;
  }

  async discard(): Promise<void> {
    this.table.discard();
    await this.kept();
    await this.store.clearDraft(this.opened().sha256);
  }

  /** Resolves when the draft is stored. UserError: it could not be. */
  async kept(): Promise<void> {
    while (this.saving) await this.saving;
  }

  /** Writes the rows as they are now as a new dataset whose parent is this one, and ends the draft; resolves with its sha256. */
  async save(meta: Pick<DatasetMeta, "name" | "version" | "card" | "source">, onProgress: OnProgress): Promise<string> {
    const { sha256: parent } = this.opened();
    const { edited, removed } = this.table.editing();
    const edits = { changed: edited, added: 0, deleted: removed };
    const writer = this.store.openDatasetWriter({ ...meta, parent, edits });
    try {
      const samples = [...this.table.current()];
      for (let from = 0; from < samples.length; from += PORTION) {
        await writer.append(samples.slice(from, from + PORTION));
        onProgress(Math.min(from + PORTION, samples.length), samples.length);
      }
      const { sha256 } = await writer.finish();
      await this.discard();
      return sha256;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /** Gives a stored dataset another name; its samples and its hash stay. UserError: it is not there. */
  async rename(sha256: string, name: string): Promise<void> {
    const dataset = await this.store.getDataset(sha256);
    if (!dataset) throw new UserError("This dataset is no longer in this browser: it may have been deleted.");
    await this.store.saveDataset({ ...dataset, name });
  }

  /**
   * Writes a copy of a dataset; resolves with its sha256. A dataset is known by the hash of its samples, so those of a
   * copy have a field of their own, `copy_of`.
   */
  async duplicate(source: Source, name: string): Promise<string> {
    const { sha256: parent } = source;
    const samples = await this.read(source, () => {});
    const writer = this.store.openDatasetWriter({
      name,
      version: "1",
      parent,
      source: `copy of ${parent.slice(0, 12)}`,
    });
    try {
      await writer.append(samples.map((sample) => ({ ...sample, copy_of: parent })));
      return (await writer.finish()).sha256;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /** The forms in which a dataset can be handed on. */
  async exportForms(): Promise<{ id: string; title: string }[]> {
    const { EXPORTS } = await import("../exports/index.ts");
    return EXPORTS.map(({ id, title }) => ({ id, title }));
  }

  /**
   * The rows as they are now in another form. Of the tools in `options` those are listed that the rows call for; `run` runs
   * gold calls, `note` is told what was left out. UserError: these rows cannot be written in this form.
   */
  async exportAs(
    id: string,
    options: Pick<ExportOptions, "name" | "tools">,
    run: NonNullable<ExportOptions["run"]>,
    note: (sentence: string) => void,
  ): Promise<ExportFile[]> {
    const { EXPORTS } = await import("../exports/index.ts");
    const form = EXPORTS.find((one) => one.id === id);
    if (!form) throw new UserError(`There is no form "${id}" to export to.`);
    const samples = [...this.table.current()];
    const named = toolsIn(samples);
    const tools = options.tools.filter(({ name }) => named.includes(name));
    return form.files(samples, {
      ...options,
      tools,
      sha256: this.opened().sha256,
      run,
      note: (sentence) => note(sentence),
    });
  }

  /** How the rows that the last query found are spread. */
  distribution(): Distribution {
    return distribution(Array.from(this.table.found(), (row) => this.table.sample(row)!));
  }

  /** Compares an older version with the rows as they are now. */
  async compareWith(source: Source, onProgress: OnProgress): Promise<Omit<Comparison, "differences">> {
    const before = await this.read(source, onProgress);
    const after = [...this.table.current()];
    const found = compare(before, after);
    this.comparison = { ...found, before, after };
    const { differences: _, ...counts } = found;
    return counts;
  }

  /** The differences of some kinds, from one place to another, and how many there are. */
  differences(
    kinds: readonly Difference["kind"][],
    from: number,
    count: number,
  ): { total: number; list: Difference[] } {
    const list = this.comparison?.differences.filter(({ kind }) => kinds.includes(kind)) ?? [];
    return { total: list.length, list: list.slice(from, from + count) };
  }

  /** The two versions of a row that differ. */
  pair({ before, after }: Pick<Difference, "before" | "after">): { before: Sample | null; after: Sample | null } {
    const at = (samples: readonly Sample[] | undefined, row: number | null) =>
      row === null ? null : (samples?.[row] ?? null);
    return { before: at(this.comparison?.before, before), after: at(this.comparison?.after, after) };
  }

  /** The checks of trust over the rows as they are now; they take a while. */
  async trust(onProgress: (stage: string, done: number, total: number) => void): Promise<TrustReport> {
    const { trustReport } = await import("../trust/index.ts");
    return trustReport([...this.table.current()], {
      onProgress: ({ stage, done, total }) => onProgress(stage, done, total),
    });
  }

  /** The row with this id, as it stands in the file; null: there is none. */
  rowOf(id: string): number | null {
    return this.table.rowOf(id);
  }

  /** The beginning of a file or of a dataset of the hub, and the forms that its rows may have; see Importer.look. */
  async lookAt(origin: Origin, onProgress: OnImport): Promise<Look> {
    return (await this.imports()).look(origin, onProgress);
  }

  /** Takes a file of answers to what was looked at, or none; see Importer.join. */
  async joinAnswers(answers: File | null): Promise<string[]> {
    return (await this.imports()).join(answers);
  }

  /** The first rows of what was looked at as samples; see Importer.map. */
  async mapRows(mapping: Mapping): Promise<Mapped> {
    return (await this.imports()).map(mapping);
  }

  /** Reads a file or a dataset of the hub into the store; see Importer.run. */
  async importAll(
    origin: Origin,
    options: { answers: File | null; mapping: Mapping; partial: boolean },
    onProgress: OnImport,
  ): Promise<ImportOutcome> {
    return (await this.imports()).run(origin, options, onProgress);
  }

  /** Stops looking, or an import; whoever waits for it is rejected with an AbortError. */
  async cancelImport(): Promise<void> {
    (await this.imports()).cancel();
  }

  private async read({ sha256, published }: Source, onProgress: OnProgress): Promise<Sample[]> {
    if (published) {
      const dataset = await loadDataset(published.name, published.base);
      if (dataset.sha256 === sha256) return dataset.samples;
      throw new UserError(`${published.name} was published anew since this page was opened: reload the page.`);
    }
    const total = await this.store.sampleCount(sha256);
    const samples: Sample[] = [];
    while (samples.length < total) {
      onProgress(samples.length, total);
      const portion = await this.store.readSamples(sha256, samples.length, PORTION);
      if (portion.length === 0)
        throw new UserError("A part of this dataset is missing in this browser: import it again.");
      for (const sample of portion) samples.push(sample);
    }
    return samples;
  }

  private imports(): Promise<Importer> {
    return (this.importer ??= import("./importer.ts").then(({ Importer }) => new Importer(this.store)));
  }

  private opened(): Source {
    if (!this.source) throw new Error("No dataset is open.");
    return this.source;
  }

  /** Stores the draft at once, but never twice at a time: what is edited meanwhile is stored after that. */
  private keep(): void {
    this.unsaved = true;
    this.saving ??= this.write().finally(() => (this.saving = null));
    // Who asks with kept() is told.
    this.saving.catch(() => {});
  }

  private async write(): Promise<void> {
    while (this.unsaved) {
      this.unsaved = false;
      await this.store.saveDraft(this.opened().sha256, this.table.draft());
    }
  }
}
