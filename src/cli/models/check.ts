import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256, UserError } from "../../protocol/index.ts";
import { print, progress } from "../output.ts";
import { base, CLONE } from "./places.ts";

/** Compares every file of a model with its sha256. UserError: one is missing or damaged. */
export async function check(id: string, json: boolean): Promise<number> {
  const places = [join(base(), id), join(CLONE, "public", "models", id)];
  const directory = places.find((place) => existsSync(join(place, "manifest.json")));
  if (!directory) throw new UserError(`${id} is not on this machine: run \`npx agentcoder models prepare ${id}\`.`);
  const manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")) as {
    files: { path: string; sha256: string }[];
    parity?: Record<string, number>;
  };
  const damaged: string[] = [];
  for (const file of manifest.files) {
    progress(`Checking ${file.path}`);
    const data = await readFile(join(directory, file.path)).catch(() => null);
    if (!data || (await sha256(new Uint8Array(data))) !== file.sha256) damaged.push(file.path);
  }
  progress("");
  if (damaged.length > 0) {
    throw new UserError(`${id}: ${damaged.join(", ")} in ${directory} is missing or damaged: prepare the model again.`);
  }
  const parity = manifest.parity ?? {};
  if (json) print(JSON.stringify({ id, directory, files: manifest.files.length, parity }));
  else {
    print(`${id}: ${manifest.files.length} files as published, in ${directory}`);
    for (const [dtype, top1] of Object.entries(parity)) print(`  ${dtype.padEnd(6)} top-1 agreement ${top1}`);
  }
  return 0;
}
