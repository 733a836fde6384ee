import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GenerateRequest, Generation, PromptFormatId } from "../../src/protocol/index.ts";
import { CALL_CLOSE, CALL_OPEN, renderCall } from "../../src/models/index.ts";
import { Decoder, type DecodeControl } from "../../src/models/decoding/index.ts";
import { decoderModel, END_ID, FakeSession, PIECES, writes } from "./fake-session.ts";
import { TWO_TOOLS } from "./tools.ts";

const free: DecodeControl = { cancelled: () => false };

function ask(content: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  const messages = [{ role: "user" as const, content }];
  return { messages, tools: TWO_TOOLS, maxTokens: 24, temperature: 0, topP: 1, seed: 1, stop: [], ...more };
}

/** Everything of a generation that may not depend on time. */
function said({ text, tokenIds, stopReason, usage }: Generation) {
  return { text, tokenIds, stopReason, usage };
}

const requests = fc.record({
  content: fc.string({ unit: fc.constantFrom(..."abc 123") }),
  temperature: fc.constantFrom(0, 0.7, 1.5),
  topP: fc.constantFrom(1, 0.9, 0.3),
  seed: fc.nat(),
  prefill: fc.constantFrom("", CALL_OPEN, "the "),
  banned: fc.constantFrom([], [CALL_OPEN], ["a", "tool"]),
  wantDecision: fc.boolean(),
});
type Drawn = typeof requests extends fc.Arbitrary<infer T> ? T : never;
const request = ({ content, banned, ...more }: Drawn) => ask(content, { ...more, banned: [...banned] });

