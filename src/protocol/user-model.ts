import { Type, type Static } from "typebox";
import { oneOf } from "./sample.ts";

const DTYPES = ["fp32", "fp16", "q8", "q4", "q4f16"] as const;
const Dtypes = Type.Array(oneOf(DTYPES), { maxItems: DTYPES.length, uniqueItems: true });
const Named = Type.Partial(Type.Record(oneOf(DTYPES), Type.String({ minLength: 1, maxLength: 300 })));
const Size = Type.Integer({ minimum: 1, maximum: 10_000_000 });

/** A model that a person added: a ModelSpec as it is stored and comes back from a file of everything. */
export const UserModel = Type.Object({
  /** `user/OWNER/NAME` for a hub's repository, `user/file/NAME` for files. */
  id: Type.String({ pattern: "^user/(?!\\.+/)[\\w.-]+/(?!\\.+$)[\\w.-]+$", maxLength: 190 }),
  title: Type.String({ minLength: 1, maxLength: 200 }),
  family: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  description: Type.String({ maxLength: 500 }),
  runtime: oneOf(["transformers", "webllm", "wllama"] as const),
  promptFormat: oneOf(["chatml", "phi3", "deepseek-coder", "starcoder2"] as const),
  /** 0: not known. */
  parameters: Type.Number({ minimum: 0 }),
  context: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
  license: Type.String({ maxLength: 200 }),
  source: Type.String({ maxLength: 300 }),
  origin: oneOf(["hub", "file"] as const),
  baseUrl: Type.String({ maxLength: 300 }),
  dtypes: Type.Object({ wasm: Dtypes, webgpu: Dtypes }),
  defaultDevice: oneOf(["auto", "webgpu", "wasm"] as const),
  hub: Type.Optional(
    Type.Object({
      repository: Type.String({ maxLength: 200 }),
      revision: Type.String({ maxLength: 200 }),
      files: Named,
    }),
  ),
  mlc: Type.Optional(Named),
  shape: Type.Optional(
    Type.Object({
      layers: Size,
      hidden: Size,
      heads: Size,
      kvHeads: Size,
      headDim: Size,
      intermediate: Size,
      vocabulary: Size,
      tied: Type.Boolean(),
      gated: Type.Boolean(),
    }),
  ),
});
export type UserModel = Static<typeof UserModel>;
