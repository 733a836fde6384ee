/** Cuts the text of server-sent events, which arrives in any pieces, into messages; comments and other fields are skipped. */
export function eventSplitter(onData: (data: string) => void): (piece: string) => void {
  let pending = "";
  return (piece) => {
    pending += piece;
    // A message ends by a line's end: without one there is nothing to look for, however much there is.
    if (!piece.includes("\n")) return;
    const messages = pending.split(/\r?\n\r?\n/);
    pending = messages.pop() ?? "";
    for (const message of messages) {
      const lines = message.split(/\r?\n/).filter((line) => line.startsWith("data:"));
      if (lines.length > 0) onData(lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n"));
    }
  };
}
