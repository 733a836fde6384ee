import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ARMS, UserError, type RunConfig, type UserTool } from "../../src/protocol/index.ts";
import { decodeLink, encodeLink, payloadOf, type SharePayload } from "../../src/share/index.ts";
import { decompress, fromBase64Url } from "../../src/share/compress.ts";
import { forge, sharedPayload, sharedRun } from "./doubles.ts";

const sha = fc.stringMatching(/^[0-9a-f]{64}$/);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const config: fc.Arbitrary<RunConfig> = fc.record({
  model: name,
  runtime: fc.constantFrom("transformers", "scripted", "webllm", "wllama", "remote"),
  device: fc.constantFrom("auto", "webgpu", "wasm"),
  dtype: fc.constantFrom("auto", "fp32", "fp16", "q8", "q4", "q4f16"),
  dataset: name,
  split: fc.constantFrom("train", "validation", "test", "all"),
  limit: fc.option(fc.integer({ min: 1, max: 1000 })),
  arms: fc.subarray([...ARMS], { minLength: 1 }),
  tools: fc.uniqueArray(name, { maxLength: 4 }),
  temperature: fc.double({ min: 0, max: 5, noNaN: true }),
  topP: fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true }),
  topK: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
  constrainCalls: fc.constantFrom(true as const, undefined),
  maxTokens: fc.integer({ min: 1, max: 100_000 }),
  maxSteps: fc.integer({ min: 1, max: 100 }),
  seed: fc.maxSafeInteger(),
  repeats: fc.integer({ min: 1, max: 1000 }),
});
const payload: fc.Arbitrary<SharePayload> = fc.record({
  config,
  dataset: sha,
  model: sha,
  digest: fc.record({ config: sha, decisions: sha, tokens: sha }),
  fingerprints: fc.stringMatching(/^([A-Za-z0-9_-]{4}){0,20}$/),
});

/** The JSON that a link holds. */
const inside = (link: string) => decompress(fromBase64Url(link.slice(2)), 2 ** 20);

describe("a link", () => {
  it("carries tools of one's own, and is refused where they cannot be tools", async () => {
    const tool: UserTool = {
      name: "greet",
      description: "Greet.",
      parameters: { type: "object", properties: { who: { type: "string" } } },
      language: "python",
      body: "print('hello', who)",
    };
    const having = (userTools: UserTool[]) => ({ ...sharedPayload, config: { ...sharedPayload.config, userTools } });
    const own = having([tool]);
    expect(await decodeLink(await encodeLink(own))).toEqual(own);
    for (const wrong of [
      { ...tool, body: "" },
      { ...tool, name: "web_search" },
      { ...tool, parameters: { type: "object", oneOf: [] } as UserTool["parameters"] },
    ]) {
      await expect(decodeLink(await forge(having([wrong])))).rejects.toThrow(UserError);
    }
  });

  it("gives its payload back, and is kept by an address as it is", () =>
    fc.assert(
      fc.asyncProperty(payload, async (value) => {
        const link = await encodeLink(value);
        expect(link).toMatch(/^1\.[\w-]+$/);
        expect(await decodeLink(link)).toEqual(value);
      }),
      { numRuns: 50 },
    ));

  it("of a run fits into a message", async () => {
    expect((await encodeLink(payloadOf(sharedRun))).length).toBeLessThan(1000);
    const largest = { ...sharedPayload, fingerprints: "aB3_".repeat(500) };
    expect(await decodeLink(await encodeLink(largest))).toEqual(largest);
  });

  it("carries no key and nothing to fetch, even where a payload had them", async () => {
    const loaded = {
      ...sharedPayload,
      token: "hf_secret",
      config: { ...sharedPayload.config, apiKey: "sk-secret", baseUrl: "http://elsewhere" },
      digest: { ...sharedPayload.digest, note: "secret" },
    };
    const text = await inside(await encodeLink(loaded));
    expect(text).not.toMatch(/secret|elsewhere/);
    expect(JSON.parse(text)).toEqual(sharedPayload);
  });

  it("with fields that a later version added is read without them", async () => {
    const later = { ...sharedPayload, added: 1, config: { ...sharedPayload.config, added: { deep: true } } };
    expect(await decodeLink(await forge(later))).toEqual(sharedPayload);
  });

  it("survives blanks around it", async () => {
    expect(await decodeLink(`  ${await encodeLink(sharedPayload)}\n`)).toEqual(sharedPayload);
  });
});

