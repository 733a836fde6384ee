import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evaluate } from "../../src/evaluation/index.ts";
import type { Run, RunConfig } from "../../src/protocol/index.ts";
import { connect } from "../models/remote/doubles.ts";
import { calculate, startServer, type FakeServer } from "../models/remote/server.ts";
import { configOf, datasetOf, handMade, pythonTools } from "./doubles.ts";

const samples = handMade().slice(0, 12);
const tools = pythonTools();
let server: FakeServer;
beforeEach(async () => {
  server = await startServer(calculate);
});
afterEach(() => server.stop());

async function run(previous?: Run, change: Partial<RunConfig> = {}): Promise<Run> {
  const { model } = await connect(server);
  const config = configOf("remote", { endpoint: { url: server.url, api: "chat", model: "tiny" }, ...change });
  const { id, created, results: done = [] } = previous ?? {};
  return evaluate({
    ...{ config, dataset: datasetOf(samples), model, tools, done },
    ...(id !== undefined && created !== undefined && { id, created }),
  });
}
describe("a run on a server", () => {
  it("calls tools through the same loop and the same parser", async () => {
    const { status, metrics, results, model } = await run();
    expect(status).toBe("complete");
    expect(results).toHaveLength(12);
    expect(model).toMatchObject({ id: "remote", runtime: "remote", device: "none", dtype: "none" });
    // The calculator calls where the question has a product, and answers 5 where it has none.
    const products = samples.filter(({ prompt }) => prompt.includes("*"));
    expect(products.length).toBeGreaterThan(0);
    const called = results.filter(({ scores }) => scores.decision === "code_executor");
    expect(called.map(({ sample_id }) => sample_id)).toEqual(products.map(({ id }) => id));
    const right = samples.filter(({ optimal_tool, prompt }) => (optimal_tool !== "none") === prompt.includes("*"));
    expect(metrics.tool_accuracy?.value).toBeCloseTo(right.length / 12, 12);
    expect(results.every(({ scores }) => scores.p_call === null)).toBe(true);
  });

  it("that loses its server fails with a sentence, and goes on to the same digest, nothing lost or doubled", async () => {
    const whole = await run();
    server.asked.length = 0;
    server.answer = (asked) => {
      // From the ninth request on the key is worth nothing.
      if (server.asked.length > 8) return { status: 401, error: "expired" };
      return calculate(asked);
    };
    const part = await run();
    expect(part).toMatchObject({ status: "failed", digest: null });
    expect(part.error).toMatch(/answered with status 401: expired: it asks for a key/);
    expect(part.results.length).toBeGreaterThan(0);
    expect(part.results.length).toBeLessThan(12);
    expect(part.results.flatMap(({ transcript }) => transcript).some(({ type }) => type === "error")).toBe(false);

    server.answer = calculate;
    const rest = await run(part);
    expect(rest).toMatchObject({ id: part.id, status: "complete", digest: whole.digest });
    expect(rest.results.map(({ sample_id }) => sample_id)).toEqual(whole.results.map(({ sample_id }) => sample_id));
  });

  it("keeps a sample that the server could not answer as data, and goes on", async () => {
    const [unlucky] = samples;
    server.answer = (asked) => {
      const question = asked.body.messages?.find(({ role }) => role === "user")?.content;
      return question === unlucky?.prompt ? { status: 500, error: "boom" } : calculate(asked);
    };
    const { status, results } = await run();
    expect(status).toBe("complete");
    expect(results).toHaveLength(12);
    expect(results[0]?.transcript).toMatchObject([{ type: "error", kind: "model_error" }]);
    expect(results.filter(({ scores }) => scores.decision === "error")).toHaveLength(1);
  });

  it("refuses the arms that no chat API has, before the first sample", async () => {
    await expect(run(undefined, { arms: ["forced"] })).rejects.toThrow(/arm "forced" is beyond remote/);
    expect(server.asked).toEqual([]);
  });
});
