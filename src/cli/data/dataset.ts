import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseDataset } from "../../data/index.ts";
import { UserError, type DatasetFile, type Sample } from "../../protocol/index.ts";
import { open } from "../output.ts";

const PUBLISHED = resolve(import.meta.dirname, "../../../datasets");

/** The samples of a file, or of a published dataset by its name. UserError: there is neither, or a row is wrong. */
export async function openDataset(nameOrFile: string): Promise<Sample[]> {
  const { name, text } = await openDatasetFile(nameOrFile);
  return parseDataset(text, name);
}

/** The text of a file, or of a published dataset by its name. UserError: there is neither. */
export async function openDatasetFile(nameOrFile: string): Promise<DatasetFile> {
  const published = join(PUBLISHED, nameOrFile, "data.jsonl");
  if (/^[\w-]+$/.test(nameOrFile) && existsSync(published)) {
    return { name: `${nameOrFile}/data.jsonl`, text: await open(published) };
  }
  if (!existsSync(nameOrFile)) {
    const names = readdirSync(PUBLISHED, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? one.name : []));
    throw new UserError(
      `There is neither a file nor a published dataset "${nameOrFile}": published are ${names.join(", ")}.`,
    );
  }
  return { name: nameOrFile, text: await open(nameOrFile) };
}
