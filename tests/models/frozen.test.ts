import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const NANO = resolve(import.meta.dirname, "../../public/models/nano");

// Adapters and shared links name the model by these: a test that fails here is no reason to write new hashes.
it.each([
  ["model.safetensors", "4ea3ce2ef62c14768aaa401c318bd62bb4f8fdcc66f4eb0baaa64f71b716f578"],
  ["onnx/model_fp16.onnx", "cf3ee10cffc102de8b3ee08b96a4d6ca1f506634089749e36317a83fd9e4c48e"],
  ["tokenizer.json", "4ce10d0f11d6434de45561c8fa9a1c7b274852ef62639c0c678d72b85d75e22d"],
])("nano's %s is the one that adapters and links rest on", (file, hash) => {
  const sha256 = createHash("sha256")
    .update(readFileSync(resolve(NANO, file)))
    .digest("hex");
  expect(sha256).toBe(hash);
});
