import { expect, it } from "vitest";
import type { Dtype } from "../../src/protocol/index.ts";
import { getModel } from "../../src/models/index.ts";
import { selectGguf } from "../../src/models/files/index.ts";

const spec = { ...getModel("smollm2-135m", "wllama"), dtypes: { wasm: ["q8", "q4"] as Dtype[], webgpu: [] } };
const manifest = (...paths: string[]) => ({
  id: spec.id,
  dtypes: [],
  files: paths.map((path) => ({ path, bytes: 1, sha256: "0".repeat(64) })),
});

it("chooses the asked dtype's file, or the first on offer that was prepared", () => {
  const both = manifest("gguf/model-q4.gguf", "gguf/model-q8.gguf");
  expect(selectGguf(spec, both, "auto")).toMatchObject({ dtype: "q8", file: { path: "gguf/model-q8.gguf" } });
  expect(selectGguf(spec, both, "q4").dtype).toBe("q4");
  expect(selectGguf(spec, manifest("gguf/model-q4.gguf"), "auto").dtype).toBe("q4");
});

it("says what is missing, and what is not on offer", () => {
  expect(() => selectGguf(spec, manifest("onnx/model_q4.onnx"), "auto")).toThrow(
    /SmolLM2 135M Instruct \(wllama\) has no q8 file: prepare it again/,
  );
  expect(() => selectGguf(spec, manifest("gguf/model-q8.gguf"), "q4")).toThrow(/has no q4 file/);
  expect(() => selectGguf(spec, manifest("gguf/model-fp16.gguf"), "fp16")).toThrow(
    /does not come in fp16: choose q8, q4/,
  );
});
