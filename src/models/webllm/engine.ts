import {
  nextTask,
  UserError,
  type Device,
  type Dtype,
  type GenerateRequest,
  type Generation,
  type LoadProgress,
  type ModelSpec,
} from "../../protocol/index.ts";
import { Decoder, grammarOpener } from "../decoding/index.ts";
import { endIds } from "../formats/index.ts";
import { findGpu } from "../transformers/device.ts";
import { explain } from "../transformers/errors.ts";
import { limitWidth } from "../transformers/soundness.ts";
import { openTokenizer } from "../transformers/tokenizer.ts";
import { chooseBuild } from "./build.ts";
import { explainLoad, gpuLost } from "./errors.ts";
import { directoryOf, hashModel, readTexts, type MlcTexts } from "./files.ts";
import { watchDevices } from "./gpu.ts";
import { findRecord, openSequence } from "./mlc.ts";
import { SequenceSession } from "./session.ts";
import { computesWide } from "./soundness.ts";

/** What the page asks of its worker. Plain data: it crosses by structured clone. */
interface LoadOrder {
  spec: ModelSpec;
  device: Device | "auto";
  dtype: Dtype | "auto";
  /** What a relative address in `spec.mlc` is relative to. */
  page: string;
}

export interface LoadReport {
  dtype: Dtype;
  sha256: string;
  fallback: string | null;
  warnings: string[];
}

/** Probes of the decision write a call's opening behind a prompt that may fill the context. */
const PROBE_ROOM = 64;

const NARROW =
  "This GPU computes several tokens at once wrongly, so prompts are computed token by token, which is right but slow.";

/** The worker's side: loads one model with WebLLM's kernels; requests run one after the other in our own decode loop. */
export class WebllmEngine {
  private decoder: Decoder | null = null;
  private lost: Promise<string> = new Promise(() => {});
  private lostBecause: string | null = null;
  private readonly cancelled = new Set<number>();

  /** UserError: there is no WebGPU, the model or dtype is not on offer, its files cannot be had, or the GPU is too small. */
  async load(
    { spec, device, dtype, page }: LoadOrder,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<LoadReport> {
    const build = chooseBuild(spec, device, dtype, await findGpu(navigator.gpu));
    if (typeof caches === "undefined") {
      throw new UserError(
        "WebLLM keeps a model's files in the browser's Cache Storage, which this page does not have: open it over https or on localhost, and not in a private window.",
      );
    }
    const record = absolute(findRecord(build.mlc), page);
    const places = { title: spec.title, directory: directoryOf(record.model), library: record.model_lib };
    const texts = await readTexts(places);
    const totalBytes = texts.shards.reduce((sum, shard) => sum + shard.bytes, 0);
    const tell = (stage: LoadProgress["stage"], share: number) =>
      onProgress({ stage, loadedBytes: Math.min(totalBytes, Math.round(share * totalBytes)), totalBytes });
    const context = Math.min(spec.context, asNumber(texts.config.context_window_size) ?? spec.context);
    const tokenizer = openTokenizer(texts.tokenizer, texts.tokenizerConfig);
    this.lost = watchDevices(GPUAdapter);
    void this.lost.then((reason) => (this.lostBecause = reason));
    const warnings: string[] = [];
    try {
      const opening = openSequence(record, context + PROBE_ROOM, ({ progress, text }) =>
        tell(text.startsWith("Fetching") ? "download" : "compile", progress),
      );
      const sequence = await this.orLost(opening);
      const ends = endIds(spec.promptFormat, namedEnds(texts), (token) => tokenizer.idOf(token));
      const session = new SequenceSession(sequence, startIds(texts));
      const wide = await this.orLost(computesWide(session, tokenizer.vocabulary.size));
      if (!wide) warnings.push(NARROW);
      this.decoder = new Decoder({
        id: spec.id,
        session: wide ? session : limitWidth(session, 1),
        encoder: tokenizer,
        vocabulary: tokenizer.vocabulary,
        format: spec.promptFormat,
        context,
        ends,
        width: 1,
        openGrammar: grammarOpener(tokenizer.vocabulary, ends),
      });
    } catch (error) {
      throw explainLoad(error, spec.title);
    }
    const sha256 = await hashModel(places, texts, (loaded) => tell("verify", loaded / totalBytes));
    return { dtype: build.dtype, sha256, fallback: build.fallback, warnings };
  }

  async generate(
    job: number,
    requests: GenerateRequest[],
    onText: ((index: number, delta: string) => void) | null,
  ): Promise<Generation[]> {
    const { decoder } = this;
    if (!decoder) throw new Error("No model is loaded.");
    const control = { cancelled: () => this.cancelled.has(job), breathe: nextTask };
    try {
      const all = requests.map((request, index) => {
        const tell = onText && ((delta: string) => onText(index, delta));
        return decoder.generate(request, { ...control, ...(tell && { onText: tell }) });
      });
      return await this.orLost(Promise.all(all));
    } catch (error) {
      // A pass fails a moment before the loss is announced.
      await nextTask();
      throw this.lostBecause === null ? explain(error, "The model") : gpuLost(this.lostBecause);
    } finally {
      this.cancelled.delete(job);
    }
  }

  /** Ends a job before its next pass; what it wrote is kept. */
  cancel(job: number): void {
    this.cancelled.add(job);
  }

  /** A lost GPU may leave a pass pending for ever. */
  private orLost<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.lost.then((reason) => Promise.reject<T>(gpuLost(reason)))]);
  }
}

function absolute<R extends { model: string; model_lib: string }>(record: R, page: string): R {
  return { ...record, model: new URL(record.model, page).href, model_lib: new URL(record.model_lib, page).href };
}

/** The ids that the model's own chat template puts before every prompt. */
function startIds({ config }: MlcTexts): number[] {
  const ids = [template(config).system_prefix_token_ids].flat();
  return [...new Set(ids.filter((id) => typeof id === "number"))];
}

/** What the model's own chat template and configuration say of the ids that end a turn. */
function namedEnds({ config }: MlcTexts): unknown[] {
  return [template(config).stop_token_ids, config.eos_token_id];
}

function template(config: Record<string, unknown>): Record<string, unknown> {
  return (config.conv_template ?? {}) as Record<string, unknown>;
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}
