import { afterEach, beforeEach, expect, it } from "vitest";
import { listModels } from "../../src/models/index.ts";
import { findAdapter } from "../../src/share/exchange/adapter.ts";
import { adapterFromHub } from "../../src/share/exchange/hub-adapter.ts";
import { adapterFiles } from "../e2e/adapter-files.ts";
import { HubServer } from "../models/hub-server.ts";

let hub: HubServer;
beforeEach(async () => void (hub = await new HubServer().start()));
afterEach(() => hub.stop());

const FILES = Object.fromEntries(adapterFiles().map(({ name, buffer }) => [name, buffer]));
const take = (repository: string, tell: (share: number) => void = () => {}) =>
  adapterFromHub(hub.url, repository, fetch, tell);

it("fetches the two files of a repository, and nothing else of it", async () => {
  hub.add("lab/gentle", { ...FILES, "README.md": "# gentle", "optimizer.pt": "x" });
  const shares: number[] = [];
  const given = await take(" lab/gentle ", (share) => shares.push(share));
  const found = await findAdapter(given, listModels());
  expect(found).toMatchObject({ name: "gentle", guess: "nano" });
  expect(Buffer.from(found.files["adapter_model.safetensors"])).toEqual(FILES["adapter_model.safetensors"]);
  expect(shares.at(-1)).toBe(1);
  expect(hub.asked.filter((path) => /README|optimizer/.test(path))).toEqual([]);
});

it("names the folder of an adapter that lies in one", async () => {
  hub.add(
    "lab/run",
    Object.fromEntries(Object.entries(FILES).map(([name, content]) => [`checkpoint-9/${name}`, content])),
  );
  expect((await findAdapter(await take("lab/run"), listModels())).name).toBe("checkpoint-9");
});

it.each([
  ["lab", {}, /"lab" is no repository of a hub: write it as OWNER\/NAME/],
  ["lab/none", {}, /has no repository lab\/none/],
  ["lab/half", { "adapter_config.json": "{}" }, /lab\/half lacks adapter_model.safetensors/],
  ["lab/old", { "adapter_config.json": "{}", "adapter_model.bin": "x" }, /can hold any program/],
])("refuses %s in one sentence", async (repository, files, sentence) => {
  if (Object.keys(files).length > 0) hub.add(repository, files as Record<string, string>);
  await expect(take(repository)).rejects.toThrow(sentence);
});

it("refuses weights that are not what the hub lists", async () => {
  hub.add("lab/gentle", FILES);
  const cheat = async (input: RequestInfo | URL, init?: RequestInit) =>
    String(input).includes("safetensors")
      ? new Response(Buffer.alloc(FILES["adapter_model.safetensors"]!.length))
      : fetch(input, init);
  await expect(adapterFromHub(hub.url, "lab/gentle", cheat as typeof fetch, () => {})).rejects.toThrow(
    /adapter_model.safetensors of lab\/gentle is corrupted/,
  );
});
