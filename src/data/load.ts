import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { Breath, messageOf, sha256, UserError, type Sample } from "../protocol/index.ts";
import { readSamples } from "./parse.ts";

/** A dataset with the identity of its bytes. */
export interface Dataset {
  name: string;
  version: string;
  /** Of the file's bytes. */
  sha256: string;
  samples: Sample[];
}

/** `datasets/<name>/manifest.json`: what the published bytes are. */
const Manifest = Type.Object({
  name: Type.String(),
  version: Type.String(),
  sha256: Type.String(),
  samples: Type.Integer(),
});
type Manifest = Static<typeof Manifest>;

/**
 * Fetches a published dataset from beside the page and holds its bytes to the manifest. `base` is the page's address, which
 * a worker does not know. UserError: there is none of this name, it cannot be fetched, or its bytes are not the published
 * ones.
 */
export async function loadDataset(name: string, base = pageAddress()): Promise<Dataset> {
  if (!/^[\w-]+$/.test(name)) throw unknown(name);
  const manifest = await readManifest(name, base);
  const response = await get(name, "data.jsonl", base);
  if (!response) throw unknown(name);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = await sha256(bytes);
  if (found !== manifest.sha256) {
    throw new UserError(
      `The dataset ${name} did not arrive as it was published (sha256 ${found.slice(0, 12)}… instead of ${manifest.sha256.slice(0, 12)}…): reload the page.`,
    );
  }
  const samples: Sample[] = [];
  const breath = new Breath();
  for (const sample of readSamples(new TextDecoder().decode(bytes), `${name}/data.jsonl`)) {
    samples.push(sample);
    if (breath.due()) await breath.take();
  }
  return { name, version: manifest.version, sha256: found, samples };
}

/** The card of a published dataset. Empty where there is none, or it cannot be fetched: a card explains, no more. */
export async function loadCard(name: string, base = pageAddress()): Promise<string> {
  const response = await fetch(new URL(`datasets/${name}/README.md`, base)).catch(() => null);
  return response?.ok ? response.text() : "";
}

/** The address of the page; in a worker, which has no document, that of the worker. */
function pageAddress(): string {
  return (globalThis as { document?: { baseURI: string } }).document?.baseURI ?? location.href;
}

async function readManifest(name: string, base: string): Promise<Manifest> {
  // Some servers answer an unknown path with their front page, so what is not a manifest means the same as a 404.
  const response = await get(name, "manifest.json", base);
  const value: unknown = await response?.json().catch(() => null);
  if (!Value.Check(Manifest, value) || value.name !== name) throw unknown(name);
  return value;
}

async function get(name: string, file: string, base: string): Promise<Response | null> {
  const address = new URL(`datasets/${name}/${file}`, base);
  const response = await fetch(address).catch((error: unknown) => {
    throw new UserError(
      `The dataset ${name} could not be fetched (${messageOf(error)}): check the connection and try again.`,
    );
  });
  if (response.status === 404) return null;
  if (!response.ok)
    throw new UserError(`The dataset ${name} could not be fetched (status ${response.status}): try again.`);
  return response;
}

function unknown(name: string): UserError {
  return new UserError(
    `There is no dataset called "${name}": tool_use_v0 and tool_use_v1 come with the app, others are opened as files.`,
  );
}
