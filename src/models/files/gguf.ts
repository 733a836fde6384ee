import { UserError, type Dtype, type ModelFile, type ModelSpec } from "../../protocol/index.ts";
import { filesOf, type Manifest } from "./manifest.ts";

/** The GGUF file of the asked dtype, or of the first on offer that there is. UserError: there is none, or it is in parts. */
export function selectGguf(
  spec: ModelSpec,
  manifest: Manifest,
  asked: Dtype | "auto",
): { dtype: Dtype; file: ModelFile } {
  const offered = spec.dtypes.wasm;
  const title = `${spec.title} (${spec.runtime})`;
  for (const dtype of asked === "auto" ? offered : offered.filter((one) => one === asked)) {
    const [file, ...parts] = filesOf(spec, manifest, dtype);
    if (parts.length > 0) {
      throw new UserError(
        `The ${dtype} file of ${title} comes in ${parts.length + 1} parts, and one file can be opened: choose another dtype or runtime.`,
      );
    }
    if (file) return { dtype, file };
  }
  if (asked !== "auto" && !offered.includes(asked)) {
    throw new UserError(`${title} does not come in ${asked}: choose ${offered.join(", ")}.`);
  }
  const wanted = asked === "auto" ? offered[0] : asked;
  const way = spec.origin === "server" ? "prepare it again, or choose another runtime" : "choose another dtype";
  throw new UserError(`${title} has no ${wanted} file: ${way}.`);
}
