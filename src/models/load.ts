import { UserError, type LoadedModel, type LoadOptions, type ModelSpec } from "../protocol/index.ts";
import { loadTransformers } from "./transformers/runtime.ts";

/** Loads a model with its runtime. Scripted models need a dataset: they are loaded with `loadScripted`. */
export async function loadModel(spec: ModelSpec, options: LoadOptions): Promise<LoadedModel> {
  if (spec.runtime === "transformers") return loadTransformers(spec, options);
  if (spec.runtime === "webllm") return (await import("./webllm/runtime.ts")).loadWebllm(spec, options);
  if (spec.runtime === "remote") return (await import("./remote/remote.ts")).loadRemote(spec, options);
  if (spec.runtime === "scripted") {
    throw new UserError(`The scripted model "${spec.id}" plays a dataset's labels: choose a dataset to run it on.`);
  }
  if (spec.runtime === "wllama") return (await import("./wllama/runtime.ts")).loadWllama(spec, options);
  throw new UserError(
    `The runtime ${spec.runtime} of ${spec.title} is not part of this version: choose another model.`,
  );
}
