import { afterEach, describe, expect, it, vi } from "vitest";
import type { LoadedModel, LoadOptions, ModelSpec, Run } from "../../src/protocol/index.ts";
import { DeviceLostError } from "../../src/models/index.ts";
import { runExperiment } from "../../src/evaluation/index.ts";
import { ToolRegistry } from "../../src/tools/index.ts";
import { configOf, datasetOf, handMade, modelOf } from "./doubles.ts";

let open: (options: LoadOptions) => LoadedModel;
const loads: LoadOptions[] = [];
vi.mock("../../src/models/load.ts", () => ({
  loadModel: async (_spec: ModelSpec, options: LoadOptions) => (loads.push(options), open(options)),
}));

afterEach(() => {
  loads.splice(0);
  vi.unstubAllGlobals();
});

const samples = handMade();
const tools = new ToolRegistry();
for (const name of configOf("nano").tools) tools.register(name, async () => "");
const given = { dataset: datasetOf(samples), tools, latencySamples: 0 };
const said = ({ results }: Run) => results.map(({ sample_id, answer }) => [sample_id, answer]);

/** A model that is lost after so many turns. */
function mortal(turns: number, change: Partial<LoadedModel> = {}): LoadedModel {
  let left = turns;
  return modelOf(({ messages }) => {
    if (left-- <= 0) throw new DeviceLostError("The GPU was lost.");
    return `to ${messages[0]?.content ?? ""}`;
  }, change);
}

describe("a model that is lost on the way", () => {
  it("is loaded again, where it was, and the run is what it would have been", async () => {
    open = () => mortal(Infinity);
    const whole = await runExperiment(configOf("nano"), given);
    loads.splice(0);
    open = ({ device }) => mortal(10, { device: device === "auto" ? "webgpu" : device });
    const stages: string[] = [];
    const run = await runExperiment(configOf("nano"), { ...given, onStage: (stage) => stages.push(stage) });
    expect(run.status).toBe("complete");
    expect(said(run)).toEqual(said(whole));
    expect(run.digest?.tokens).toBe(whole.digest?.tokens);
    expect(new Set(run.results.map(({ sample_id }) => sample_id)).size).toBe(samples.length);
    expect(loads).toHaveLength(3);
    expect(loads.slice(1).map(({ device, dtype }) => [device, dtype])).toEqual([
      [run.model.device, run.model.dtype],
      [run.model.device, run.model.dtype],
    ]);
    expect(stages).toContain("The GPU was lost.");
  });

  it("is given up when loading it again does not help, or fails; what was done stays", async () => {
    let first = true;
    open = () => mortal(first ? ((first = false), 5) : 0);
    const stuck = await runExperiment(configOf("nano"), given);
    expect(stuck).toMatchObject({ status: "failed", error: "The GPU was lost." });
    expect(stuck.results).toHaveLength(5);
    expect(loads).toHaveLength(2);

    first = true;
    open = () => {
      if (!first) throw new Error("No adapter is left.");
      first = false;
      return mortal(5);
    };
    const gone = await runExperiment(configOf("nano"), given);
    expect(gone).toMatchObject({ status: "failed", error: "The GPU was lost. No adapter is left." });
    expect(gone.results).toHaveLength(5);
  });

  it("is not continued on another device, and one that was given is its owner's to load again", async () => {
    // Node has no navigator; a page on WebGPU tells its adapter from it.
    vi.stubGlobal("navigator", { userAgent: "Node" });
    let first = true;
    open = () => (first ? ((first = false), mortal(5, { device: "webgpu" })) : mortal(Infinity, { device: "wasm" }));
    const moved = await runExperiment(configOf("nano"), given);
    expect(moved.error).toMatch(/The run began on webgpu, and nano runs on wasm now/);
    loads.splice(0);
    const own = await runExperiment(configOf("nano"), { ...given, model: mortal(5) });
    expect([own.status, own.results.length, loads.length]).toEqual(["failed", 5, 0]);
  });
});
