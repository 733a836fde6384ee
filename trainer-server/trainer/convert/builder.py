"""A small writer of ONNX graphs: nodes in order, constants as initializers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from .errors import ConvertError

FLOAT, FLOAT16, INT64 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64
INT32 = TensorProto.INT32
MICROSOFT = "com.microsoft"
# Above this size a protobuf message cannot be read back.
LARGEST_FILE = 2**31 - 1
Attribute = int | float | list[int]


class GraphWriter:
    """Collects a graph; tensors are known by name."""

    def __init__(self) -> None:
        self._graph = onnx.GraphProto(name="main_graph")

    def input(self, name: str, kind: int, shape: Sequence[int | str]) -> str:
        """Declare an input; `kind` is a TensorProto data type."""
        self._graph.input.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def has(self, name: str) -> bool:
        """Whether there is an input of this name."""
        return any(known.name == name for known in self._graph.input)

    def output(self, name: str, kind: int, shape: Sequence[int | str]) -> None:
        """Declare an output that some node writes."""
        self._graph.output.append(helper.make_tensor_value_info(name, kind, shape))

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Store an array under a name; the same name again is the same tensor."""
        if not any(known.name == name for known in self._graph.initializer):
            self._graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self,
        op: str,
        name: str,
        inputs: Sequence[str],
        outputs: Sequence[str] | None = None,
        domain: str = "",
        **attributes: Attribute,
    ) -> str:
        """Add a node and return its first output, by default `NAME/output_0`."""
        written = list(outputs) if outputs is not None else [f"{name}/output_0"]
        node = helper.make_node(op, inputs, written, name, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in sorted(attributes.items()))
        self._graph.node.append(node)
        return written[0]

    def save(self, path: Path) -> None:
        """Write one file; a ConvertError when it would be too large for its format."""
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(self._graph, opset_imports=opsets, producer_name="agentcoder", ir_version=10)
        if model.ByteSize() > LARGEST_FILE:
            raise ConvertError(f"{path.name} would be larger than 2 GB: choose a smaller dtype.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model.SerializeToString())
