import { canonicalJson, UserError, type Sample } from "../../protocol/index.ts";
import type { DraftEdit } from "../../store/index.ts";

/** One change of one row. `field` is what was set; null: the row was taken out, and there is no `after`. */
export interface Edit {
  /** As it stands in the file, from 0. */
  row: number;
  field: string | null;
  before: Sample;
  after: Sample | null;
}

/** Edits in their order, to be undone and done again. */
export class Journal {
  private edits: Edit[] = [];
  private applied = 0;

  /** Adds an edit; what was undone before is given up. */
  push(edit: Edit): void {
    this.edits.length = this.applied;
    this.applied = this.edits.push(edit);
  }

  /** Takes the last edit in force away for good, if it is of this field of this row. */
  take(row: number, field: string | null): Edit | null {
    const last = this.edits[this.applied - 1];
    if (!last || last.row !== row || last.field !== field) return null;
    this.edits.length = --this.applied;
    return last;
  }

  undo(): Edit | null {
    return this.applied === 0 ? null : this.edits[--this.applied]!;
  }

  redo(): Edit | null {
    return this.edits[this.applied] ? this.edits[this.applied++]! : null;
  }

  /** The edits in force. */
  inForce(): readonly Edit[] {
    return this.edits.slice(0, this.applied);
  }

  get undoable(): number {
    return this.applied;
  }

  get redoable(): number {
    return this.edits.length - this.applied;
  }

  clear(): void {
    this.edits = [];
    this.applied = 0;
  }
}

/** Edits as the store keeps them: it counts rows without those that were taken out before. */
export function draftOf(edits: readonly Edit[]): DraftEdit[] {
  const gone: number[] = [];
  return edits.map(({ row, before, after }) => {
    const index = row - gone.filter((other) => other < row).length;
    if (after) return { kind: "change", index, before, after };
    gone.push(row);
    return { kind: "delete", index, before };
  });
}

/** The other way round. UserError: the draft is not of these samples, or not of this version. */
export function editsOf(draft: readonly DraftEdit[], samples: readonly Sample[]): Edit[] {
  const gone: number[] = [];
  const now = new Map<number, Sample>();
  return draft.map((edit) => {
    let row = edit.index;
    for (const other of gone) if (other <= row) row++;
    const held = now.get(row) ?? samples[row];
    if (edit.kind === "insert" || !held || canonicalJson(held) !== canonicalJson(edit.before)) {
      throw new UserError("The draft that is kept for this dataset does not fit it: discard it to edit the dataset.");
    }
    const after = edit.kind === "change" ? edit.after : null;
    if (after) now.set(row, after);
    else gone.splice(placeFor(gone, row), 0, row);
    return { row, field: after && (changedField(edit.before, after) ?? "optimal_tool"), before: edit.before, after };
  });
}

/** The first field that two samples do not share; null where they are equal, as when a label was confirmed. */
export function changedField(before: Sample, after: Sample): string | null {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = Object.keys({ ...old, ...now });
  return names.find((name) => canonicalJson(old[name] ?? null) !== canonicalJson(now[name] ?? null)) ?? null;
}

function placeFor(sorted: readonly number[], row: number): number {
  const place = sorted.findIndex((other) => other > row);
  return place === -1 ? sorted.length : place;
}
