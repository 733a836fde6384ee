import { canonicalJson, isObject, sha256, UserError, type Endpoint } from "../../protocol/index.ts";
import { CALL_OPEN } from "../formats/index.ts";
import type { Connection } from "./connection.ts";
import { Trouble } from "./errors.ts";

/** Programs whose own fields and promises are known. */
export type ServerKind = "vllm" | "llamacpp" | "ollama" | "other";

/** What a server says of the model that is asked of it. */
export interface Introduction {
  kind: ServerKind;
  /** Over the model's name and what the server says of it: equal where it says the same. */
  sha256: string;
  /** The one token that is the call marker; null: it has several, or the server does not tell. */
  marker: number | null;
}

/** What stays as it is from one start of a server to the next: neither times nor the size of its context. */
const LASTING = ["id", "owned_by", "root", "parent", "max_model_len"];

/** The names of a server's models. Trouble: it gives none. */
export async function listServed(connection: Connection, signal?: AbortSignal): Promise<string[]> {
  return (await entries(connection, signal)).map(({ id }) => id);
}

/** Asks a server what it is and which model that is. UserError: it does not serve the model. Trouble: it does not answer. */
export async function introduce(connection: Connection, signal?: AbortSignal): Promise<Introduction> {
  const { endpoint } = connection;
  const served = await entries(connection, signal).catch((error: unknown) => {
    // A server may have no list.
    if (error instanceof Trouble && error.status === 404) return null;
    throw error;
  });
  const entry = served?.find(({ id }) => id === endpoint.model || id === `${endpoint.model}:latest`);
  if (served && !entry)
    throw new UserError(
      notServed(
        endpoint,
        served.map(({ id }) => id),
      ),
    );
  const digest = entry && (await ollamaDigest(connection, entry, signal));
  const kind = kindOf(entry, digest);
  const said = { ...pick(entry ?? {}, LASTING), ...lastingMeta(entry?.meta), ...(digest && { digest }) };
  return {
    kind,
    sha256: await sha256(canonicalJson({ model: endpoint.model, said })),
    marker: endpoint.api === "completions" ? await markerToken(connection, kind, signal) : null,
  };
}

type Entry = Record<string, unknown> & { id: string };

async function entries(connection: Connection, signal?: AbortSignal): Promise<Entry[]> {
  const value = await connection.json(`${connection.url}/models`, undefined, signal);
  const data = isObject(value) ? value.data : undefined;
  if (!Array.isArray(data)) throw new Trouble("broken", "what came is no list of models");
  return data.filter((one): one is Entry => isObject(one) && typeof one.id === "string");
}

function notServed({ url, model }: Endpoint, ids: string[]): string {
  const some = ids.slice(0, 10).join(", ") + (ids.length > 10 ? ", …" : "");
  return `${url} serves no model "${model}": ${ids.length > 0 ? `choose one of ${some}` : "it serves none, so load one there first"}.`;
}

function kindOf(entry: Entry | undefined, digest: string | null | undefined): ServerKind {
  if (entry?.owned_by === "vllm") return "vllm";
  if (entry?.owned_by === "llamacpp") return "llamacpp";
  return digest ? "ollama" : "other";
}

function pick(entry: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (entry[name] === undefined ? [] : [[name, entry[name]]])));
}

/** llama.cpp's description of the file, without the size of the context that it was started with. */
function lastingMeta(meta: unknown): Record<string, unknown> {
  if (!isObject(meta)) return {};
  return {
    meta: pick(
      meta,
      Object.keys(meta).filter((name) => name !== "n_ctx"),
    ),
  };
}

/** The digest of a model's files, which Ollama tells on a route of its own; null anywhere else. */
async function ollamaDigest(connection: Connection, entry: Entry, signal?: AbortSignal): Promise<string | null> {
  if (entry.owned_by === "vllm" || entry.owned_by === "llamacpp") return null;
  const value = await connection.json(`${connection.root}/api/tags`, undefined, signal).catch(unlessFailing);
  const models = isObject(value) && Array.isArray(value.models) ? (value.models as unknown[]) : [];
  const found = models.filter(isObject).find(({ name }) => name === entry.id);
  return typeof found?.digest === "string" ? found.digest : null;
}

/** Whether the call marker is one token, which can then be forbidden: vLLM and llama.cpp tell how they cut a text. */
async function markerToken(connection: Connection, kind: ServerKind, signal?: AbortSignal): Promise<number | null> {
  if (kind !== "vllm" && kind !== "llamacpp") return null;
  const body =
    kind === "vllm"
      ? { model: connection.endpoint.model, prompt: CALL_OPEN, add_special_tokens: false }
      : { model: connection.endpoint.model, content: CALL_OPEN, add_special: false, parse_special: true };
  const value = await connection.json(`${connection.root}/tokenize`, body, signal).catch(unlessFailing);
  const tokens = isObject(value) ? value.tokens : undefined;
  const [only] = Array.isArray(tokens) && tokens.length === 1 ? (tokens as unknown[]) : [];
  return typeof only === "number" ? only : null;
}

/** A route that a server has not is no trouble, and to a page it looks like no answer at all. */
function unlessFailing(error: unknown): null {
  if (error instanceof Trouble && !(error.kind === "status" && error.passing)) return null;
  throw error;
}
