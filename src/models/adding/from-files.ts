import { UserError, type UserModel } from "../../protocol/index.ts";
import type { LocalFile } from "../files/index.ts";
import { parametersOf } from "../memory/index.ts";
import { dtypesOf, guessBuild, guessFormat, shapeOf } from "./guess.ts";

/** A model and the files that it needs, named as it names them. */
export interface FoundModel {
  model: UserModel;
  files: LocalFile[];
}

/**
 * A model from files that a person gives: a folder with `onnx/` and its texts, or a GGUF. UserError in one sentence: nothing
 * that can be run, or something is missing.
 */
export async function modelFromFiles(given: readonly LocalFile[]): Promise<FoundModel> {
  const { root, files } = below(given);
  const first = files.find(({ path }) => /\.gguf$/i.test(path));
  const name = (root || first?.path.replace(/\.gguf$/i, "") || "model").replace(/[^\w.-]+/g, "-").slice(0, 100);
  const build = guessBuild(
    files.map(({ path }) => path),
    name,
  );
  if (!build || build.runtime === "webllm") {
    throw new UserError(
      "These files hold no model that can be added: choose a .gguf file, or a folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model….onnx.",
    );
  }
  const isOnnx = build.runtime === "transformers";
  const needed = isOnnx ? ["config.json", "tokenizer.json", "tokenizer_config.json"] : [];
  const missing = needed.filter((path) => !files.some((file) => file.path === path));
  if (missing.length > 0)
    throw new UserError(`The folder ${root} lacks ${missing.join(" and ")}: choose the whole folder.`);
  const config = isOnnx ? await jsonOf(files, "config.json") : {};
  const template = isOnnx ? (await jsonOf(files, "tokenizer_config.json")).chat_template : null;
  const shape = shapeOf(config);
  const positions = config.max_position_embeddings;
  const model: UserModel = {
    id: `user/file/${name}`,
    title: name,
    description: "Added by hand from files; they are kept in this browser.",
    runtime: build.runtime,
    promptFormat: guessFormat(typeof template === "string" ? template : null, name),
    parameters: shape ? parametersOf(shape) : 0,
    context: Math.min(typeof positions === "number" ? positions : 4096, 4096),
    license: "not stated",
    source: "files of this machine",
    origin: "file",
    baseUrl: "",
    dtypes: dtypesOf(build),
    defaultDevice: "auto",
    hub: { repository: "", revision: "", files: build.files },
    ...(shape && { shape }),
  };
  const texts = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];
  const own = files.filter(({ path }) =>
    isOnnx ? path.startsWith("onnx/") || texts.includes(path) : /\.gguf$/i.test(path),
  );
  return { model, files: own };
}

/** Paths without the folder that all of them lie in. */
function below(given: readonly LocalFile[]): { root: string; files: LocalFile[] } {
  const [root = ""] = given[0]?.path.split("/").slice(0, -1) ?? [];
  if (root === "" || root === "onnx" || !given.every(({ path }) => path.startsWith(`${root}/`)))
    return { root: "", files: [...given] };
  return { root, files: given.map(({ path, blob }) => ({ path: path.slice(root.length + 1), blob })) };
}

async function jsonOf(files: readonly LocalFile[], path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse((await files.find((file) => file.path === path)?.blob.text()) ?? "{}") as Record<string, unknown>;
  } catch {
    throw new UserError(`The file ${path} is no JSON: choose the folder as it was published.`);
  }
}
