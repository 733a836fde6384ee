import { proxy } from "comlink";
import type { Mapping } from "../../data/formats/index.ts";
import type { Form, ImportOutcome, ImportProgress, Look, Mapped, Origin } from "../../data/table/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { plural } from "../format.ts";
import { toasts } from "../state/toasts.svelte.ts";
import { startWorker } from "./worker.ts";

const NOTHING: ImportProgress = { rows: 0, share: null, waiting: 0 };

/** An import that a person prepares: what was looked at, how it is mapped, and what becomes of it. */
export class Import {
  looked = $state.raw<Look | null>(null);
  answers = $state.raw<File | null>(null);
  form = $state<Form["id"]>("columns");
  mapping = $state.raw<Mapping>({});
  mapped = $state.raw<Mapped | null>(null);
  /** Why nothing can be mapped so. */
  unfit = $state<string | null>(null);
  outcome = $state.raw<ImportOutcome | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** What is under way, in a few words; null: nothing. */
  doing = $state<"look" | "join" | "import" | null>(null);
  progress = $state.raw<ImportProgress>(NOTHING);
  /** Columns of the answers. */
  private joined = $state.raw<readonly string[]>([]);
  readonly columns = $derived(columnsOf(this.looked, this.joined, this.mapping));
  readonly format = $derived(this.looked?.format ?? "jsonl");
  readonly formMapping = $derived(this.looked?.forms.find(({ id }) => id === this.form)?.mapping ?? {});
  private readonly worker = startWorker();
  private running: Promise<void> = Promise.resolve();
  private cancelled = false;
  private asked = 0;

  /** Looks at an origin. Where that fails, what was chosen before stays. */
  look(origin: Origin): Promise<void> {
    return this.attempt("look", async () => {
      const looked = await this.race(this.worker.table.lookAt(origin, this.telling()));
      [this.looked, this.answers, this.joined, this.outcome] = [looked, null, [], null];
      this.useForm(looked.guess);
    });
  }

  /** Takes the file with the answers, or none. */
  join(answers: File | null): Promise<void> {
    return this.attempt("join", async () => {
      this.joined = await this.race(this.worker.table.joinAnswers(answers));
      this.answers = answers;
      await this.map(this.mapping);
    });
  }

  /** Begins the mapping anew with that of a form. */
  useForm(id: Form["id"]): void {
    this.form = id;
    void this.map(this.formMapping);
  }

  /** Takes another mapping and shows the first rows under it. */
  async map(mapping: Mapping): Promise<void> {
    const asked = ++this.asked;
    this.mapping = mapping;
    this.outcome = null;
    try {
      const mapped = await this.race(this.worker.table.mapRows(mapping));
      if (asked === this.asked) [this.mapped, this.unfit] = [mapped, null];
    } catch (error) {
      if (asked === this.asked) [this.mapped, this.unfit] = [null, failureOf(error).lines.join(" ")];
    }
  }

  /** Reads all rows; `done` is told of the new dataset. */
  load(partial: boolean, done: (sha256: string) => void): Promise<void> {
    const { looked, answers, mapping } = this;
    if (!looked) return Promise.resolve();
    return this.attempt("import", async () => {
      const options = { answers, mapping, partial };
      const found = await this.race(this.worker.table.importAll(looked.origin, options, this.telling()));
      this.outcome = found;
      if (found.sha256 === null) return;
      const mended = found.mended > 0 ? ` ${plural(found.mended, "row")} had something mended.` : "";
      const stopped = found.stopped === null ? {} : { tone: "bad" as const, seconds: 30 };
      const text = `${plural(found.samples, "row")} imported.${mended} ${found.stopped ?? ""}`.trim();
      toasts.show(text, { seconds: 8, ...stopped });
      done(found.sha256);
    });
  }

  /** Stops what is under way; everything else stays as it is. */
  cancel(): void {
    if (!this.doing) return;
    this.cancelled = true;
    void this.worker.table.cancelImport();
  }

  /** Stops what is under way, and ends. */
  end(): void {
    this.cancel();
    void this.running.finally(() => this.worker.end());
  }

  private attempt(doing: NonNullable<Import["doing"]>, act: () => Promise<void>): Promise<void> {
    if (this.doing) return Promise.resolve();
    [this.doing, this.progress, this.failure, this.cancelled] = [doing, NOTHING, null, false];
    this.running = act()
      .catch((error: unknown) => {
        if (!this.cancelled) this.failure = failureOf(error);
      })
      .finally(() => (this.doing = null));
    return this.running;
  }

  private telling(): (progress: ImportProgress) => void {
    return proxy((progress: ImportProgress) => (this.progress = progress));
  }

  private race<T>(call: Promise<T>): Promise<T> {
    return Promise.race([call, this.worker.stopped]);
  }
}

/** The file's columns, those of the answers, and any that the mapping names besides. */
function columnsOf(looked: Look | null, joined: readonly string[], mapping: Mapping): string[] {
  const named = Object.values(mapping).flatMap(({ column }) => (column === undefined ? [] : [column]));
  return [...new Set([...(looked?.columns ?? []), ...joined, ...named])];
}
