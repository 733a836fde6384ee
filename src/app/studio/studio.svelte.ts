import { proxy } from "comlink";
import type { Sample } from "../../protocol/index.ts";
import type { Editing, Problem, Query, RowView, Step, View } from "../../data/table/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { complain } from "../state/complain.ts";
import { dataHref } from "../routes.ts";
import { router } from "../state/router.svelte.ts";
import { readChoice, writeChoice, type Choice } from "./address.ts";
import { Blocks } from "./blocks.ts";
import type { Entry } from "./published.ts";
import { sourceOf, startWorker } from "./worker.ts";

const NOTHING: Editing = { edited: 0, labelled: 0, removed: 0, undoable: 0, redoable: 0 };

/** A dataset that is open: what is chosen, what was found, and which row is looked at. Its samples are in a worker. */
export class Studio {
  /** Of reading; null once it is done. */
  progress = $state.raw<{ done: number; total: number } | null>({ done: 0, total: 0 });
  failure = $state.raw<Failure | null>(null);
  /** Why the draft that is kept could not be taken up. */
  draftProblem = $state<string | null>(null);
  rows = $state(0);
  choice = $state.raw<Choice>(readChoice(""));
  view = $state.raw<View | null>(null);
  /** Where the keyboard is among the rows found. */
  place = $state(0);
  /** The row whose detail is open, as it stands in the file, from 0. */
  open = $state<number | null>(null);
  sample = $state.raw<Sample | null>(null);
  editing = $state.raw<Editing>(NOTHING);
  /** Counts up with every change of what is fetched: the rows themselves are no state. */
  private fetched = $state(0);
  private blocks = new Blocks(() => Promise.resolve([]));
  private readonly worker = startWorker();
  private asked = 0;
  private opened = false;

  constructor(readonly entry: Entry) {
    void this.begin();
  }

  get table(): typeof this.worker.table {
    return this.worker.table;
  }

  end(): void {
    this.worker.end();
  }

  /** Follows the page's address, wherever it was changed. */
  follow(row: number | null, query: string): void {
    const choice = readChoice(query);
    const refind = JSON.stringify(choice.query) !== JSON.stringify(this.choice.query);
    if (writeChoice(choice) !== writeChoice(this.choice)) this.choice = choice;
    if (this.opened && refind) void this.find();
    const wanted = row === null ? null : row - 1;
    if (wanted !== this.open) void this.look(wanted);
  }

  /** Changes what is chosen, and the address with it. */
  choose(part: Partial<Choice>): void {
    const before = JSON.stringify(this.choice.query);
    this.choice = { ...this.choice, ...part };
    router.replace(this.href(this.open));
    if (this.opened && JSON.stringify(this.choice.query) !== before) void this.find();
  }

  ask(part: Partial<Query>): void {
    this.choose({ query: { ...this.choice.query, ...part } });
  }

  href(row: number | null): string {
    return dataHref(this.entry.sha256, row === null ? null : row + 1, writeChoice(this.choice));
  }

  /** The row at a place among those found, if it was fetched. */
  rowAt(place: number): RowView | undefined {
    void this.fetched;
    return this.blocks.at(place);
  }

  async need(from: number, to: number): Promise<void> {
    const blocks = this.blocks;
    await this.attempt(async () => {
      if ((await blocks.need(from, Math.min(to, this.view?.total ?? 0))) && blocks === this.blocks) this.fetched++;
    });
  }

  /** Moves the keyboard's place; an open detail goes along. */
  async go(place: number): Promise<void> {
    const last = (this.view?.total ?? 0) - 1;
    if (last < 0) return;
    this.place = Math.max(0, Math.min(last, place));
    const at = this.place;
    await this.need(at, at + 1);
    const row = this.rowAt(at);
    if (this.open !== null && row && at === this.place) router.replace(this.href(row.row));
    if (this.open !== null && row && at === this.place) await this.look(row.row);
  }

  /** Sets a field of a row; resolves with what is wrong with it, or null when it is done. */
  async edit(row: number, field: string, value: unknown, merge = false): Promise<Problem | null> {
    const problem = await this.race(this.table.edit(row, field, value, merge));
    if (!problem) await this.changed(row);
    return problem;
  }

  async removeRow(row: number): Promise<void> {
    await this.race(this.table.remove(row));
    await this.changed(row);
  }

  /** Takes the last edit back, or does it again, and shows where. */
  async step(direction: "undo" | "redo"): Promise<Step | null> {
    const step = await this.race(direction === "undo" ? this.table.undo() : this.table.redo());
    if (!step) return null;
    await this.changed(step.row);
    const place = await this.race(this.table.placeOf(step.row));
    if (place !== -1) this.place = place;
    if (this.open !== null && this.open !== step.row) router.replace(this.href(step.row));
    return step;
  }

  async discard(): Promise<void> {
    await this.race(this.table.discard());
    this.draftProblem = null;
    await this.find();
    await this.refresh();
    if (this.open !== null) await this.look(this.open);
  }

  /** Runs something of the worker; rejects when the worker has stopped. */
  race<T>(call: Promise<T>): Promise<T> {
    return Promise.race([call, this.worker.stopped]);
  }

  private async begin(): Promise<void> {
    await this.attempt(async () => {
      const onProgress = proxy((done: number, total: number) => (this.progress = { done, total }));
      const { rows, problem } = await this.race(this.table.open(sourceOf(this.entry), onProgress));
      this.rows = rows;
      this.draftProblem = problem;
      this.opened = true;
      await this.find();
      await this.refresh();
      this.progress = null;
      if (this.open !== null) await this.look(this.open);
    });
  }

  private async find(): Promise<void> {
    const asked = ++this.asked;
    await this.attempt(async () => {
      const view = await this.race(this.table.query($state.snapshot(this.choice.query) as Query));
      if (asked !== this.asked) return;
      const blocks = new Blocks((from, count) => this.race(this.table.rows(from, count)));
      await blocks.need(0, Math.min(1, view.total));
      const place = this.open === null ? 0 : Math.max(0, await this.race(this.table.placeOf(this.open)));
      if (asked !== this.asked) return;
      this.blocks = blocks;
      this.view = view;
      this.place = place;
      this.fetched++;
    });
  }

  private async look(row: number | null): Promise<void> {
    this.open = row;
    if (row === null || !this.opened) return void (this.sample = null);
    await this.attempt(async () => {
      const sample = await this.race(this.table.sample(row));
      const place = await this.race(this.table.placeOf(row));
      if (this.open !== row) return;
      this.sample = sample;
      if (place !== -1) this.place = place;
    });
  }

  private async changed(row: number): Promise<void> {
    const [view, sample] = await this.race(Promise.all([this.table.rowView(row), this.table.sample(row)]));
    this.blocks.replace(view);
    this.fetched++;
    if (this.open === row) this.sample = sample;
    await this.refresh();
    this.table.kept().catch(complain);
  }

  private async refresh(): Promise<void> {
    this.editing = await this.race(this.table.editing());
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.failure = failureOf(error);
    }
  }
}
