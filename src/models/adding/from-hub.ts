import { UserError, type UserModel } from "../../protocol/index.ts";
import { DEFAULT_HUB } from "../catalog/hub.ts";
import { askHub, type HubListing } from "../files/index.ts";
import { parametersOf } from "../memory/index.ts";
import { dtypesOf, guessBuild, guessFormat, shapeOf } from "./guess.ts";

/** Bounds the memory of keys and values where a model knows far more positions. */
const LONGEST = 4096;

/**
 * A model from a hub's repository, as far as its listing and its config.json tell; a person may correct the format.
 * UserError in one sentence: no such repository, or nothing in it that a browser can run.
 */
export async function modelFromHub(hubUrl: string, repository: string, fetcher: typeof fetch): Promise<UserModel> {
  const listing = await askHub(hubUrl, repository.trim(), "main", fetcher);
  const paths = listing.files.map(({ path }) => path);
  const [, name = ""] = listing.repository.split("/");
  const build = guessBuild(paths, name);
  if (!build) {
    throw new UserError(
      `${listing.repository} holds nothing that a browser can run: it needs graphs under onnx/, a .gguf file, or an MLC conversion with mlc-chat-config.json.`,
    );
  }
  const config = await configOf(hubUrl, listing, fetcher);
  const shape = shapeOf(config);
  const gguf = (listing.said.gguf ?? {}) as Record<string, unknown>;
  const total = typeof gguf.total === "number" ? gguf.total : 0;
  const positions = [gguf.context_length, config.max_position_embeddings, config.context_window_size].find(isCount);
  return {
    id: `user/${listing.repository}`,
    title: name,
    description: `Added by hand from ${listing.repository}.`,
    runtime: build.runtime,
    promptFormat: guessFormat(templateOf(listing), name),
    parameters: shape ? parametersOf(shape) : total,
    context: Math.min(positions ?? LONGEST, LONGEST),
    license: (listing.license ?? "not stated").slice(0, 200),
    source: listing.repository,
    origin: "hub",
    baseUrl: DEFAULT_HUB,
    dtypes: dtypesOf(build),
    defaultDevice: "auto",
    ...(build.runtime === "webllm"
      ? { mlc: build.files }
      : { hub: { repository: listing.repository, revision: "main", files: build.files } }),
    ...(shape && { shape }),
  };
}

/** The chat template that the hub read out of the model's files; untrusted. */
function templateOf({ said }: HubListing): string | null {
  const { gguf, config } = said as {
    gguf?: { chat_template?: unknown };
    config?: { tokenizer_config?: { chat_template?: unknown } };
  };
  const found = gguf?.chat_template ?? config?.tokenizer_config?.chat_template;
  return typeof found === "string" ? found : null;
}

async function configOf(hubUrl: string, listing: HubListing, fetcher: typeof fetch): Promise<Record<string, unknown>> {
  const path = ["config.json", "mlc-chat-config.json"].find((name) => listing.files.some((file) => file.path === name));
  if (path === undefined) return {};
  const url = new URL(`${listing.repository}/resolve/${listing.revision}/${path}`, hubUrl);
  // What it says is a help, not a condition.
  const response = await fetcher(url).catch(() => null);
  const read = response?.ok ? ((await response.json().catch(() => null)) as Record<string, unknown> | null) : null;
  const inner = (read?.model_config ?? {}) as Record<string, unknown>;
  return { ...inner, ...read };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
