import { describe, expect, it } from "vitest";
import type { Decision, ToolSchema } from "../../src/protocol/index.ts";
import { callOpening, renderCall, renderPrompt } from "../../src/models/index.ts";
import { Decoder } from "../../src/models/decoding/index.ts";
import { softmax } from "../../src/models/decoding/sampling.ts";
import { decoderModel, encoder, FakeSession, PIECES, writes } from "./fake-session.ts";
import { TWO_TOOLS } from "./tools.ts";

async function decide(session: FakeSession, tools: ToolSchema[] = TWO_TOOLS): Promise<Decision> {
  const messages = [{ role: "user" as const, content: "x" }];
  const request = { messages, tools, maxTokens: 1, temperature: 0, topP: 1, seed: 0, stop: [], wantDecision: true };
  const { decision } = await new Decoder(decoderModel(session)).generate(request, { cancelled: () => false });
  return decision!;
}

/** P(text begins with `target`) by walking every token sequence that spells it: the definition, without shortcuts. */
async function spelled(session: FakeSession, ids: number[], target: string, canonical: number[]): Promise<number> {
  let p = 1;
  for (const [i, id] of canonical.entries()) {
    const step = await session.forward([...ids, ...canonical.slice(0, i)], null, [ids.length + i - 1]);
    const row = softmax(step.logits[0]!);
    if (i < canonical.length - 1) p *= row[id]!;
    else p *= PIECES.reduce((sum, piece, other) => (piece.startsWith(PIECES[id]!) ? sum + row[other]! : sum), 0);
  }
  expect(canonical.map((id) => PIECES[id]).join("")).toBe(target);
  return p;
}

describe("the decision", () => {
  it("is a distribution over none, the tools and other calls", async () => {
    const { options, pCall, top, entropy } = await decide(new FakeSession());
    expect(options.map((option) => option.option)).toEqual(["none", "code_executor", "symbolic_math", "other"]);
    expect(options.reduce((sum, option) => sum + option.probability, 0)).toBeCloseTo(1, 12);
    expect(options[0]!.probability).toBeCloseTo(1 - pCall, 12);
    expect(top).toHaveLength(5);
    expect(entropy).toBeGreaterThan(0);
  });

  it("gives each tool the probability of its canonical opening after the header", async () => {
    const session = new FakeSession();
    const { options } = await decide(session);
    const prompt = encoder.encode(renderPrompt("chatml", [{ role: "user", content: "x" }], TWO_TOOLS));
    for (const name of ["code_executor", "symbolic_math"]) {
      const opening = callOpening(name);
      const expected = await spelled(session, prompt, opening, encoder.encode(opening));
      const measured = options.find((option) => option.option === name)!.probability;
      expect(measured / expected).toBeCloseTo(1, 6);
    }
  });

  it("counts a token that begins like the marker's last one and goes on into the call", async () => {
    const call = renderCall({ name: "code_executor", arguments: {} });
    // This vocabulary merges the marker's `>` with the `{"` behind it, and the name's quote with the comma behind it.
    expect(encoder.encode(call)).toContain(PIECES.indexOf('>{"'));
    expect(encoder.encode(call)).toContain(PIECES.indexOf('","'));
    const sharp = (ids: readonly number[]) => writes(call)(ids).map((logit) => logit * 10);
    const { options, pCall } = await decide(new FakeSession(sharp));
    expect(pCall).toBeGreaterThan(0.999);
    expect(options[1]!.probability).toBeGreaterThan(0.999);
  });

  it("is certain of an answer when the model writes one", async () => {
    const sharp = (ids: readonly number[]) => writes("hello")(ids).map((logit) => logit * 10);
    const { options, top } = await decide(new FakeSession(sharp), []);
    expect(options[0]).toMatchObject({ option: "none" });
    expect(options[0]!.probability).toBeGreaterThan(0.999);
    expect(top[0]!.token).toBe("h");
  });
});
