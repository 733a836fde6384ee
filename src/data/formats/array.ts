import type { Piece, Splitter } from "./lines.ts";

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 44, 91, 93, 123, 125];

/** One JSON array: a row is a place in it. Only the row under way is held. */
export class ArraySplitter implements Splitter {
  private text = "";
  private at = 0;
  private start = 0;
  private row = 0;
  private depth = 0;
  private inString = false;
  private closed = false;

  *push(piece: string): Generator<Piece> {
    this.text = this.text.slice(this.start) + piece;
    this.at -= this.start;
    this.start = 0;
    const { text } = this;
    for (; this.at < text.length && !this.closed; this.at++) {
      const code = text.charCodeAt(this.at);
      if (this.inString) {
        // Where the escaped character is in the next piece, the step beyond the end is remembered by `at`.
        if (code === BACKSLASH) this.at++;
        else if (code === QUOTE) this.inString = false;
      } else if (code === QUOTE) this.inString = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) {
        this.depth++;
        if (this.depth === 1) this.start = this.at + 1;
      } else if ((code === COMMA || code === CLOSE_LIST) && this.depth === 1) {
        this.closed = code === CLOSE_LIST;
        yield* this.cut(this.at);
      } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) this.depth--;
    }
  }

  *end(): Generator<Piece> {
    const rest = this.text.slice(this.start).trim();
    const row = this.row + 1;
    if (!this.closed) yield { row, text: "", fault: 'the list is not closed with "]": the file is cut off' };
    else if (rest !== "") yield { row, text: "", fault: "something stands behind the end of the list" };
  }

  private *cut(end: number): Generator<Piece> {
    const text = this.text.slice(this.start, end).trim();
    this.start = end + 1;
    // `[]` has no rows.
    if (this.closed && this.row === 0 && text === "") return;
    this.row++;
    yield { row: this.row, text, fault: text === "" ? "nothing stands between two commas" : "" };
  }
}
