/** Reads a stream of server-sent events to its end and hands over each message's data. */
export async function readEvents(url: string, onData: (data: string) => void): Promise<void> {
  const response = await fetch(url, { headers: { accept: "text/event-stream" } });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const split = eventSplitter(onData);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    split(value);
  }
}

/** Cuts text that arrives in pieces into messages; comments and other fields are skipped. */
export function eventSplitter(onData: (data: string) => void): (piece: string) => void {
  let pending = "";
  return (piece) => {
    const messages = (pending + piece).split(/\r?\n\r?\n/);
    pending = messages.pop() ?? "";
    for (const message of messages) {
      const lines = message.split(/\r?\n/).filter((line) => line.startsWith("data:"));
      if (lines.length > 0) onData(lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n"));
    }
  };
}
