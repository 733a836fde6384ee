import { describe, expect, it } from "vitest";
import { decodeLink, encodeLink, payloadOf } from "../../src/share/index.ts";
import { fingerprint, MOST_RESULTS, sameDecision, WIDTH } from "../../src/share/fingerprint.ts";
import { forge, redecided, rerun, reworded, sharedPayload, sharedRun } from "./doubles.ts";

describe("what a run's link holds", () => {
  it("is its configuration, hashes and a short print of each result", () => {
    const { config, dataset, model, digest, results } = sharedRun;
    expect(payloadOf(sharedRun)).toEqual({
      config,
      dataset: dataset.sha256,
      model: model.sha256,
      digest,
      fingerprints: fingerprint(results),
    });
    expect(fingerprint(results)).toHaveLength(results.length * WIDTH);
  });

  it("leaves the prints out where there are too many results for a message", () => {
    const many = (n: number) => ({ ...sharedRun, results: Array.from({ length: n }, () => sharedRun.results[0]!) });
    expect(payloadOf(many(MOST_RESULTS)).fingerprints).toHaveLength(MOST_RESULTS * WIDTH);
    expect(payloadOf(many(MOST_RESULTS + 1)).fingerprints).toBe("");
  });

  it("is nothing before the run is complete", () => {
    expect(() => payloadOf({ ...sharedRun, digest: null })).toThrow(/Only a complete run can be shared/);
  });

  it("never makes whoever opens it ask somebody: a live search is refused when a link is made and when it is read", async () => {
    const config = { ...sharedRun.config, tools: ["web_search"], search: "mediawiki:https://en.wikipedia.org" };
    const made = "A link never names an address to ask, and this run searched a live one: share its run.json.";
    expect(() => payloadOf({ ...sharedRun, config })).toThrow(made);
    const read = "This link names an address to search, which no link may: ask for the run's file instead.";
    await expect(encodeLink({ ...sharedPayload, config })).rejects.toThrow(read);
    await expect(decodeLink(await forge({ ...sharedPayload, config }))).rejects.toThrow(read);
  });

  it("nor a server: a run on one is refused likewise, and so is an address that is slipped in", async () => {
    const endpoint = { url: "https://host.example/v1", api: "chat" as const, model: "tiny" };
    const config = { ...sharedRun.config, model: "remote", runtime: "remote" as const, endpoint };
    const made = "A link never names an address to ask, and this run asked a server: share its run.json.";
    expect(() => payloadOf({ ...sharedRun, config })).toThrow(made);
    const read = "This link names a server to ask, which no link may: ask for the run's file instead.";
    await expect(decodeLink(await forge({ ...sharedPayload, config }))).rejects.toThrow(read);
    const slipped = { ...sharedRun.config, endpoint };
    await expect(decodeLink(await forge({ ...sharedPayload, config: slipped }))).rejects.toThrow(read);
  });
});

describe("a result's fingerprint", () => {
  const print = (run: typeof sharedRun) => fingerprint(run.results.slice(0, 1));

  it("has one half for what was decided and one for what was said", async () => {
    const base = print(sharedRun);
    const words = print(await rerun(sharedRun, [0], reworded));
    expect(words).not.toBe(base);
    expect(sameDecision(words, base)).toBe(true);
    const decision = print(await rerun(sharedRun, [0], redecided));
    expect(sameDecision(decision, base)).toBe(false);
    expect(decision.slice(WIDTH / 2)).toBe(base.slice(WIDTH / 2));
  });

  it("does not know times", async () => {
    const slow = await rerun(sharedRun, [0], (event) =>
      event.type === "model" ? { ...event, timing: { totalMs: 9e6, firstTokenMs: 9e5 } } : event,
    );
    expect(print(slow)).toBe(print(sharedRun));
  });

  it("rarely meets another one: 300 different texts give at least 270 prints", () => {
    const [result] = sharedRun.results;
    const prints = Array.from({ length: 300 }, (_, i) => {
      const transcript = result!.transcript.map((event) =>
        event.type === "model" ? { ...event, text: `The answer is ${i}.` } : event,
      );
      return fingerprint([{ ...result!, transcript }]).slice(WIDTH / 2);
    });
    expect(new Set(prints).size).toBeGreaterThanOrEqual(270);
  });
});
