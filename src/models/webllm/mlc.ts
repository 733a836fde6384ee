import {
  MLCEngine,
  prebuiltAppConfig,
  type InitProgressReport,
  type LogitProcessor,
  type ModelRecord,
} from "@mlc-ai/web-llm";
import { UserError, type MlcFiles } from "../../protocol/index.ts";
import type { Sequence } from "./session.ts";

/** The record of an id in WebLLM's own list, or one for addresses. UserError: the list has no such id. */
export function findRecord(mlc: string | MlcFiles): ModelRecord {
  if (typeof mlc !== "string") return { model: mlc.model, model_id: mlc.model, model_lib: mlc.library };
  const found = prebuiltAppConfig.model_list.find(({ model_id: id }) => id === mlc);
  if (found) return found;
  throw new UserError(`This version of WebLLM knows no model ${mlc}: choose another dtype, runtime or model.`);
}

/**
 * What WebLLM does after the logits is of no use here (its probabilities come after the temperature, and its stops leak
 * into the text), so it is made to always choose the same token, and which one it chooses is ignored. Its sampler
 * insists on these settings, which a model's configuration may lack.
 */
const SAMPLER = { temperature: 1, top_p: 1, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0 };

/** Loads a model's weights and library onto the GPU, with room for `room` tokens of keys and values. */
export async function openSequence(
  record: ModelRecord,
  room: number,
  onProgress: (report: InitProgressReport) => void,
): Promise<Sequence> {
  const overrides = { ...record.overrides, ...SAMPLER, context_window_size: room, sliding_window_size: -1 };
  const engine = new MLCEngine({
    appConfig: { model_list: [{ ...record, overrides }], cacheBackend: "cache" },
    initProgressCallback: onProgress,
    logLevel: "SILENT",
  });
  const logits = new LogitReader();
  engine.setLogitProcessorRegistry(new Map([[record.model_id, logits]]));
  await engine.reload(record.model_id);
  return {
    append: async (ids) => {
      await engine.forwardTokensAndSample([...ids], ids.length > 1);
      return logits.take();
    },
    cut: (tokens) => cutSequence(engine, record.model_id, tokens),
    clear: () => engine.resetChat(),
  };
}

/** Takes the logits of each pass off the engine's sampler, before anything is done to them. */
class LogitReader implements LogitProcessor {
  private last: Float32Array | null = null;
  private decoy = new Float32Array();

  processLogits(logits: Float32Array): Float32Array {
    this.last = logits;
    if (this.decoy.length !== logits.length) {
      this.decoy = new Float32Array(logits.length);
      this.decoy[0] = 100;
    }
    return this.decoy;
  }

  processSampledToken(): void {}

  resetState(): void {}

  take(): Float32Array {
    const logits = this.last;
    if (!logits) throw new Error("WebLLM gave no logits.");
    this.last = null;
    return logits;
  }
}

/** The parts of WebLLM's inside that shortening the sequence needs; it offers no public way. The version is pinned. */
interface Inside {
  loadedModelIdToPipeline?: Map<string, Pipeline>;
}
interface Pipeline {
  tvm: {
    beginScope(): void;
    endScope(): void;
    getGlobalFunc(name: string): (...args: unknown[]) => unknown;
    scalar(value: number, dtype: string): unknown;
  };
  kvCache?: unknown;
  rnnState?: unknown;
  filledKVCacheLength: number;
}

/** Drops the last tokens' keys and values; false where this build of the engine has no such function. */
function cutSequence(engine: MLCEngine, id: string, tokens: number): boolean {
  const pipeline = (engine as unknown as Inside).loadedModelIdToPipeline?.get(id);
  if (!pipeline?.kvCache || pipeline.rnnState) return false;
  const { tvm } = pipeline;
  tvm.beginScope();
  try {
    const pop = tvm.getGlobalFunc("vm.builtin.kv_state_popn");
    pop(pipeline.kvCache, tvm.scalar(0, "int64"), tvm.scalar(tokens, "int32"));
    pipeline.filledKVCacheLength -= tokens;
    return true;
  } catch {
    return false;
  } finally {
    tvm.endScope();
  }
}
