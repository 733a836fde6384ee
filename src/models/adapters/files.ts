import { sha256, UserError, type Adapter } from "../../protocol/index.ts";
import { hashFiles } from "../files/index.ts";

/** The two files that PEFT writes (`save_pretrained`). */
export const ADAPTER_FILES = ["adapter_config.json", "adapter_model.safetensors"] as const;
type Name = (typeof ADAPTER_FILES)[number];

/** An adapter's files by name. */
export type AdapterFiles = Record<Name, Uint8Array<ArrayBuffer>>;

/**
 * An adapter from its files. `name` is what people call it, `baseModel` the model that it is for. What the weights hold is
 * checked when it is loaded. UserError: the configuration is no JSON object.
 */
export async function openAdapter(files: AdapterFiles, name: string, baseModel: string): Promise<Adapter> {
  const entries = await Promise.all(
    ADAPTER_FILES.map(async (path) => ({ path, bytes: files[path].byteLength, sha256: await sha256(files[path]) })),
  );
  return {
    sha256: await hashFiles(entries),
    name,
    baseModel,
    config: readConfig(files["adapter_config.json"], name),
    weights: files["adapter_model.safetensors"],
  };
}

function readConfig(bytes: Uint8Array, name: string): Record<string, unknown> {
  let config: unknown;
  try {
    config = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    config = null;
  }
  if (config !== null && typeof config === "object" && !Array.isArray(config)) return config as Record<string, unknown>;
  throw new UserError(`The adapter ${name} cannot be read: its adapter_config.json is no JSON object.`);
}
