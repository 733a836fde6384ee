/** One row's text, or why there is none. `row` counts from 1. */
export interface Piece {
  row: number;
  text: string;
  /** Why the text cannot be a row; empty when it may be one. */
  fault: string;
}

/** Cuts a text that comes in pieces into rows. */
export interface Splitter {
  push(text: string): Iterable<Piece>;
  end(): Iterable<Piece>;
}

/** JSON Lines: a row is a line, empty ones are passed over. */
export class LineSplitter implements Splitter {
  /** Lines that ended in CR LF. */
  crlf = 0;
  private rest = "";
  private row = 0;

  *push(text: string): Generator<Piece> {
    const lines = text.split("\n");
    lines[0] = this.rest + lines[0]!;
    this.rest = lines.pop()!;
    for (const line of lines) yield* this.line(line);
  }

  *end(): Generator<Piece> {
    yield* this.line(this.rest);
  }

  private *line(line: string): Generator<Piece> {
    this.row++;
    const text = line.trim();
    if (line.endsWith("\r")) this.crlf++;
    if (text !== "") yield { row: this.row, text, fault: "" };
  }
}
