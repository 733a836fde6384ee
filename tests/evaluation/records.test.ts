import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runExperiment, searchRecords, validateConfig } from "../../src/evaluation/index.ts";
import type { RunConfig } from "../../src/protocol/index.ts";
import { configOf, datasetOf, handMade, modelOf } from "./doubles.ts";

// No program runs here: Python need not start.
vi.mock(import("../../src/sandbox/index.ts"), async (original) => ({
  ...(await original()),
  PythonSandbox: class {
    ready = async () => {};
    dispose = () => {};
    execute = () => Promise.reject(new Error("no Python"));
  } as never,
}));

/** A wiki that finds something else each time it is asked. */
let asked = 0;
const server = createServer((request, response) => {
  const query = new URL(request.url ?? "", "http://wiki").searchParams.get("srsearch");
  response.end(JSON.stringify({ query: { search: [{ title: `${query} ${asked++}`, snippet: "text" }] } }));
});
let config: RunConfig;
beforeEach(async () => {
  asked = 0;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const search = `mediawiki:http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config = configOf("nano", { tools: ["web_search"], search, limit: 4 });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Looks its question up and answers with what it was shown. */
const curious = modelOf(({ messages }) => {
  const last = messages.at(-1)!;
  if (last.role === "tool") return `It says ${last.content}`;
  const call = { name: "web_search", arguments: { query: last.content } };
  return `<tool_call>${JSON.stringify(call)}</tool_call>`;
});
const options = { dataset: datasetOf(handMade()), model: curious };

describe("a run that searches a live service", () => {
  it("asks it, and is replayed from its records to the same digest without asking anybody", async () => {
    const run = await runExperiment(config, options);
    expect(asked).toBe(4);
    expect(run.results[2]?.answer).toMatch(/^It says \[1\] .+ 2: text$/);
    const records = searchRecords(run);
    expect(records).toHaveLength(4);
    expect(records[0]).toMatchObject({ provider: expect.stringMatching(/^mediawiki:127\.0\.0\.1/), hits: [{}] });

    const again = await runExperiment(config, { ...options, records });
    expect(asked).toBe(4);
    expect(again.digest).toEqual(run.digest);
    expect(searchRecords(again)).toEqual(records);

    const live = await runExperiment(config, options);
    expect(asked).toBe(8);
    expect(live.digest).not.toEqual(run.digest);
  });

  it("fails clearly at a query that the records do not have", async () => {
    const run = await runExperiment({ ...config, limit: 1 }, { ...options, records: [] });
    const result = run.results[0]?.transcript.find((event) => event.type === "tool_result");
    expect(result).toMatchObject({ success: false, error: { type: "SearchError" } });
    expect(result).toMatchObject({
      output: expect.stringMatching(/^error: SearchError: No search for .* was recorded/),
    });
  });

  it("goes on where the service is down: each search is a failed call, in a replay too", async () => {
    server.closeAllConnections();
    server.close();
    const run = await runExperiment(config, options);
    expect(run.status).toBe("complete");
    expect(run.results.map(({ answer }) => answer)).toEqual(
      Array(4).fill(expect.stringMatching(/^It says error: SearchError: 127\.0\.0\.1:\d+ could not be reached /)),
    );
    const again = await runExperiment(config, { ...options, records: searchRecords(run) });
    expect(again.digest).toEqual(run.digest);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
});

describe("a live search in a configuration", () => {
  it.each([
    [{ search: "wikipedia" }, /is no kind of live search: write mediawiki:ADDRESS/],
    [{ search: "searxng:http://search.example" }, /write https:/],
    [{ search: "x".repeat(501) }, /Configuration, field search/],
    [{ tools: ["code_executor"] }, /web_search is not listed: list it, or leave search out/],
  ])("is refused where it cannot be: %j", (change, sentence) => {
    expect(validateConfig(config).id).toBe("nano");
    expect(() => validateConfig({ ...config, ...change })).toThrow(sentence);
  });

  it("and where there is none, there is nothing to replay", () => {
    expect(() => searchRecords({ config: configOf("nano"), results: [] })).toThrow(/made no live search/);
  });
});
