import { hashFiles, sha256 } from "./hash.ts";

/** The two files that PEFT writes (`save_pretrained`). */
export const ADAPTER_FILES = ["adapter_config.json", "adapter_model.safetensors"] as const;

/** An adapter's files by name. */
export type AdapterFiles = Record<(typeof ADAPTER_FILES)[number], Uint8Array<ArrayBuffer>>;

/** The identity of an adapter: sha256 over both of its files, as that of a model is over its files. */
export async function hashAdapter(files: AdapterFiles): Promise<string> {
  return hashFiles(
    await Promise.all(
      ADAPTER_FILES.map(async (path) => ({ path, bytes: files[path].byteLength, sha256: await sha256(files[path]) })),
    ),
  );
}

/** What adapter_config.json says; null: it is no JSON object. */
export function readAdapterConfig(file: Uint8Array): Record<string, unknown> | null {
  try {
    const config: unknown = JSON.parse(new TextDecoder().decode(file));
    const isObject = config !== null && typeof config === "object" && !Array.isArray(config);
    return isObject ? (config as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
