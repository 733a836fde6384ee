import "fake-indexeddb/auto";
import { unzipSync, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getModel, listModels } from "../../src/models/index.ts";
import { UserError } from "../../src/protocol/index.ts";
import { Exchange, type GivenFile } from "../../src/share/exchange/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { CONFIG, pair, safetensors } from "../models/adapters/peft.ts";

const BASE = "https://lab.example/";
const SHAPE = {
  hidden_size: 4,
  intermediate_size: 6,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
};
const NANO = getModel("nano");
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2));
const [CONFIG_FILE, WEIGHTS] = [
  text({ ...CONFIG, base_model_name_or_path: "x/nano" }),
  safetensors(pair(0, "q_proj", 2, 4, 4)),
];

let opened = 0;
let store: Store;
let exchange: Exchange;
beforeEach(() => {
  store = openStore(`import-${opened++}`);
  exchange = new Exchange(store);
  serve(JSON.stringify(SHAPE));
});
afterEach(() => {
  vi.unstubAllGlobals();
  store.close();
});

/** What lies at config.json of every model; null: nothing can be reached. */
function serve(body: string | null): void {
  vi.stubGlobal("fetch", async () => {
    if (body === null) throw new TypeError("Failed to fetch");
    return new Response(body);
  });
}

const given = (files: Record<string, Uint8Array<ArrayBuffer>>): GivenFile[] =>
  Object.entries(files).map(([path, bytes]) => ({ path, file: new File([bytes], path.split("/").at(-1)!) }));
const folder = given({
  "mine/README.md": text("Mine."),
  "mine/adapter_config.json": CONFIG_FILE,
  "mine/adapter_model.safetensors": WEIGHTS,
});
const zipOf = (files: Record<string, Uint8Array>, name = "mine.zip") =>
  given({ [name]: new Uint8Array(zipSync(files)) });
const find = (files: GivenFile[]) => exchange.findAdapter(files, listModels());
const keep = (files: GivenFile[], model = NANO) => exchange.keepAdapter(files, "mine", model, BASE);

describe("an adapter among given files", () => {
  it.each([
    ["a folder", folder, "mine"],
    ["its two files", given({ "adapter_config.json": CONFIG_FILE, "adapter_model.safetensors": WEIGHTS }), "adapter"],
    [
      "a zip",
      zipOf({ "adapter_config.json": CONFIG_FILE, "adapter_model.safetensors": WEIGHTS }, "of-mine.zip"),
      "of-mine",
    ],
    [
      "a zip of its folder",
      zipOf({ "mine/adapter_config.json": CONFIG_FILE, "mine/adapter_model.safetensors": WEIGHTS }, "z"),
      "mine",
    ],
  ])("is found in %s, with its model", async (_, files, name) => {
    expect(await find(files)).toEqual({
      name,
      guess: "nano",
      said: "x/nano",
      config: { ...CONFIG, base_model_name_or_path: "x/nano" },
      bytes: CONFIG_FILE.byteLength + WEIGHTS.byteLength,
    });
    expect(await keep(files)).toMatchObject({ isNew: true, name: "mine", baseModel: "nano" });
  });

  it.each([
    ["nothing", [], /There was no file/],
    [
      "one of two files",
      given({ "adapter_config.json": CONFIG_FILE }),
      /adapter_config\.json lacks adapter_model\.safetensors/,
    ],
    ["a folder with half of it", folder.slice(0, 2), /^mine lacks adapter_model\.safetensors/],
    ["another zip", zipOf({ "a.txt": text("a") }), /^mine\.zip is no adapter/],
    [
      "a zip that was cut off",
      given({ "mine.zip": new TextEncoder().encode("PK and no more") }),
      /^mine\.zip is no zip/,
    ],
    [
      "a configuration that is none",
      given({ "adapter_config.json": text([1]), "adapter_model.safetensors": WEIGHTS }),
      /is no JSON object/,
    ],
  ])("is refused in a sentence where there is %s", async (_, files, sentence) => {
    await expect(find(files)).rejects.toThrow(UserError);
    await expect(find(files)).rejects.toThrow(sentence);
  });
});

describe("an adapter that is kept", () => {
  it("is kept once, however often it is given", async () => {
    const first = await keep(folder);
    await store.renameAdapter(first.sha256, "renamed");
    const again = await keep(zipOf({ "adapter_config.json": CONFIG_FILE, "adapter_model.safetensors": WEIGHTS }));
    expect(again).toEqual({ sha256: first.sha256, name: "renamed", baseModel: "nano", isNew: false });
    expect(await store.listAdapters()).toHaveLength(1);
  });

  it("goes out as a zip of its two files, byte for byte, the same each time", async () => {
    const { sha256 } = await keep(folder);
    const zip = new Uint8Array(await (await exchange.zipAdapter(sha256)).arrayBuffer());
    expect(unzipSync(zip)).toEqual({ "adapter_config.json": CONFIG_FILE, "adapter_model.safetensors": WEIGHTS });
    expect(new Uint8Array(await (await exchange.zipAdapter(sha256)).arrayBuffer())).toEqual(zip);
    await store.deleteAdapter(sha256);
    await expect(exchange.zipAdapter(sha256)).rejects.toThrow(/no longer in this browser/);
  });

  it.each([
    [{ ...CONFIG, use_dora: true }, WEIGHTS, /^The adapter mine cannot be used: it is a DoRA adapter/],
    [CONFIG, safetensors(pair(0, "q_proj", 2, 8, 8)), /it was trained on another model/],
    [CONFIG, WEIGHTS.slice(0, 20), /cut off/],
  ])("must be LoRA and fit the model: %o", async (config, weights, sentence) => {
    const files = given({ "adapter_config.json": text(config), "adapter_model.safetensors": weights });
    await expect(keep(files)).rejects.toThrow(UserError);
    await expect(keep(files)).rejects.toThrow(sentence);
    expect(await store.listAdapters()).toEqual([]);
  });

  it.each([null, "<!doctype html>"])(
    "is kept unchecked where the model's configuration cannot be read (%j)",
    async (body) => {
      serve(body);
      expect(await keep(folder, getModel("smollm2-135m"))).toMatchObject({ baseModel: "smollm2-135m", isNew: true });
    },
  );
});
