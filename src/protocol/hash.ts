import type { ModelFile } from "./model.ts";

/** JSON with sorted keys and no spaces: equal values give equal text. `undefined` fields are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([x], [y]) => (x < y ? -1 : 1));
    return `{${fields.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Lower-case hex sha256 of a text (as UTF-8) or of bytes. */
export async function sha256(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** sha256 over the files in use, whatever their order in the manifest: the model's identity in runs and links. */
export function hashFiles(files: readonly ModelFile[]): Promise<string> {
  const sorted = files
    .map(({ path, bytes, sha256: hash }) => ({ path, bytes, sha256: hash }))
    .sort((x, y) => (x.path < y.path ? -1 : 1));
  return sha256(canonicalJson(sorted));
}
