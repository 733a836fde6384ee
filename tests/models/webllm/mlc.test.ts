import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/protocol/index.ts";
import { listBuilds, listModels } from "../../../src/models/index.ts";
import { findRecord } from "../../../src/models/webllm/mlc.ts";

describe("findRecord", () => {
  it("knows every model in MLC's format that the catalog names, and one by its addresses", () => {
    for (const build of listModels().flatMap(({ id }) => listBuilds(id))) {
      for (const mlc of Object.values(build.mlc ?? {})) expect(findRecord(mlc).model_lib).toMatch(/\.wasm$/);
    }
    expect(findRecord({ model: "/m/", library: "/m/lib.wasm" })).toMatchObject({
      model: "/m/",
      model_lib: "/m/lib.wasm",
    });
    expect(findRecord("Qwen2.5-Coder-0.5B-Instruct-q4f16_1-MLC").model_lib).toMatch(/^https:/);
  });

  it("refuses an id that this version does not list", () => {
    expect(() => findRecord("nothing-MLC")).toThrow(UserError);
    expect(() => findRecord("nothing-MLC")).toThrow(/knows no model nothing-MLC: choose another/);
  });
});
