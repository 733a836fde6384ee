import { CALL_CLOSE } from "../formats/index.ts";
import type { GenerateRequest, StopReason } from "../../protocol/index.ts";

/**
 * The turn that a server is writing. Stop texts are looked for here and not by the server, because servers cut them off
 * and do not say whether there was one: a call that was closed and one that was not would look the same.
 */
export class Written {
  text = "";
  /** Why it ended; null while it goes on. */
  ended: StopReason | null = null;
  private readonly prefilled: number;
  private readonly stop: readonly string[];
  private readonly banned: readonly string[];

  constructor({ prefill = "", stop, banned = [] }: Pick<GenerateRequest, "prefill" | "stop" | "banned">) {
    this.text = prefill;
    this.prefilled = prefill.length;
    this.stop = stop.filter((one) => one !== "");
    this.banned = banned.filter((one) => one !== "");
  }

  /** Adds text, up to where the turn ends. Returns whether it has ended. */
  add(piece: string): boolean {
    if (this.ended !== null || piece === "") return this.ended !== null;
    const from = this.text.length;
    this.text += piece;
    const stop = this.first(this.stop, from, "end");
    const banned = this.first(this.banned, from, "start");
    // A text that was spelled in another way than by the token that is forbidden: the turn ends before it.
    if (banned && (!stop || banned.at < stop.at)) this.end("stop", banned.at);
    else if (stop) this.end(stop.text === CALL_CLOSE ? "tool_call" : "stop", stop.at);
    return this.ended !== null;
  }

  /** How much of the text is certain to stay: what may become a banned text is not. */
  get certain(): number {
    if (this.ended !== null) return this.text.length;
    const begun = this.banned.map((one) => {
      for (let length = Math.min(one.length - 1, this.text.length); length > 0; length--)
        if (this.text.endsWith(one.slice(0, length))) return length;
      return 0;
    });
    return this.text.length - Math.max(0, ...begun);
  }

  private end(reason: StopReason, length: number): void {
    this.ended = reason;
    this.text = this.text.slice(0, length);
  }

  /** The one of these texts that ends first among those completed from `from` on; a prefill is not what the model wrote. */
  private first(texts: readonly string[], from: number, where: "start" | "end"): { text: string; at: number } | null {
    let found: { text: string; at: number; end: number } | null = null;
    for (const text of texts) {
      const start = this.text.indexOf(text, Math.max(0, Math.max(from, this.prefilled) - text.length + 1));
      const end = start + text.length;
      if (start >= 0 && (!found || end < found.end)) found = { text, at: where === "end" ? end : start, end };
    }
    return found;
  }
}
