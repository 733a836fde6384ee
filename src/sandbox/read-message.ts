import type { WorkerMessage } from "./worker/messages.ts";

/**
 * What came from a worker, if it is what workers say. JavaScript that nobody trusts can get hold of its worker's port: what
 * it sends may be anything, but must not break what listens. (`done` speaks of the program, and is read where it is used.)
 */
export function readMessage(data: unknown): WorkerMessage {
  const message = (typeof data === "object" && data !== null ? data : {}) as WorkerMessage;
  return isHeard(message) ? message : { type: "broken", message: "its worker sent what no worker sends" };
}

function isHeard(message: WorkerMessage): boolean {
  switch (message.type) {
    case "ready":
    case "done":
      return true;
    case "broken":
      return typeof message.message === "string";
    case "limit":
      return message.reason === "output" || message.reason === "files";
    case "output":
      return (message.stream === "stdout" || message.stream === "stderr") && message.bytes instanceof Uint8Array;
    default:
      return false;
  }
}
