import {
  createRandom,
  UserError,
  type Adapter,
  type Capabilities,
  type Endpoint,
  type GenerateOptions,
  type GenerateRequest,
  type Generation,
  type LoadedModel,
  type LoadOptions,
  type ModelSpec,
  type RemoteAccess,
  type StopReason,
  type Usage,
} from "../../protocol/index.ts";
import { Calls } from "./chat.ts";
import { readChunk } from "./chunks.ts";
import { Connection } from "./connection.ts";
import { checkEndpoint } from "./endpoint.ts";
import { Trouble } from "./errors.ts";
import { Gate } from "./gate.ts";
import { introduce, listServed, type Introduction } from "./identity.ts";
import { bodyOf } from "./request.ts";
import { once, pause, persist, type Wait } from "./retry.ts";
import { Written } from "./written.ts";

/** Requests at a time, unless the person says otherwise. */
const PARALLEL = 4;
/** Of a server that does not count. */
const NO_USAGE: Usage = { promptTokens: 0, completionTokens: 0 };

/**
 * Connects to an OpenAI-compatible server. UserError: no server is named, it does not answer, or it does not serve the
 * model. `wait` waits between tries.
 */
export async function loadRemote(spec: ModelSpec, options: LoadOptions, wait: Wait = pause): Promise<LoadedModel> {
  if (!options.remote) throw new UserError(`${spec.title} needs an address: say which server is asked.`);
  const { endpoint, access } = options.remote;
  checkEndpoint(endpoint);
  const connection = new Connection(endpoint, access);
  const signal = options.signal ?? new AbortController().signal;
  const random = createRandom(`remote:${endpoint.url}`);
  const introduction = await persist(connection, random, wait, signal, () => introduce(connection, signal));
  return new RemoteModel(spec, connection, introduction, access.parallel ?? PARALLEL, wait);
}

/** The names of a server's models. UserError: it does not answer; a person waits, so that it is asked but once. */
export async function listRemoteModels(endpoint: Endpoint, access: RemoteAccess): Promise<string[]> {
  checkEndpoint(endpoint);
  const connection = new Connection(endpoint, access);
  return once(connection, () => listServed(connection));
}

/** What a request has come to: kept apart from the promise, as a cancelled one gives what there is. */
interface Progress {
  written: Written;
  /** Characters that were told. */
  told: number;
}

class RemoteModel implements LoadedModel {
  readonly capabilities: Capabilities;
  readonly device = "none";
  readonly dtype = "none";
  readonly sha256: string;
  readonly fallback = null;
  private readonly gate: Gate;
  private readonly disposed = new AbortController();

  constructor(
    readonly spec: ModelSpec,
    private readonly connection: Connection,
    private readonly introduction: Introduction,
    readonly width: number,
    private readonly wait: Wait,
  ) {
    const { kind, marker, sha256 } = introduction;
    const completes = connection.endpoint.api === "completions";
    this.capabilities = {
      tokenIds: false,
      // Twenty log-probabilities of the first token are neither its entropy nor what a tool's opening comes to.
      logits: false,
      prefill: completes,
      ban: completes && marker !== null,
      grammar: false,
      topK: kind === "vllm" || kind === "llamacpp",
      adapters: false,
      batch: true,
      // These say in their documentation that a seed is followed; of others nothing is known.
      seed: kind !== "other",
    };
    this.sha256 = sha256;
    this.gate = new Gate(width);
  }

  async generate(requests: GenerateRequest[], { signal, onText }: GenerateOptions = {}): Promise<Generation[]> {
    const failed = new AbortController();
    const stopping = AbortSignal.any([failed.signal, this.disposed.signal, ...(signal ? [signal] : [])]);
    const one = (request: GenerateRequest, index: number) =>
      this.write(request, stopping, signal, (delta) => onText?.(index, delta));
    try {
      return await Promise.all(requests.map(one));
    } catch (error) {
      // None goes on unseen once the caller has been told.
      failed.abort();
      throw error;
    }
  }

  async useAdapter(adapter: Adapter | null): Promise<void> {
    if (adapter) throw new UserError("A server decodes with the weights that it serves: let it serve the adapter.");
  }

  async dispose(): Promise<void> {
    this.disposed.abort(new UserError("The model was disposed: load it again."));
  }

  private async write(
    request: GenerateRequest,
    stopping: AbortSignal,
    signal: AbortSignal | undefined,
    tell: (delta: string) => void,
  ): Promise<Generation> {
    const progress: Progress = { written: new Written(request), told: 0 };
    const random = createRandom(`remote:${request.seed}`);
    try {
      return await this.gate.pass(stopping, () =>
        persist(this.connection, random, this.wait, stopping, () => this.attempt(request, stopping, progress, tell)),
      );
    } catch (error) {
      if (signal?.aborted) return this.ended(progress.written.text, "cancelled");
      if (this.disposed.signal.aborted) throw this.disposed.signal.reason;
      throw error;
    }
  }

  /** One try. A second one writes the turn anew, and tells only what goes beyond what was told. */
  private async attempt(
    request: GenerateRequest,
    signal: AbortSignal,
    progress: Progress,
    tell: (delta: string) => void,
  ): Promise<Generation> {
    const { connection, introduction, spec } = this;
    const { url, body } = bodyOf(connection, introduction, spec.promptFormat, request);
    const start = performance.now();
    const written = (progress.written = new Written(request));
    const calls = new Calls();
    const seen: { firstTokenMs: number | null; ended: StopReason | null; usage: Usage | null } = {
      firstTokenMs: null,
      ended: null,
      usage: null,
    };
    const tellUpTo = (text: string, length: number) => {
      if (length > progress.told) tell(text.slice(progress.told, length));
      progress.told = Math.max(progress.told, length);
    };
    const receive = (value: unknown) => {
      const chunk = readChunk(value);
      if (chunk.text !== "" || chunk.calls.length > 0) seen.firstTokenMs ??= performance.now() - start;
      for (const part of chunk.calls) calls.add(part);
      seen.usage = chunk.usage ?? seen.usage;
      seen.ended = chunk.ended ?? seen.ended;
      const over = written.add(chunk.text);
      tellUpTo(written.text, written.certain);
      return over;
    };
    try {
      const whole = await connection.stream(url, body, signal, receive);
      if (!whole && seen.ended === null) throw new Trouble("broken", "it was cut off");
    } catch (error) {
      if (overflows(error)) return this.ended("", "context_overflow");
      // What breaks behind the end of the turn takes nothing away.
      if (seen.ended === null || signal.aborted) throw error;
    }
    const called = calls.render();
    const text = written.text + called;
    tellUpTo(text, text.length);
    const totalMs = performance.now() - start;
    const said = called !== "" && seen.ended !== "length" ? "tool_call" : seen.ended;
    return {
      ...this.ended(text, written.ended ?? said ?? "end"),
      usage: seen.usage ?? NO_USAGE,
      timing: { totalMs, firstTokenMs: seen.firstTokenMs ?? totalMs },
    };
  }

  private ended(text: string, stopReason: StopReason): Generation {
    const timing = { totalMs: 0, firstTokenMs: 0 };
    return { text, usage: NO_USAGE, timing, stopReason, model: this.spec.id, adapter: null };
  }
}

/** Servers refuse a prompt that leaves no room, each in its own words. */
function overflows(error: unknown): boolean {
  if (!(error instanceof Trouble) || (error.status !== 400 && error.status !== 413)) return false;
  return /context.{0,12}(length|size|window)|exceed_context_size/i.test(error.message);
}
