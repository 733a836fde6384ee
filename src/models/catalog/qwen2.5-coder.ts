import type { ModelShape, ModelSpec } from "../../protocol/index.ts";
import { ggufBuild, mlcBuild, onnxBuild, type ModelFacts } from "./hub.ts";

interface Size {
  /** As its name has it: `0.5B`. */
  size: string;
  description: string;
  parameters: number;
  shape: Omit<ModelShape, "headDim" | "gated">;
  license?: string;
  /** Whether there is an ONNX export. */
  onnx: boolean;
  /** Whether its Q8_0 is offered. */
  eightBit: boolean;
}

/**
 * A size of Qwen2.5-Coder Instruct (Hui et al. 2024, arXiv 2409.12186). Dimensions are those of its config.json. The GGUF
 * names are those of Qwen's own repositories, all in lower case; no hub could be reached when this was written, so a name
 * that is not there is told when the download is looked at.
 */
export function qwenCoder(of: Size): readonly ModelSpec[] {
  const name = `Qwen2.5-Coder-${of.size}-Instruct`;
  const { heads, hidden } = of.shape;
  const facts: ModelFacts = {
    id: `qwen2.5-coder-${of.size.toLowerCase()}`,
    title: `Qwen2.5-Coder ${of.size}`,
    family: "Qwen2.5-Coder",
    description: of.description,
    promptFormat: "chatml",
    parameters: of.parameters,
    // Bounds the memory of keys and values; the models know 32,768 positions. It is WebLLM's own bound, too.
    context: 4096,
    license: of.license ?? "Apache-2.0",
    source: `Qwen/${name} (arXiv 2409.12186)`,
    shape: { ...of.shape, headDim: hidden / heads, gated: true },
  };
  const gguf = (quantization: string) => `${name.toLowerCase()}-${quantization}.gguf`;
  return [
    ...(of.onnx ? [onnxBuild(facts, `onnx-community/${name}`)] : []),
    mlcBuild(facts, name),
    ggufBuild(facts, `Qwen/${name}-GGUF`, {
      q4: gguf("q4_k_m"),
      ...(of.eightBit && { q8: gguf("q8_0") }),
    }),
  ];
}
