import { eventSplitter } from "../../protocol/index.ts";

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
