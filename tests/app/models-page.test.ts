import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { getModel, listBuilds, listModels } from "../../src/models/index.ts";
import { byFamily, matches } from "../../src/app/models/families.ts";
import { assess, deviceFor, offeredDtypes } from "../../src/app/models/fit.ts";
import { Rate } from "../../src/app/models/rate.ts";
import { hubAddress } from "../../src/app/state/hub-address.ts";

const GPU = {
  gpu: { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31 },
  memory: 2 ** 33,
  storage: 2 ** 40,
};

describe("the list of models", () => {
  it("groups them by family, in the catalog's order, and loses none", () => {
    const families = byFamily(listModels());
    expect(families.flatMap(({ models }) => models)).toHaveLength(listModels().length);
    expect(families.map(({ title }) => title)).toEqual([
      "For any machine",
      "Qwen2.5-Coder",
      "Phi",
      "DeepSeek-Coder",
      "StarCoder2",
    ]);
    expect(byFamily([{ ...getModel("nano"), id: "user/me/mine" }])[0]?.title).toBe("Added by you");
  });

  it("finds a model by any of its words, in any order", () => {
    const found = (search: string) =>
      listModels()
        .filter((model) => matches(model, search))
        .map(({ id }) => id);
    expect(found("coder 3b qwen")).toEqual(["qwen2.5-coder-3b"]);
    expect(found("MIT phi")).toEqual(["phi-3-mini", "phi-3.5-mini"]);
    expect(found("")).toHaveLength(listModels().length);
    expect(found("none such")).toEqual([]);
  });
});

describe("what a build takes here", () => {
  it("is judged on the device that it would run on, with that device's dtypes first", () => {
    const qwen = getModel("qwen2.5-coder-0.5b");
    expect([deviceFor(qwen, GPU), deviceFor(qwen, { ...GPU, gpu: null })]).toEqual(["webgpu", "wasm"]);
    expect(offeredDtypes(qwen, GPU)[0]).toBe("q4f16");
    expect(offeredDtypes(qwen, null)[0]).toBe("q8");
    expect(deviceFor(getModel("phi-3-mini", "webllm"), null)).toBe("webgpu");
    expect(assess(qwen, "q8", GPU)?.device).toBe("wasm");
  });

  it("is known for every build and dtype of the catalog", () => {
    const real = listModels().filter(({ runtime }) => runtime !== "scripted");
    for (const build of real.flatMap(({ id }) => listBuilds(id)))
      for (const dtype of offeredDtypes(build, GPU)) expect(assess(build, dtype, GPU)?.verdict.reason).toMatch(/\.$/);
  });

  it("takes the real size once it was looked at, and only what is missing counts as room", () => {
    const spec = getModel("starcoder2-3b");
    const look = {
      revision: "a",
      license: null,
      dtypes: [{ dtype: "q4" as const, total: 1e9, kept: 9e8, complete: false }],
    };
    const limits = { ...GPU, storage: 2e8 };
    expect(assess(spec, "q4", limits)?.verdict.fit).toBe("too large");
    const known = assess(spec, "q4", limits, look);
    expect([known?.predicted.download, known?.verdict.fit]).toEqual([1e9, "fits"]);
  });
});

describe("the speed of a download", () => {
  it("is that of the last seconds, and begins anew with another file", () => {
    const rate = new Rate(5000);
    expect(rate.perSecond).toBeNull();
    rate.add(1000, 0);
    expect(rate.perSecond).toBeNull();
    rate.add(3000, 1000);
    expect(rate.perSecond).toBe(2000);
    rate.add(100, 2000);
    expect(rate.perSecond).toBeNull();
  });

  it("of an even stream is its pace", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2, max: 60 }), (pace, seconds) => {
        const rate = new Rate();
        for (let at = 0; at <= seconds; at++) rate.add(5e5 + pace * at, at * 1000);
        expect(rate.perSecond).toBeCloseTo(pace);
      }),
    ));
});

it("a hub's address gets its slash, and what is no address is none", () => {
  expect(hubAddress("http://127.0.0.1:8000/hub")).toBe("http://127.0.0.1:8000/hub/");
  for (const wrong of ["", "huggingface.co", "javascript:alert(1)", "ftp://x/", 3, null])
    expect(hubAddress(wrong)).toBeNull();
});