describe("Decoder", () => {
  it("gives a request the same tokens alone, after any others, and whether or not the decision is measured", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { minLength: 1, maxLength: 4 }), async (drawn) => {
        const shared = new Decoder(decoderModel(new FakeSession()));
        for (const one of drawn) {
          const alone = new Decoder(decoderModel(new FakeSession()));
          const among = said(await shared.generate(request(one), free));
          expect(among).toEqual(said(await alone.generate(request(one), free)));
          const measured = await alone.generate({ ...request(one), wantDecision: !one.wantDecision }, free);
          expect(among).toEqual(said(measured));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("keeps one past for each of the last few system turns and frees every other", async () => {
    const session = new FakeSession();
    const decoder = new Decoder(decoderModel(session));
    for (const content of ["a", "b", "c"]) {
      await decoder.generate(ask(content, { wantDecision: true, prefill: "x" }), free);
      expect(session.live).toBe(1);
    }
    for (const name of ["t", "u", "v", "w"]) {
      await decoder.generate(ask("a", { tools: [{ ...TWO_TOOLS[0]!, name }] }), free);
    }
    expect(session.live).toBe(4);
    decoder.dispose();
    expect(session.live).toBe(0);
  });

  it("writes what the model says, to its end token, in pieces that make up the text", async () => {
    const decoder = new Decoder(decoderModel(new FakeSession(writes("é is a letter"))));
    const deltas: string[] = [];
    const generation = await decoder.generate(ask("x"), { ...free, onText: (delta) => deltas.push(delta) });
    expect(generation).toMatchObject({ text: "é is a letter", stopReason: "end" });
    expect(generation.tokenIds!.at(-1)).toBe(END_ID);
    expect(generation.usage.completionTokens).toBe(generation.tokenIds!.length);
    expect(deltas[0]).toBe("é");
    expect(deltas.join("")).toBe(generation.text);
  });

  it("streams exactly the text it returns, broken characters included", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (drawn) => {
        let streamed = "";
        const decoder = new Decoder(decoderModel(new FakeSession()));
        const { text } = await decoder.generate(request(drawn), { ...free, onText: (delta) => (streamed += delta) });
        expect(streamed).toBe(text);
        expect(text.startsWith(drawn.prefill)).toBe(true);
      }),
    );
  });

  it("ends right after a stop text and says whether it was a call's end", async () => {
    const call = renderCall({ name: "a", arguments: {} });
    const decoder = new Decoder(decoderModel(new FakeSession(writes(`${call} and more`))));
    const stopped = await decoder.generate(ask("x", { stop: [CALL_CLOSE], maxTokens: 99 }), free);
    expect(stopped).toMatchObject({ text: call, stopReason: "tool_call" });
    const other = await decoder.generate(ask("x", { stop: ["name", CALL_CLOSE], maxTokens: 99 }), free);
    expect(other).toMatchObject({ text: '<tool_call>{"name', stopReason: "stop" });
  });

  it("ends a turn where the model goes on with the user's next one, and leaves that out", async () => {
    const text = "it is 4.\n### Instruction and more";
    const write = (format: PromptFormatId, header: string) => {
      const model = decoderModel(new FakeSession(writes(text, header)), { format });
      return new Decoder(model).generate(ask("x", { maxTokens: 99 }), free);
    };
    expect(await write("starcoder2", "### Response\n")).toMatchObject({ text: "it is 4.", stopReason: "end" });
    expect((await write("chatml", "<|im_start|>assistant\n")).text).toMatch(/^it is 4.\n### I/);
  });

  it("never completes a banned text, however its tokens cut it", async () => {
    const banned = fc.array(fc.constantFrom("a", "ab", "tool", "<tool_call>", "l_c", "é", '>{"'), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(requests, banned, async (drawn, texts) => {
        const decoder = new Decoder(decoderModel(new FakeSession()));
        const more = { banned: texts, prefill: "", maxTokens: 40 };
        const { text } = await decoder.generate({ ...request(drawn), ...more }, free);
        for (const one of texts) expect(text).not.toContain(one);
      }),
    );
  });

  it("bans the marker only: the model goes on with its next best token", async () => {
    const decoder = new Decoder(decoderModel(new FakeSession(writes("<tool_call>"))));
    const { text } = await decoder.generate(ask("x", { banned: [CALL_OPEN], maxTokens: 4 }), free);
    expect(text.startsWith("<tool_call")).toBe(true);
    expect(text).not.toContain(CALL_OPEN);
  });

  it("stops at maxTokens, and refuses a prompt that leaves no room for them", async () => {
    const decoder = new Decoder(decoderModel(new FakeSession(), { context: 2000, ends: [] }));
    expect(await decoder.generate(ask("x", { maxTokens: 3 }), free)).toMatchObject({ stopReason: "length" });
    const long = await decoder.generate(ask("a b ".repeat(600)), free);
    expect(long).toMatchObject({ stopReason: "context_overflow", text: "", usage: { completionTokens: 0 } });
  });

  it("computes long prompts in pieces with the same result as one that fits", async () => {
    const session = new FakeSession(writes("ok"));
    const { text } = await new Decoder(decoderModel(session)).generate(ask("a b ".repeat(300)), free);
    expect(text).toBe("ok");
    expect(session.forwards).toBeGreaterThan(4);
  });

  it("is cancelled before the next forward pass, keeps the text so far, and frees its pasts", async () => {
    const session = new FakeSession(writes("a long answer"));
    const decoder = new Decoder(decoderModel(session));
    for (let limit = 0; limit < 8; limit++) {
      const before = session.forwards;
      const cancelled = () => session.forwards - before >= limit;
      const generation = await decoder.generate(ask("x"), { cancelled });
      expect(generation.stopReason).toBe("cancelled");
      expect("a long answer".startsWith(generation.text)).toBe(true);
      expect(session.forwards - before).toBe(limit);
      expect(session.live).toBeLessThanOrEqual(1);
    }
  });

  it("survives a failing pass: the error comes out, the next request is whole", async () => {
    let failures = 1;
    const plan = writes("fine");
    const session = new FakeSession((ids) => {
      if (ids.length > 150 && failures-- > 0) throw new Error("device hiccup");
      return plan(ids);
    });
    const decoder = new Decoder(decoderModel(session));
    await expect(decoder.generate(ask("a".repeat(200)), free)).rejects.toThrow("device hiccup");
    expect(await decoder.generate(ask("a".repeat(200)), free)).toMatchObject({ text: "fine" });
    expect(session.live).toBe(1);
  });

  it("refuses a model that computes no numbers", async () => {
    const decoder = new Decoder(decoderModel(new FakeSession(() => new Float32Array(PIECES.length).fill(NaN))));
    await expect(decoder.generate(ask("x"), free)).rejects.toThrow(/computed no numbers/);
  });

  it("draws the same tokens for the same seed and others for another", async () => {
    const decoder = new Decoder(decoderModel(new FakeSession(), { ends: [] }));
    const text = async (seed: number) => (await decoder.generate(ask("x", { temperature: 1, seed }), free)).text;
    expect(await text(1)).toBe(await text(1));
    expect(await text(1)).not.toBe(await text(2));
  });
});
