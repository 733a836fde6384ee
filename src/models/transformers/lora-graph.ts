import { UserError } from "../../protocol/index.ts";
import { MODULES, type DecoderShape, type Module } from "../adapters/index.ts";
import { input, inputType, node, numbers, readOnnx, renamed, TYPES, writeOnnx, type OnnxNode } from "./onnx-file.ts";

/**
 * Ranks come in blocks of this many, each multiplied on its own: how onnxruntime splits a sum depends on a matrix's width,
 * and so an adapter's numbers would depend on which others are loaded.
 */
export const BLOCK = 16;
/** The graph's input of a gate for each row and rank: [rows, blocks, 1, 16]. */
export const GATE = "lora.gate";
/** The inputs of all layers' matrices of one kind: [layers, blocks, inputs, 16] and [layers, blocks, 16, outputs]. */
export const matrixInputs = (module: Module) => [`lora.${module}.a`, `lora.${module}.b`] as const;

/** Their first input is what the matrix is multiplied with, in floats. */
const MULTIPLIERS = new Set(["MatMul", "MatMulNBits"]);
/** The axis of the blocks, a constant. */
const BLOCKS = "lora.blocks";
/** What a layer's matrix gives, in the names of trainer/convert and of onnxruntime-genai's builder, or of Optimum. */
const PRODUCT = /\/layers\.(\d+)\/(?:attn|self_attn|mlp)\/(\w+)\/MatMul(?:_Q\w+|NBits)?(?:\/output_0|_output_0)$/;

/**
 * A decoder's graph with room for adapters: every matrix's product y = x W becomes y + gate * (x A) B, where A, B and the
 * gate are inputs. The gate has a number for each row and rank, so that rows of one batch can have adapters of their own,
 * each at its own strength; with a gate of zeros a row gets what the graph without adapters gives. `half`: the graph
 * computes, and takes these inputs, in fp16. UserError: its matrices cannot be told by their names.
 */
export function withRoom(file: Uint8Array, shape: DecoderShape): { bytes: Uint8Array<ArrayBuffer>; half: boolean } {
  const onnx = readOnnx(file);
  let found = 0;
  const nodes = onnx.nodes.flatMap((one): OnnxNode[] => {
    const [output = ""] = one.outputs;
    const [, layer, name] = PRODUCT.exec(output) ?? [];
    const module = MODULES.find((known) => known === name);
    if (!MULTIPLIERS.has(one.operator) || !module || layer === undefined) return [one];
    found++;
    return [renamed(one, output, `${output}/base`), ...added(one.inputs[0]!, output, module, layer)];
  });
  if (found < shape.layers * MODULES.length) {
    throw new UserError(
      `This model's graph names ${found} of the ${shape.layers * MODULES.length} matrices that adapters change, so it cannot take one: prepare the model again.`,
    );
  }
  const half = inputType(onnx, "past_key_values.0.key") === TYPES.half;
  const type = half ? TYPES.half : TYPES.float;
  const inputs = MODULES.flatMap((module) => {
    const [a, b] = matrixInputs(module);
    const [from, to] = shape.sizes[module];
    const blocks = [shape.layers, "lora_blocks"];
    return [input(a, type, [...blocks, from, BLOCK]), input(b, type, [...blocks, BLOCK, to])];
  });
  const layers = Array.from({ length: shape.layers }, (_, layer) => numbers(`lora.layer.${layer}`, layer));
  const gate = input(GATE, type, ["batch_size", "lora_blocks", 1, BLOCK]);
  const rest = [...onnx.rest, ...layers, numbers(BLOCKS, [1]), ...inputs, gate];
  return { bytes: writeOnnx({ ...onnx, nodes, rest }), half };
}

/** The nodes from a matrix's input `x` to its product's old name. */
function added(x: string, product: string, module: Module, layer: string): OnnxNode[] {
  const name = (part: string) => `${product}/lora/${part}`;
  const [a, b] = matrixInputs(module);
  return [
    // [rows, 1, tokens, inputs]: rows stay apart, too, as one row alone is multiplied in another way than several.
    node("Unsqueeze", [x, BLOCKS], name("x")),
    node("Gather", [a, `lora.layer.${layer}`], name("a"), { axis: 0 }),
    node("MatMul", [name("x"), name("a")], name("ranks")),
    node("Mul", [name("ranks"), GATE], name("gated")),
    node("Gather", [b, `lora.layer.${layer}`], name("b"), { axis: 0 }),
    node("MatMul", [name("gated"), name("b")], name("outputs")),
    node("ReduceSum", [name("outputs"), BLOCKS], name("sum"), { keepdims: 0 }),
    node("Add", [`${product}/base`, name("sum")], product),
  ];
}
