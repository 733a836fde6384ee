"""Storage for GPUs: MatMulNBits, four bits for most of the layers' matrices, eight for the rest and the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .builder import FLOAT, FLOAT16, MICROSOFT, GraphWriter
from .gptq import FourBit
from .storage import BLOCK, TABLE, Array, to_blocks, weight_name

Bytes = NDArray[np.uint8]


def pack_nibbles(values: Bytes) -> Bytes:
    """Two values in a byte along the last axis, the first one low; an odd end is filled with 0."""
    if values.shape[-1] % 2:
        values = np.concatenate([values, np.zeros_like(values[..., :1])], axis=-1)
    return (values[..., 0::2] | (values[..., 1::2] << 4)).astype(np.uint8)


class NBits:
    """Matrices stay small in memory: the multiplication widens them block by block.

    `layers` holds the matrices that were rounded to four bits, by node; the others are stored in eight.
    """

    def __init__(self, layers: Mapping[str, FourBit], half: bool) -> None:
        self.half = half
        self._layers = layers
        self._kind = np.float16 if half else np.float32

    def linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str | None = None) -> str:
        stem = weight_name(name)
        chosen = self._layers.get(name)
        if chosen is None:
            self._store_bytes(graph, stem, weight)
            return self._multiply(graph, name, [x, stem, f"{stem}_scale"], weight, 8, output)
        values = chosen.values.numpy().reshape(weight.shape[0], -1, BLOCK)
        graph.constant(stem, pack_nibbles(values))
        graph.constant(f"{stem}_scale", chosen.scales.numpy().astype(self._kind).reshape(-1))
        graph.constant(f"{stem}_zero", pack_nibbles(chosen.zeros.numpy()).reshape(-1))
        return self._multiply(graph, name, [x, stem, f"{stem}_scale", f"{stem}_zero"], weight, 4, output)

    def table(self, graph: GraphWriter, name: str, weight: Array, ids: str) -> str:
        self._store_bytes(graph, TABLE, weight)
        rows = graph.node("Gather", f"{name}/stored", [TABLE, ids], axis=0)
        wide = graph.node("Cast", f"{name}/Cast", [rows], to=FLOAT16 if self.half else FLOAT)
        middle = graph.constant(f"{name}/middle", np.array(128, self._kind))
        signed = graph.node("Sub", f"{name}/Sub", [wide, middle])
        # The vocabulary matrix keeps its scales in one row; here they are looked up by token.
        shape = graph.constant(f"{name}/scale_shape", np.array([weight.shape[0], -1, 1], np.int64))
        table = graph.node("Reshape", f"{name}/ReshapeScale", [f"{TABLE}_scale", shape])
        scales = graph.node("Gather", f"{name}/scale", [table, ids], axis=0)
        product = graph.node("Mul", f"{name}/Mul", [signed, scales])
        target = graph.constant(f"{name}/shape", np.array([0, 0, weight.shape[1]], np.int64))
        return graph.node("Reshape", f"{name}/Reshape", [product, target])

    def tied_linear(self, graph: GraphWriter, name: str, weight: Array, x: str, output: str) -> str:
        return self._multiply(graph, name, [x, TABLE, f"{TABLE}_scale"], weight, 8, output)

    def _store_bytes(self, graph: GraphWriter, name: str, weight: Array) -> None:
        values, scales = to_blocks(weight)
        graph.constant(name, (values.astype(np.int16) + 128).astype(np.uint8))
        graph.constant(f"{name}_scale", scales.astype(self._kind).reshape(-1))

    def _multiply(
        self, graph: GraphWriter, name: str, inputs: list[str], weight: Array, bits: int, output: str | None
    ) -> str:
        outputs = None if output is None else [output]
        sizes = {"N": weight.shape[0], "K": weight.shape[1], "bits": bits, "block_size": BLOCK}
        return graph.node("MatMulNBits", name, inputs, outputs, MICROSOFT, **sizes)