describe("a link that is none", () => {
  const { config: asked } = sharedPayload;

  it.each([
    ["nothing", "", /not a share link of AgentCoder/],
    ["other text", "hello there", /not a share link of AgentCoder/],
    ["a path", "1.../../etc/passwd", /not a share link of AgentCoder/],
    ["no body", "1.", /damaged or cut off/],
    ["a later format", "2.abcd", /has format 2, but this version reads format 1: update AgentCoder/],
    ["bytes that do not inflate", "1.AAAA", /damaged or cut off/],
    ["a body of 40 KiB", `1.${"A".repeat(40 * 1024)}`, /^This link is larger than 16 KiB/],
  ])("(%s) is one sentence", async (_, text, sentence) => {
    await expect(decodeLink(text)).rejects.toThrow(UserError);
    await expect(decodeLink(text)).rejects.toThrow(sentence);
  });

  it("because it was cut off anywhere is one sentence", async () => {
    const link = await encodeLink(sharedPayload);
    for (let length = 0; length < link.length; length += 7) {
      await expect(decodeLink(link.slice(0, length))).rejects.toThrow(UserError);
    }
  });

  it("because it unpacks to far more than it is, is refused", async () => {
    const bomb = await forge(" ".repeat(8 * 2 ** 20));
    expect(bomb.length).toBeLessThan(16 * 1024);
    await expect(decodeLink(bomb)).rejects.toThrow(/unpacks to more than 256 KiB: it is not a link of AgentCoder/);
  });

  it("because it nests without end is refused", async () => {
    const deep = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
    await expect(decodeLink(await forge(deep))).rejects.toThrow(UserError);
    const config = JSON.stringify(sharedPayload).replace('"limit":6', `"limit":${deep}`);
    await expect(decodeLink(await forge(config))).rejects.toThrow(UserError);
  });

  it.each([
    ["null", null, /holds no configuration/],
    ["a text", '"hello"', /holds no configuration/],
    ["no configuration", { digest: {} }, /holds no configuration/],
    ["half a configuration", { config: { model: "nano" } }, /^This link's configuration, field runtime: missing\.$/],
    ["a seed that is none", { ...sharedPayload, config: { ...asked, seed: 1.5 } }, /field seed: must be integer/],
    ["an unknown arm", { ...sharedPayload, config: { ...asked, arms: ["all"] } }, /field arms\.0: must be/],
    ["no outcome", { config: asked }, /This link is damaged/],
    ["a hash that is none", { ...sharedPayload, dataset: "../x" }, /damaged \(dataset must match pattern/],
    ["half a fingerprint", { ...sharedPayload, fingerprints: "abc" }, /damaged \(fingerprints must match/],
    ["endless fingerprints", { ...sharedPayload, fingerprints: "abcd".repeat(501) }, /damaged \(fingerprints must/],
  ])("(%s) names what is wrong", async (_, value, sentence) => {
    const link = await forge(value);
    await expect(decodeLink(link)).rejects.toThrow(UserError);
    await expect(decodeLink(link)).rejects.toThrow(sentence);
  });

  it("never throws anything but a sentence", () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `1.${text}`),
          fc.json(),
        ),
        async (text) => {
          await expect(decodeLink(text)).rejects.toThrow(UserError);
          await expect(decodeLink(await forge(text))).rejects.toThrow(UserError);
        },
      ),
      { numRuns: 60 },
    ));
});
