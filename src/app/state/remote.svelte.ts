import { messageOf, type Arm, type Endpoint, type RunConfig } from "../../protocol/index.ts";
import { endpointUrl } from "../../models/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { keys } from "./keys.svelte.ts";

/** Which server of the person's is asked, as it stands in its fields, and what came of connecting to it. */
export class RemoteChoice {
  address = $state("");
  model = $state("");
  api = $state<Endpoint["api"]>("chat");
  connecting = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** The models of the server at `at`; null: it was not asked yet. */
  private found = $state.raw<{ at: string; models: string[] } | null>(null);

  /** The address in its one form; null where it is none. */
  readonly url = $derived(urlOf(this.address));
  /** What is wrong with the address, in one sentence; null where nothing is, or nothing was written yet. */
  readonly fault = $derived(this.address.trim() === "" ? null : faultOf(this.address));
  /** What the server serves; null: this address was not asked yet. */
  readonly models = $derived(this.found !== null && this.found.at === this.url ? this.found.models : null);

  /** Why this cannot be asked for an answer in these arms, or null. */
  obstacle(arms: readonly Arm[]): string | null {
    if (this.address.trim() === "") return "Write the address of your server.";
    if (this.fault) return this.fault;
    if (this.model.trim() === "") return "Choose the server's model.";
    if (this.api === "chat" && (arms.includes("forced") || arms.includes("forbidden")))
      return "A chat API cannot be forced or forbidden to call: choose the API Completions, or leave these arms out.";
    return null;
  }

  /** The configuration's part of this; nothing where it is not complete. */
  config(): Pick<RunConfig, "endpoint"> {
    const { url, api } = this;
    const model = this.model.trim();
    return url !== null && model !== "" ? { endpoint: { url, api, model } } : {};
  }

  /** Asks the server for its models. */
  async connect(): Promise<void> {
    const { url: at } = this;
    if (at === null || this.connecting) return;
    this.connecting = true;
    this.failure = null;
    try {
      const { listRemoteModels } = await import("../../models/remote/remote.ts");
      const models = await listRemoteModels({ url: at, api: this.api, model: this.model }, keys.accessTo(at));
      if (this.url !== at) return;
      this.found = { at, models };
      if (!models.includes(this.model)) this.model = models[0] ?? "";
    } catch (error) {
      this.found = null;
      this.failure = failureOf(error);
    } finally {
      this.connecting = false;
    }
  }
}

function urlOf(address: string): string | null {
  try {
    return endpointUrl(address);
  } catch {
    return null;
  }
}

function faultOf(address: string): string | null {
  try {
    endpointUrl(address);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
