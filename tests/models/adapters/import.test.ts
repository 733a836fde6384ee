import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessBase, locateAdapter } from "../../../src/models/adapters/index.ts";
import { listModels } from "../../../src/models/index.ts";

const BOTH = ["adapter_config.json", "adapter_model.safetensors"];

describe("guessBase", () => {
  const guess = (base: unknown) => guessBase({ base_model_name_or_path: base }, listModels());

  it.each([
    ["nano", "nano"],
    ["../models/base/nano/", "nano"],
    ["C:\\models\\nano", "nano"],
    ["HuggingFaceTB/SmolLM2-135M-Instruct", "smollm2-135m"],
    ["huggingfacetb/smollm2-135m-instruct", "smollm2-135m"],
    ["/data/SmolLM2-135M-Instruct", "smollm2-135m"],
    ["smollm2-135m", "smollm2-135m"],
    ["other/SmolLM2-360M-Instruct", null],
    ["trained", null],
    ["oracle", null],
    ["", null],
    ["/", null],
    [null, null],
    [7, null],
  ])("of %j is %j", (said, id) => expect(guess(said)).toBe(id));
});

describe("locateAdapter", () => {
  it("finds the two files alone, in a folder, beside others, and before a trainer's checkpoints", () => {
    expect(locateAdapter(BOTH, "it")).toEqual({
      paths: { "adapter_config.json": BOTH[0], "adapter_model.safetensors": BOTH[1] },
      folder: "",
    });
    const run = ["README.md", ...BOTH, "checkpoint-10/optimizer.pt", ...BOTH.map((name) => `checkpoint-10/${name}`)];
    expect(
      locateAdapter(
        run.map((path) => `runs/mine/${path}`),
        "it",
      ),
    ).toEqual({
      paths: { "adapter_config.json": `runs/mine/${BOTH[0]}`, "adapter_model.safetensors": `runs/mine/${BOTH[1]}` },
      folder: "mine",
    });
    expect(
      locateAdapter(
        BOTH.map((name) => `a\\${name}`),
        "it",
      ).paths["adapter_config.json"],
    ).toBe("a\\adapter_config.json");
  });

  it.each([
    ["nothing", [], /^it is no adapter: it has neither/],
    ["something else", ["README.md", "a/config.json"], /^it is no adapter: it has neither/],
    ["no weights", BOTH.slice(0, 1), /^it lacks adapter_model\.safetensors, the weights/],
    ["no configuration", BOTH.slice(1), /^it lacks adapter_config\.json, which says how/],
    [
      "weights that may be a program",
      [BOTH[0]!, "adapter_model.bin"],
      /adapter_model\.bin, which can hold any program/,
    ],
    ["its files apart", [BOTH[0]!, `a/${BOTH[1]}`], /in different folders/],
    [
      "two adapters",
      ["a", "b"].flatMap((folder) => BOTH.map((name) => `${folder}/${name}`)),
      /holds 2 adapters, a and b: choose/,
    ],
  ])("says in a sentence that there is %s", (_, paths, sentence) => {
    expect(() => locateAdapter(paths, "it")).toThrow(sentence);
  });

  it("finds one adapter wherever it lies, or says why not", () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.constantFrom("a", "b", ...BOTH), { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
        (given) => {
          const paths = given.map((parts) => parts.join("/"));
          try {
            const found = Object.entries(locateAdapter(paths, "it").paths);
            for (const [name, path] of found) expect([paths.includes(path), path.endsWith(name)]).toEqual([true, true]);
          } catch (error) {
            expect((error as Error).name).toBe("UserError");
          }
        },
      ),
    ));
});
