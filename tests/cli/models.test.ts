import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { models } from "../../src/cli/models.ts";
import { sha256, UserError } from "../../src/protocol/index.ts";
import { captured } from "./doubles.ts";

let home: string;
let directory: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "agentcoder-models-"));
  directory = join(home, "models", "base", "smollm2-135m");
  vi.stubEnv("AGENTCODER_HOME", home);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

/** What a conversion leaves behind. */
async function prepared(): Promise<void> {
  await mkdir(join(directory, "onnx"), { recursive: true });
  const files = { "config.json": "{}", "onnx/model.onnx": "graph" };
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
  const listed = await Promise.all(
    Object.entries(files).map(async ([path, text]) => ({ path, bytes: text.length, sha256: await sha256(text) })),
  );
  const manifest = { id: "smollm2-135m", files: listed, dtypes: ["q8"], parity: { q8: 0.99 } };
  await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest));
}

interface Row {
  id: string;
  ready: boolean;
}

describe("models list", () => {
  it("says what is ready here and what is to be prepared", async () => {
    const said = captured();
    expect(await models(["list", "--json"])).toBe(0);
    const before = JSON.parse(said.out) as Row[];
    expect(before.find((row) => row.id === "nano")?.ready).toBe(true);
    for (const id of ["smollm2-135m", "starcoder2-3b"]) expect(before.find((row) => row.id === id)?.ready).toBe(false);
    said.out = "";
    await prepared();
    await models(["list"]);
    expect(said.out).toMatch(/^smollm2-135m +ready /m);
    expect(said.out.trim().split("\n")).toHaveLength(before.length);
  });

  it("takes no model", async () => {
    await expect(models(["list", "nano"])).rejects.toThrow(UsageError);
  });
});

describe("models memory", () => {
  it("prints every build at every dtype, and the same as JSON", async () => {
    const said = captured();
    expect(await models(["memory"])).toBe(0);
    expect(said.out).toMatch(/^model +runtime +device +dtype +files +weights/);
    expect(said.out).toMatch(/^qwen2\.5-coder-3b +wllama +wasm +q8 +3,1\d\d /m);
    said.out = "";
    expect(await models(["memory", "--json"])).toBe(0);
    const rows = JSON.parse(said.out) as { id: string; runtime: string; dtype: string; total: number }[];
    for (const [id, dtype] of [
      ["qwen2.5-coder-3b", "q4"],
      ["qwen2.5-coder-3b", "q8"],
      ["deepseek-coder-1.3b", "q4"],
      ["starcoder2-3b", "q4"],
      ["phi-3-mini", "q4"],
    ]) {
      expect(rows.find((row) => row.id === id && row.dtype === dtype)?.total).toBeGreaterThan(1e9 / 2);
    }
    await expect(models(["memory", "nano"])).rejects.toThrow(UsageError);
  });
});

describe("models check", () => {
  it("compares every file and shows what the conversion measured", async () => {
    await prepared();
    const said = captured();
    expect(await models(["check", "smollm2-135m"])).toBe(0);
    expect(said.out).toBe(`smollm2-135m: 2 files as published, in ${directory}\n  q8     top-1 agreement 0.99\n`);
    said.out = "";
    await models(["check", "smollm2-135m", "--json"]);
    expect(JSON.parse(said.out)).toEqual({ id: "smollm2-135m", directory, files: 2, parity: { q8: 0.99 } });
  });

  it.each([
    ["damaged", () => writeFile(join(directory, "onnx/model.onnx"), "grabh")],
    ["missing", () => rm(join(directory, "onnx/model.onnx"))],
  ])("names a file that is %s", async (_, harm) => {
    await prepared();
    await harm();
    captured();
    const checking = models(["check", "smollm2-135m"]);
    await expect(checking).rejects.toThrow(UserError);
    await expect(checking).rejects.toThrow(/onnx\/model\.onnx in .* is missing or damaged: prepare the model again/);
  });
});
