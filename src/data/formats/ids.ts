import { isObject } from "../../protocol/index.ts";
import { shorten } from "./shape.ts";

/** The ids of a dataset so far. */
export class Ids {
  private readonly rows = new Map<string, number>();

  /** Notes a row's id; where it is taken, says by which row, and notes a free one in its place. */
  take(value: unknown, row: number): { message: string; free: string } | null {
    const id = isObject(value) ? value["id"] : undefined;
    if (typeof id !== "string") return null;
    const first = this.rows.get(id);
    let free = id;
    for (let n = 2; this.rows.has(free); n++) free = `${id}-${n}`;
    this.rows.set(free, row);
    return first === undefined ? null : { message: takenBy(id, first), free };
  }
}

function takenBy(id: string, row: number): string {
  return `"${shorten(id)}" is the id of row ${row} already`;
}
