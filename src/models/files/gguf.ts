import { UserError, type Dtype, type ModelFile, type ModelSpec } from "../../protocol/index.ts";
import type { Manifest } from "./manifest.ts";

const pathOf = (dtype: Dtype) => `gguf/model-${dtype}.gguf`;

/** The GGUF file of the asked dtype, or of the first on offer that was prepared. UserError: there is none. */
export function selectGguf(
  spec: ModelSpec,
  manifest: Manifest,
  asked: Dtype | "auto",
): { dtype: Dtype; file: ModelFile } {
  const offered = spec.dtypes.wasm;
  for (const dtype of asked === "auto" ? offered : offered.filter((one) => one === asked)) {
    const file = manifest.files.find(({ path }) => path === pathOf(dtype));
    if (file) return { dtype, file };
  }
  if (asked !== "auto" && !offered.includes(asked)) {
    throw new UserError(`${spec.title} does not come in ${asked} on ${spec.runtime}: choose ${offered.join(", ")}.`);
  }
  throw new UserError(
    `${spec.title} has no ${pathOf(asked === "auto" ? offered[0]! : asked)}: prepare it again, or choose another runtime.`,
  );
}
