// Its reader and writer alone: reflection compiles code at run time, which the page's policy forbids.
import protobuf from "protobufjs/minimal.js";

const { Reader, Writer } = protobuf;

/**
 * An ONNX file taken apart as far as nodes can be put in. What is not touched stays the bytes that it was, so that weights
 * are neither decoded nor copied before the file is written. Field numbers: onnx.proto (https://github.com/onnx/onnx).
 */
export interface OnnxFile {
  /** The model's other fields, as they are. */
  around: Uint8Array[];
  nodes: OnnxNode[];
  /** The graph's other fields, as they are: weights, inputs, outputs. */
  rest: Uint8Array[];
}

/** A node as it stands in the file. */
export interface OnnxNode {
  operator: string;
  inputs: string[];
  outputs: string[];
  /** The field as it is in the file; a changed node is written anew. */
  bytes: Uint8Array;
}

export const TYPES = { float: 1, int64: 7, half: 10 } as const;

const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5, input: 11 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 };
const BYTES = 2;

interface Field {
  number: number;
  /** The whole field, its tag included. */
  whole: Uint8Array;
  /** What a field of bytes holds; empty for others. */
  value: Uint8Array;
}

function* fields(bytes: Uint8Array): Generator<Field> {
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const wire = tag & 7;
    const value = wire === BYTES ? reader.bytes() : (reader.skipType(wire), new Uint8Array());
    yield { number: tag >>> 3, whole: bytes.subarray(start, reader.pos), value };
  }
}

/** Takes a file apart. Throws where it is no protobuf. */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const file: OnnxFile = { around: [], nodes: [], rest: [] };
  for (const { number, whole, value } of fields(bytes)) {
    if (number !== MODEL.graph) file.around.push(whole);
    else for (const field of fields(value)) readPart(field, file);
  }
  return file;
}

function readPart({ number, whole, value }: Field, file: OnnxFile): void {
  if (number !== GRAPH.node) return void file.rest.push(whole);
  const text = new TextDecoder();
  const all = [...fields(value)];
  const named = (wanted: number) =>
    all.filter((field) => field.number === wanted).map((field) => text.decode(field.value));
  const [operator = ""] = named(NODE.operator);
  file.nodes.push({ operator, inputs: named(NODE.input), outputs: named(NODE.output), bytes: whole });
}

/** The element type of a graph's input (TYPES), or undefined where it has none of this name. */
export function inputType({ rest }: OnnxFile, name: string): number | undefined {
  const part = (bytes: Uint8Array, number: number) => [...fields(bytes)].find((one) => one.number === number)?.value;
  for (const whole of rest) {
    const [one] = fields(whole);
    if (one!.number !== GRAPH.input || new TextDecoder().decode(part(one!.value, 1)) !== name) continue;
    // ValueInfo.type, TypeProto.tensor_type, and its first field.
    const tensor = part(part(one!.value, 2) ?? new Uint8Array(), 1);
    const reader = Reader.create(tensor ?? new Uint8Array());
    return reader.uint32() === 1 << 3 ? reader.int32() : undefined;
  }
  return undefined;
}

/** Puts a file together again. */
export function writeOnnx({ around, nodes, rest }: OnnxFile): Uint8Array<ArrayBuffer> {
  const graph = [...nodes.map(({ bytes }) => bytes), ...rest];
  const length = graph.reduce((sum, part) => sum + part.byteLength, 0);
  const head = Writer.create().uint32(tagOf(MODEL.graph)).uint32(length).finish();
  const parts = [...around, head, ...graph];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** A node with attributes that are whole numbers. */
export function node(
  operator: string,
  inputs: string[],
  output: string,
  attributes: Record<string, number> = {},
): OnnxNode {
  const body = Writer.create();
  for (const input of inputs) body.uint32(tagOf(NODE.input)).string(input);
  body.uint32(tagOf(NODE.output)).string(output);
  body.uint32(tagOf(NODE.name)).string(`${output}/${operator}`);
  body.uint32(tagOf(NODE.operator)).string(operator);
  for (const [name, value] of Object.entries(attributes)) {
    // name, i, and the type: an integer.
    const attribute = Writer.create()
      .uint32(tagOf(1))
      .string(name)
      .uint32(3 << 3)
      .int64(value)
      .uint32(20 << 3)
      .int32(2);
    body.uint32(tagOf(NODE.attribute)).bytes(attribute.finish());
  }
  return { operator, inputs, outputs: [output], bytes: field(GRAPH.node, body) };
}

/** The same node with another output in place of one. */
export function renamed(old: OnnxNode, from: string, to: string): OnnxNode {
  const [whole] = fields(old.bytes);
  const body = [...fields(whole!.value)].map((one) =>
    one.number === NODE.output && new TextDecoder().decode(one.value) === from
      ? Writer.create().uint32(tagOf(NODE.output)).string(to).finish()
      : one.whole,
  );
  const joined = Uint8Array.from(body.flatMap((part) => [...part]));
  return {
    ...old,
    outputs: old.outputs.map((output) => (output === from ? to : output)),
    bytes: Writer.create().uint32(tagOf(GRAPH.node)).bytes(joined).finish(),
  };
}

/** A constant of whole numbers: one without dimensions, or a list. */
export function numbers(name: string, value: number | readonly number[]): Uint8Array {
  const data = Writer.create();
  for (const one of [value].flat()) data.int64(one);
  const tensor = Writer.create();
  // dims, data_type, int64_data, name.
  if (typeof value !== "number") tensor.uint32(1 << 3).int64(value.length);
  tensor
    .uint32(2 << 3)
    .int32(TYPES.int64)
    .uint32(tagOf(7))
    .bytes(data.finish())
    .uint32(tagOf(8))
    .string(name);
  return field(GRAPH.initializer, tensor);
}

/** A graph's input; sizes are numbers, or names where they may vary. */
export function input(name: string, type: number, sizes: readonly (number | string)[]): Uint8Array {
  const shape = Writer.create();
  for (const size of sizes) {
    const dimension = Writer.create();
    if (typeof size === "number") dimension.uint32(1 << 3).int64(size);
    else dimension.uint32(tagOf(2)).string(size);
    shape.uint32(tagOf(1)).bytes(dimension.finish());
  }
  const tensor = Writer.create()
    .uint32(1 << 3)
    .int32(type)
    .uint32(tagOf(2))
    .bytes(shape.finish());
  const value = Writer.create().uint32(tagOf(1)).bytes(tensor.finish());
  return field(GRAPH.input, Writer.create().uint32(tagOf(1)).string(name).uint32(tagOf(2)).bytes(value.finish()));
}

function field(number: number, body: protobuf.Writer): Uint8Array {
  return Writer.create().uint32(tagOf(number)).bytes(body.finish()).finish();
}

/** The tag of a field of bytes. */
function tagOf(number: number): number {
  return (number << 3) | BYTES;
}
