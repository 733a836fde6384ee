import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMessage } from "../../src/sandbox/read-message.ts";

describe("what a worker sends", () => {
  it.each([
    { type: "ready" },
    { type: "output", stream: "stderr", bytes: new Uint8Array(3) },
    { type: "limit", reason: "files" },
    { type: "broken", message: "why" },
    { type: "done", nonce: "n", value: null },
  ])("is passed on if workers send such: $type", (message) => expect(readMessage(message)).toBe(message));

  it.each([
    null,
    undefined,
    7,
    {},
    { type: "output", stream: "constructor", bytes: new Uint8Array(3) },
    { type: "output", stream: "stdout", bytes: { length: -1 } },
    { type: "limit", reason: "cancelled" },
    { type: "broken", message: { trim: 1 } },
  ])("ends the run if not: %j", (message) => expect(readMessage(message)).toMatchObject({ type: "broken" }));

  it("never throws", () => fc.assert(fc.property(fc.anything(), (message) => void readMessage(message))));
});
