"""How a dtype stores matrices: small on disk, and what the graph does to compute with them.

Matrices of `fp32`, `fp16` and `q8` reach the arithmetic in fp32. The nodes that widen them have constant inputs only,
so that onnxruntime runs them once, when it opens the graph.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .builder import FLOAT, GraphWriter

BLOCK = 32
Array = NDArray[np.float32]


class Storage(Protocol):
    """One dtype's way to store a matrix [outputs, inputs] and to multiply with it."""

    half: bool
    """True when the graph computes in fp16."""

    def linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str | None = None) -> str:
        """Multiply x [..., inputs] by the matrix in a node NAME; returns the product's name."""
        ...

    def table(self, graph: GraphWriter, name: str, weight: Array, ids: str) -> str:
        """Look rows of the matrix up by ids in a node NAME; returns their name."""
        ...

    def tied_linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str) -> str:
        """`linear` with the matrix that `table` has stored."""
        ...


TABLE = "model.embed_tokens.weight"


def weight_name(node: str) -> str:
    """`/model/layers.0/attn/q_proj/MatMul` keeps its matrix in `model.layers.0.attn.q_proj.MatMul.weight`."""
    return f"{node.strip('/').replace('/', '.')}.weight"


def multiply(graph: GraphWriter, name: str, x: str, matrix: str, output: str | None) -> str:
    """x @ matrix in a node NAME."""
    return graph.node("MatMul", name, [x, matrix], None if output is None else [output])


class Float:
    """Matrices as floats: whole, or halved and widened by a Cast."""

    half = False

    def __init__(self, stored: type[np.float32] | type[np.float16]) -> None:
        self._stored = stored
        self._table = TABLE

    def _wide(self, graph: GraphWriter, tensor: str) -> str:
        if self._stored is np.float32:
            return tensor
        return graph.node("Cast", f"{tensor}/Cast", [tensor], [f"{tensor}/wide"], to=FLOAT)

    def linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str | None = None) -> str:
        stored = graph.constant(weight_name(name), weight.T.astype(self._stored))
        return multiply(graph, name, x, self._wide(graph, stored), output)

    def table(self, graph: GraphWriter, name: str, weight: Array, ids: str) -> str:
        graph.constant(TABLE, weight.astype(self._stored))
        # Widened before it is looked up: a GPU without half precision cannot even copy fp16 rows.
        self._table = self._wide(graph, TABLE)
        return graph.node("Gather", name, [self._table, ids], axis=0)

    def tied_linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str) -> str:
        turned = graph.node("Transpose", f"{name}/Transpose", [self._table], perm=[1, 0])
        return multiply(graph, name, x, turned, output)


def to_blocks(weight: Array) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """int8 values [outputs, inputs/32, 32] and an fp16 scale [outputs, inputs/32, 1] for each block of inputs."""
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    scales = (np.abs(blocks).max(axis=2, keepdims=True) / 127).astype(np.float16)
    wide = scales.astype(np.float32)
    quotients = np.divide(blocks, wide, out=np.zeros_like(blocks), where=wide > 0)
    return np.clip(np.round(quotients), -127, 127).astype(np.int8), scales


Grid = tuple[NDArray[np.uint8], NDArray[np.float16], NDArray[np.float16]]


def to_levels(weight: Array) -> Grid:
    """uint8 levels [outputs, inputs/32, 32], and the fp16 step and the fp16 lowest value [outputs, inputs/32, 1].

    A block steps from its lowest to its highest value: 255 times, or 15 times where that is closer. Weights that come
    from four bits (GGUF's Q4_1) are kept exactly that way.
    """
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    (fine, fine_error), (coarse, coarse_error) = (_stepped(blocks, count) for count in (255, 15))
    closer = coarse_error < fine_error
    levels, steps, low = (np.where(closer, x, y) for x, y in zip(coarse, fine, strict=True))
    return levels, steps, low


def _stepped(blocks: Array, count: int) -> tuple[Grid, Array]:
    """Blocks in `count` steps, and the squared error of each block."""
    low = blocks.min(axis=2, keepdims=True).astype(np.float16)
    wide_low = low.astype(np.float32)
    above = blocks - wide_low
    steps = (above.max(axis=2, keepdims=True) / count).astype(np.float16)
    wide = steps.astype(np.float32)
    quotients = np.divide(above, wide, out=np.zeros_like(above), where=wide > 0)
    levels = np.clip(np.round(quotients), 0, count)
    error = np.square(levels * wide + wide_low - blocks).sum(axis=2, keepdims=True)
    return (levels.astype(np.uint8), steps, low), error


class Int8:
    """Eight bits in blocks of 32 inputs, with fp16 grids: 9 bits a weight in the layers, 8.5 in the table."""

    half = False

    def linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str | None = None) -> str:
        stem = weight_name(name)
        # Blocks first, outputs last: the layout that the multiplication wants, so that nothing is turned at load.
        for suffix, value in zip(("", "_scale", "_low"), to_levels(weight), strict=True):
            graph.constant(f"{stem}{suffix}", value.transpose(1, 2, 0))
        scale, low = (
            graph.node("Cast", f"{stem}{suffix}/Cast", [f"{stem}{suffix}"], to=FLOAT) for suffix in ("_scale", "_low")
        )
        wide = self._scaled(graph, stem, stem, scale, [weight.shape[1], weight.shape[0]], low)
        return multiply(graph, name, x, wide, output)

    def table(self, graph: GraphWriter, name: str, weight: Array, ids: str) -> str:
        values, scales = to_blocks(weight)
        graph.constant(TABLE, values)
        graph.constant(f"{TABLE}_scale", scales)
        # Rows are looked up small, so that the table is not kept in fp32; their scales widened, as above.
        rows = graph.node("Gather", f"{name}/stored", [TABLE, ids], axis=0)
        wide = graph.node("Cast", f"{TABLE}_scale/Cast", [f"{TABLE}_scale"], to=FLOAT)
        factors = graph.node("Gather", f"{name}/scale", [wide, ids], axis=0)
        return self._scaled(graph, name, rows, factors, [0, 0, weight.shape[1]])

    def tied_linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str) -> str:
        scale = f"{TABLE}_scale/Cast/output_0"
        turned = graph.node(
            "Transpose",
            f"{name}/Transpose",
            [self._scaled(graph, TABLE, TABLE, scale, list(weight.shape))],
            perm=[1, 0],
        )
        return multiply(graph, name, x, turned, output)

    def _scaled(
        self, graph: GraphWriter, name: str, values: str, scale: str, shape: list[int], low: str | None = None
    ) -> str:
        """values * scale + low in fp32, in a new shape; `scale` and `low` are fp32 already."""
        value = graph.node("Cast", f"{name}/Cast", [values], to=FLOAT)
        product = graph.node("Mul", f"{name}/Mul", [value, scale])
        if low is not None:
            product = graph.node("Add", f"{name}/Add", [product, low])
        target = graph.constant(f"{name}/shape", np.array(shape, np.int64))
        return graph.node("Reshape", f"{name}/Reshape", [product, target])
