import type { Piece, Splitter } from "./lines.ts";

const [QUOTE, NEWLINE, RETURN] = [34, 10, 13];
const DELIMITERS = [",", ";", "\t"];

/** Cuts CSV (RFC 4180) into records, which d3-dsv reads: it takes whole texts only, and loses what it does not expect. */
export class RecordSplitter implements Splitter {
  private text = "";
  private at = 0;
  private row = 0;
  private state: "start" | "plain" | "quoted" | "closed" = "start";
  private fault = "";
  private readonly delimiter: number;

  constructor(delimiter: string) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  *push(piece: string): Generator<Piece> {
    this.text += piece;
    const { text, delimiter } = this;
    let start = 0;
    for (; this.at < text.length; this.at++) {
      const code = text.charCodeAt(this.at);
      if (this.state === "quoted") {
        if (code === QUOTE) this.state = "closed";
      } else if (code === NEWLINE) {
        yield* this.record(text.slice(start, this.at));
        start = this.at + 1;
      } else if (code === delimiter) this.state = "start";
      else if (code === QUOTE && this.state !== "plain") this.state = "quoted";
      else if (this.state === "closed" && code !== RETURN) {
        this.fault ||= "something stands between a closing quote and the end of its cell";
        this.state = "plain";
      } else if (this.state === "start") this.state = "plain";
    }
    this.text = text.slice(start);
    this.at -= start;
  }

  *end(): Generator<Piece> {
    if (this.state === "quoted") this.fault ||= "a quoted cell is not closed: the file is cut off";
    yield* this.record(this.text);
  }

  private *record(line: string): Generator<Piece> {
    this.row++;
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text.trim() !== "") yield { row: this.row, text, fault: this.fault };
    this.state = "start";
    this.fault = "";
  }
}

/** What separates the cells of a table: whatever stands most often in its first line, outside quotes. */
export function delimiterOf(head: string): string {
  const line = head.replace(/"[^"]*"/g, "").split("\n")[0] ?? "";
  const count = (delimiter: string) => line.split(delimiter).length;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** The names of columns, each once: an empty one gets its place for a name. */
export function columnNames(cells: readonly string[]): string[] {
  const names: string[] = [];
  for (const [i, cell] of cells.entries()) {
    const name = cell.trim() === "" ? `column_${i + 1}` : cell.trim();
    let free = name;
    for (let n = 2; names.includes(free); n++) free = `${name}_${n}`;
    names.push(free);
  }
  return names;
}
