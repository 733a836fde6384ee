import { UserError } from "../../protocol/index.ts";
import { askHub, fetchFiles, listedFiles } from "../../models/files/index.ts";
import { locateAdapter } from "../../models/adapters/index.ts";
import { LARGEST } from "../bundle/manifest.ts";
import type { GivenFile } from "./adapter.ts";

/**
 * The two files of an adapter in a hub's repository, held against what the hub lists. `tell` hears how much of them has come,
 * from 0 to 1. UserError in one sentence: no such repository, no adapter in it, or files that are not as listed.
 */
export async function adapterFromHub(
  hubUrl: string,
  repository: string,
  fetcher: typeof fetch,
  tell: (share: number) => void,
): Promise<GivenFile[]> {
  const name = repository.trim();
  const listing = await askHub(hubUrl, name, "main", fetcher);
  const paths = listing.files.map(({ path }) => path);
  const wanted = Object.values(locateAdapter(paths, name).paths);
  const source = {
    spec: { id: name, title: name, origin: "hub" as const, baseUrl: hubUrl },
    baseUrl: hubUrl,
    fetch: fetcher,
    cache: null,
    onProgress: ({ loadedBytes, totalBytes }: { loadedBytes: number; totalBytes: number }) =>
      tell(loadedBytes / totalBytes),
    onWarning: () => {},
  };
  const listed = listing.files.filter(({ path }) => wanted.includes(path));
  if (listed.reduce((sum, { bytes }) => sum + bytes, 0) > LARGEST) {
    throw new UserError(`${name} is larger than ${LARGEST / 2 ** 20} MiB, which no adapter of these models is.`);
  }
  const fetched = await fetchFiles(source, await listedFiles(source, listing, listed));
  // The repository's own name is what a folder of it would be called.
  const folder = name.split("/").pop()!;
  return [...fetched].map(([path, bytes]) => ({ path: `${folder}/${path}`, file: new File([bytes], path) }));
}
