import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { Run, SampleResult, TranscriptEvent } from "../../src/protocol/index.ts";
import { compareDigests, digestOf, evaluate } from "../../src/evaluation/index.ts";
import { configOf, datasetOf, handMade, modelOf, pythonTools } from "./doubles.ts";

const samples = handMade();
const base: Run = await evaluate({
  config: configOf("nano", { arms: ["free", "forbidden"], limit: 6 }),
  dataset: datasetOf(samples),
  model: modelOf(({ messages, banned }) =>
    messages.length === 1 && !banned
      ? '<tool_call>{"name":"code_executor","arguments":{"code":"print(1)"}}</tool_call>'
      : "The result is 1.",
  ),
  tools: pythonTools(),
});

const change = (how: (event: TranscriptEvent) => TranscriptEvent): SampleResult[] =>
  base.results.map((result) => ({ ...result, transcript: result.transcript.map(how) }));
const timeless = (event: TranscriptEvent, factor: number): TranscriptEvent => {
  if (event.type === "model") return { ...event, timing: { totalMs: factor, firstTokenMs: factor } };
  return event.type === "tool_result" ? { ...event, execution_time: factor } : event;
};

describe("digestOf", () => {
  it("depends neither on the order of completion nor on times", () =>
    fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(base.results, { minLength: base.results.length }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        async (shuffled, factor) => {
          expect(await digestOf(base, shuffled)).toEqual(base.digest);
          expect(
            await digestOf(
              base,
              change((event) => timeless(event, factor)),
            ),
          ).toEqual(base.digest);
        },
      ),
      { numRuns: 20 },
    ));

  it("sees a changed token, and then the decisions still agree", async () => {
    const other = await digestOf(
      base,
      change((event) => (event.type === "model" && event.step === 1 ? { ...event, tokenIds: [7] } : event)),
    );
    expect(other.decisions).toBe(base.digest!.decisions);
    expect(compareDigests(base.digest!, other)).toBe("same_decisions");
  });

  it("sees a changed decision, model or configuration", async () => {
    const decided = await digestOf(
      base,
      change((event) => (event.type === "decision" ? { ...event, choice: "malformed" } : event)),
    );
    expect(compareDigests(base.digest!, decided)).toBe("different");
    const model = await digestOf({ ...base, model: { ...base.model, sha256: "b".repeat(64) } }, base.results);
    expect(compareDigests(base.digest!, model)).toBe("same_decisions");
    const config = await digestOf({ ...base, config: { ...base.config, seed: 9 } }, base.results);
    expect(config.config).not.toBe(base.digest!.config);
    expect(compareDigests(base.digest!, base.digest!)).toBe("identical");
  });

  it("keeps of a killed tool only why it was killed", async () => {
    const killed = (output: string) =>
      change((event) =>
        event.type === "tool_result" ? { ...event, success: false, killed: "timeout" as const, output } : event,
      );
    const [a, b] = [await digestOf(base, killed("error: after 4.9 s")), await digestOf(base, killed("error: 5.1 s"))];
    expect(a).toEqual(b);
    expect(a.tokens).not.toBe(base.digest!.tokens);
  });

  it("takes the text where a runtime gives no token ids", async () => {
    const texts = (last: string) =>
      change((event) => {
        if (event.type !== "model") return event;
        const { tokenIds: _ids, ...rest } = event;
        return { ...rest, text: `${rest.text}${last}` };
      });
    expect((await digestOf(base, texts("a"))).tokens).not.toBe((await digestOf(base, texts("b"))).tokens);
  });
});
