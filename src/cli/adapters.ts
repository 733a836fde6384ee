import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { homeDirectory } from "../../trainer-server/server/index.ts";
import { ADAPTER_FILES, MOST_SCALE, UserError, type AdapterOrder } from "../protocol/index.ts";
import { many, number, UsageError, type Values } from "./arguments.ts";

/** Where trainings leave their adapters, below the home directory. */
const TRAINED = ["lora", "dpo", "ppo"];

/**
 * The sides of a run: each `--adapter` is a folder in PEFT's layout, the name of a trained one, or `base`. Undefined where
 * none is given. UsageError or UserError: a folder that is not there or lacks a file, or two of one name.
 */
export async function readSides(values: Values): Promise<AdapterOrder[] | undefined> {
  const given = many(values, "adapter");
  const scale = number(values, "adapter-scale", { min: 0, max: MOST_SCALE, integer: false });
  if (given.length === 0) {
    if (scale !== undefined) throw new UsageError("--adapter-scale needs an --adapter whose strength it is.");
    return undefined;
  }
  const sides = await Promise.all(given.map((one) => (one === "base" ? null : readAdapter(one, scale ?? 1))));
  const names = sides.map(sideName);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice !== undefined) {
    throw new UsageError(
      `--adapter has two of the name ${twice}, and their runs would have one file: rename a folder.`,
    );
  }
  return sides;
}

/** What a side's run is called. */
export function sideName(side: AdapterOrder): string {
  return side?.name ?? "base";
}

async function readAdapter(given: string, scale: number): Promise<AdapterOrder> {
  const places = [resolve(given), ...TRAINED.map((kind) => join(homeDirectory(), "models", kind, given))];
  const folder = places.find((place) => ADAPTER_FILES.every((file) => existsSync(join(place, file))));
  if (folder === undefined) {
    const known = places.find((place) => existsSync(place));
    const lacks = known && ADAPTER_FILES.find((file) => !existsSync(join(known, file)));
    throw new UserError(
      known
        ? `The adapter ${known} has no ${lacks}: give the folder that PEFT's save_pretrained wrote.`
        : `There is no adapter ${given}: give a folder with ${ADAPTER_FILES.join(" and ")}, or the name of a trained one.`,
    );
  }
  const [config, weights] = await Promise.all(
    ADAPTER_FILES.map(async (file) => (await readFile(join(folder, file))).toString("base64")),
  );
  return { name: basename(folder), config: config!, weights: weights!, scale };
}
