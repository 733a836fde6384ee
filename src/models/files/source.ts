import type { LoadProgress, ModelFile, ModelSpec } from "../../protocol/index.ts";
import type { FileCache } from "./cache.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** What whoever the files belong to is called; of a hub's adapter nothing else is known. */
export type Owner = Pick<ModelSpec, "id" | "title" | "origin" | "baseUrl">;

/** Where a model's files come from, and where they are kept. */
export interface FileSource<Spec extends Owner = ModelSpec> {
  spec: Spec;
  /** Absolute URL of the model's directory, or of its hub. */
  baseUrl: string;
  fetch: typeof fetch;
  /** null: nothing is kept (bundled models lie beside the page, which keeps them itself). */
  cache: FileCache | null;
  onProgress(progress: LoadProgress): void;
  /** Something that is worth telling but no reason to stop. */
  onWarning(sentence: string): void;
  /** Bytes of a piece in which a file is kept while it comes; for tests. */
  pieceBytes?: number;
}

/** A file is kept whole up to this size, and in pieces of it beyond: what has come outlives a reload. */
const PIECE = 8 * 2 ** 20;

export function pieceBytes(source: FileSource<Owner>): number {
  return source.pieceBytes ?? PIECE;
}

/** The keys of a file's pieces, in order; a small file has one. */
export function pieceKeys(source: FileSource<Owner>, file: ModelFile): string[] {
  const count = Math.ceil(file.bytes / pieceBytes(source));
  return count <= 1 ? [file.sha256] : Array.from({ length: count }, (_, i) => `${file.sha256}.${i}`);
}

/** Stands beside a file's pieces when all of them have been held against its sha256. */
export function verifiedKey(file: ModelFile): string {
  return `${file.sha256}.verified`;
}

/** Where a model's manifest is kept; builds of one model have their own. */
export function manifestKey({ id, origin, runtime }: ModelSpec): string {
  return origin === "hub" || origin === "file" ? `manifest/${id}/${runtime}` : `manifest/${id}`;
}
