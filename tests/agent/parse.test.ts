import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_CLOSE, CALL_OPEN, renderCall } from "../../src/models/index.ts";
import { parseTurn } from "../../src/agent/index.ts";

const json = fc
  .dictionary(fc.string(), fc.jsonValue())
  .filter((value) => !JSON.stringify(value).includes("tool_call>"));
const name = fc.string({ minLength: 1 }).filter((text) => !text.includes("tool_call>"));
const prose = fc.string().filter((text) => !/tool_call|[{]/.test(text));

describe("parseTurn", () => {
  it("reads back every call that is rendered, and the text before it", () => {
    fc.assert(
      fc.property(prose, name, json, (before, tool, given) => {
        const call = JSON.parse(JSON.stringify({ name: tool, arguments: given })) as typeof given & { name: string };
        const raw = renderCall({ name: tool, arguments: given });
        const turn = parseTurn(before + raw);
        expect(turn.before).toBe(before);
        expect(turn.malformed).toBeNull();
        expect(turn.calls.map(({ call: read, raw: text, end }) => ({ read, text, end }))).toEqual([
          { read: call, text: raw, end: before.length + raw.length },
        ]);
      }),
    );
  });

  it("reads Hermes' form with spaces and line breaks, and several calls", () => {
    const text = `I run it.\n<tool_call>\n{"name": "a", "arguments": {"x": 1}}\n</tool_call>\n<tool_call>{"name":"b"}</tool_call>`;
    const turn = parseTurn(text);
    expect(turn.before).toBe("I run it.\n");
    expect(turn.calls.map((parsed) => parsed.call)).toEqual([
      { name: "a", arguments: { x: 1 } },
      { name: "b", arguments: {} },
    ]);
  });

  it.each([
    ['<tool_call>{"name":"a","arguments":{}}', /not closed/],
    ["<tool_call>print(1)</tool_call>", /not valid JSON/],
    ["<tool_call></tool_call>", /not valid JSON/],
    ["<tool_call>[1]</tool_call>", /not a JSON object/],
    ['<tool_call>{"arguments":{}}</tool_call>', /no "name"/],
    ['<tool_call>{"name":"a","arguments":"x"}</tool_call>', /"arguments" is not/],
    ['{"name":"a","arguments":{}}</tool_call>', /without <tool_call>/],
    ['{"name":"a","arguments":{}}', /without <tool_call>/],
  ])("calls %s an attempt, neither a call nor an answer", (text, reason) => {
    const turn = parseTurn(text);
    expect(turn.calls).toEqual([]);
    expect(turn.malformed?.reason).toMatch(reason);
  });

  it.each(["It is a stack.", '{"a": 1}', "", "the tool_call tag"])("takes %j for an answer", (text) => {
    expect(parseTurn(text)).toEqual({ before: text, calls: [], malformed: null });
  });

  it("has a reading for every text", () => {
    const parts = fc.array(fc.oneof(fc.constantFrom(CALL_OPEN, CALL_CLOSE, '{"name":"a"}', "{"), fc.string()));
    fc.assert(
      fc.property(parts, (pieces) => {
        const text = pieces.join("");
        const turn = parseTurn(text);
        for (const call of turn.calls) expect(text.slice(call.end - call.raw.length, call.end)).toBe(call.raw);
        if (text.includes(CALL_OPEN)) expect(turn.calls.length + (turn.malformed ? 1 : 0)).toBeGreaterThan(0);
      }),
    );
  });
});
