import { hashAdapter, readAdapterConfig, UserError, type Adapter, type AdapterFiles } from "../../protocol/index.ts";

/**
 * An adapter from its files. `name` is what people call it, `baseModel` the model that it is for. What the weights hold is
 * checked when it is loaded. UserError: the configuration is no JSON object.
 */
export async function openAdapter(files: AdapterFiles, name: string, baseModel: string): Promise<Adapter> {
  const config = readAdapterConfig(files["adapter_config.json"]);
  if (!config) throw new UserError(`The adapter ${name} cannot be read: its adapter_config.json is no JSON object.`);
  return { sha256: await hashAdapter(files), name, baseModel, config, weights: files["adapter_model.safetensors"] };
}
