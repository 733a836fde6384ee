import {
  DEFAULT_TOOLS,
  type AdapterUse,
  type Arm,
  type LoadedModel,
  type LoadProgress,
  type RuntimeId,
  type Transcript,
} from "../../protocol/index.ts";
import type { AgentResult } from "../../agent/index.ts";
import { getModel, listBuilds, loadModel } from "../../models/index.ts";
import type { ToolRegistry } from "../../tools/index.ts";
import { adapterTitle } from "../adapter-texts.ts";
import { failureOf, type Failure } from "../failure.ts";
import { AdapterChoice } from "../state/adapter-choice.svelte.ts";
import { adapters, contentOf } from "../state/adapters.svelte.ts";
import { keys } from "../state/keys.svelte.ts";
import { models } from "../state/models.svelte.ts";
import { RemoteChoice } from "../state/remote.svelte.ts";
import { SearchChoice } from "../state/search.svelte.ts";
import { ownTools } from "../tools/own-tools.svelte.ts";
import { offerOwnTools } from "../tools/runners.ts";
import { python } from "./python.ts";

/** One prompt and what came of it. */
export interface Exchange {
  id: number;
  model: string;
  /** The adapter that it was written with, and how strongly; null: the base. */
  adapter: string | null;
  prompt: string;
  arm: Arm;
  transcript: Transcript;
  result: AgentResult | null;
  failure: Failure | null;
}

/** Prompts one at a time; the model and the sandbox stay loaded between them. */
class Playground {
  readonly models = $derived(models.list.filter((model) => model.runtime !== "scripted"));
  model = $state("nano");
  /** What runs it; null, or one that it has not: its own choice. */
  runtime = $state<RuntimeId | null>(null);
  readonly builds = $derived(listBuilds(models.find(this.model) ? this.model : "nano"));
  readonly spec = $derived(this.builds.find(({ runtime }) => runtime === this.runtime) ?? getModel(this.builds[0]!.id));
  prompt = $state("");
  arm = $state<Arm>("free");
  tools = $state<string[]>([...DEFAULT_TOOLS]);
  readonly search = new SearchChoice();
  readonly adapter = new AdapterChoice();
  readonly remote = new RemoteChoice();
  /** What the loaded model decodes with, as the page says it; null: no model is loaded. */
  active = $state.raw<{ model: string; adapter: string | null } | null>(null);

  busy = $state(false);
  stage = $state("");
  loading = $state.raw<LoadProgress | null>(null);
  writing = $state<string | undefined>(undefined);
  /** What has been asked in this session, the newest first. */
  exchanges = $state.raw<Exchange[]>([]);

  private loaded: LoadedModel | null = null;
  /** The server, and the key, that the loaded model asks; empty where it asks none. */
  private loadedFrom = "";
  private used: AdapterUse | null = null;
  private registry: { tools: ToolRegistry; search: string | undefined } | null = null;
  private abort: AbortController | null = null;
  private nextId = 1;

  async ask(): Promise<void> {
    const prompt = this.prompt.trim();
    if (this.busy || prompt === "") return;
    this.busy = true;
    const abort = (this.abort = new AbortController());
    const id = this.nextId++;
    const { arm, tools } = this;
    const model = this.spec.id;
    const use = this.adapter.use(model);
    const adapter = use && titleOf(use);
    const asked = { id, model, adapter, prompt, arm, transcript: [], result: null, failure: null };
    this.exchanges = [asked, ...this.exchanges];
    try {
      const loaded = await this.load(model, abort.signal);
      await this.adapt(loaded, use);
      const registry = await this.openTools();
      await offerOwnTools(registry, ownTools.among(tools));
      const { generateWithTools } = await import("../../agent/index.ts");
      this.stage = "";
      this.writing = "";
      const result = await generateWithTools({
        model: loaded,
        tools: registry,
        toolNames: [...tools],
        prompt,
        arm,
        signal: abort.signal,
        onText: (delta) => (this.writing = (this.writing ?? "") + delta),
        onEvent: (event) => {
          this.writing = event.type === "tool_result" ? "" : undefined;
          this.stage = event.type === "tool_call" ? `${event.call.name} is running…` : "";
          this.change(id, (exchange) => ({ ...exchange, transcript: [...exchange.transcript, event] }));
        },
      });
      this.change(id, (exchange) => ({ ...exchange, transcript: result.transcript, result }));
    } catch (error) {
      // A model that failed may be unusable: the next prompt loads it anew.
      await this.unload();
      this.change(id, (exchange) => ({ ...exchange, failure: failureOf(error) }));
    } finally {
      this.busy = false;
      this.stage = "";
      this.loading = null;
      this.writing = undefined;
      this.abort = null;
    }
  }

  cancel(): void {
    this.abort?.abort();
  }

  private async load(id: string, signal: AbortSignal): Promise<LoadedModel> {
    const { spec } = this;
    const { endpoint } = spec.runtime === "remote" ? this.remote.config() : {};
    const remote = endpoint && { endpoint, access: keys.accessTo(endpoint.url) };
    const from = JSON.stringify([spec.runtime, remote]);
    if (this.loaded?.spec.id === id && this.loadedFrom === from) return this.loaded;
    await this.unload();
    this.stage = `Loading ${spec.title}`;
    const onProgress = (progress: LoadProgress) => (this.loading = progress);
    const { defaultDevice: device } = spec;
    // With room at once where there is one to choose: it then works from one message to the next.
    const room = adapters.of(id).length > 0;
    const options = { device, dtype: "auto", adapters: room, onProgress, signal, ...(remote && { remote }) } as const;
    this.loaded = await loadModel(spec, options);
    this.loadedFrom = from;
    this.loading = null;
    this.active = { model: id, adapter: null };
    return this.loaded;
  }

  /** Lets the loaded model decode with an adapter from now on; it is not loaded again. */
  private async adapt(model: LoadedModel, use: AdapterUse | null): Promise<void> {
    const { used } = this;
    if (used?.sha256 !== use?.sha256 || used?.scale !== use?.scale) {
      this.stage = use ? `Applying ${titleOf(use)}` : "Taking the adapter off";
      await (use ? model.useAdapter(await contentOf(use.sha256), use.scale) : model.useAdapter(null));
      this.used = use;
    }
    this.active = { model: model.spec.id, adapter: use && titleOf(use) };
  }

  private async unload(): Promise<void> {
    const old = this.loaded;
    [this.loaded, this.used, this.active] = [null, null, null];
    await old?.dispose().catch(() => undefined);
  }

  private async openTools(): Promise<ToolRegistry> {
    const { search } = this.search.config(this.tools);
    if (this.registry && this.registry.search === search) return this.registry.tools;
    this.stage = "Starting the Python sandbox";
    const [sandbox, { createDefaultTools, parseSearch }] = await Promise.all([
      python(),
      import("../../tools/index.ts"),
    ]);
    const tools = createDefaultTools(sandbox, search === undefined ? {} : { search: parseSearch(search) });
    this.registry = { tools, search };
    return tools;
  }

  private change(id: number, how: (exchange: Exchange) => Exchange): void {
    this.exchanges = this.exchanges.map((exchange) => (exchange.id === id ? how(exchange) : exchange));
  }
}

function titleOf(use: AdapterUse): string {
  return adapterTitle(use, adapters.find(use.sha256)?.name);
}

export const playground = new Playground();
