"""The decoder graph of the Llama family (Llama, SmolLM2, Qwen2), written from PyTorch's weights.

Nodes and tensors carry the names that onnxruntime-genai's builder gives them, and q, k and v stay apart: adapters are
put in by name. Beyond that builder's inputs there is `last` [rows, picked, 1]: only these positions reach the
vocabulary's matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from .builder import FLOAT, FLOAT16, INT32, INT64, MICROSOFT, GraphWriter
from .storage import Array, Storage


@dataclass(frozen=True)
class Shape:
    """The sizes that the graph is written from."""

    layers: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    positions: int
    epsilon: float

    @staticmethod
    def of(model: Any) -> Shape:
        """The sizes of a transformers model."""
        config = model.config
        return Shape(
            layers=config.num_hidden_layers,
            heads=config.num_attention_heads,
            kv_heads=config.num_key_value_heads,
            head_size=getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads,
            vocabulary=config.vocab_size,
            positions=config.max_position_embeddings,
            epsilon=config.rms_norm_eps,
        )


def matrices(model: Any) -> Iterator[tuple[str, nn.Linear]]:
    """Each layer's matrices by node name, in the order of the computation."""
    for number, layer in enumerate(model.model.layers):
        base = f"/model/layers.{number}"
        for part, block in (("attn", layer.self_attn), ("mlp", layer.mlp)):
            names = (
                ("q_proj", "k_proj", "v_proj", "o_proj") if part == "attn" else ("gate_proj", "up_proj", "down_proj")
            )
            for name in names:
                yield f"{base}/{part}/{name}", getattr(block, name)


class DecoderWriter:
    """Writes one model's graph with one storage."""

    def __init__(self, model: Any, storage: Storage) -> None:
        self._model, self._storage = model, storage
        self._shape = Shape.of(model)
        self._graph = GraphWriter()
        self._kind = FLOAT16 if storage.half else FLOAT

    def write(self) -> GraphWriter:
        """The whole graph."""
        graph, shape = self._graph, self._shape
        ids = graph.input("input_ids", INT64, ["batch_size", "sequence_length"])
        mask = graph.input("attention_mask", INT64, ["batch_size", "total_sequence_length"])
        self._lengths(mask)
        self._rotary()
        embedding = _array(self._model.model.embed_tokens.weight)
        stream = self._storage.table(graph, "/model/embed_tokens/Gather", embedding, ids)
        added: str | None = None
        for number, layer in enumerate(self._model.model.layers):
            stream, added = self._layer(number, layer, stream, added)
        _, x = self._norm(f"/model/layers.{shape.layers}/final_norm_layernorm", self._model.model.norm, stream, added)
        self._head(x, embedding)
        return graph

    def _lengths(self, mask: str) -> None:
        # A length for each row, so that rows of different lengths, padded at their right, decode side by side.
        graph, base = self._graph, "/model/attn_mask_reformat/attn_mask_subgraph"
        one = graph.constant("/model/constants/INT64/[1]", np.array([1], np.int64))
        total = graph.node("ReduceSum", f"{base}/ReduceSum", [mask, one], keepdims=0)
        before = graph.node("Sub", f"{base}/Sub", [total, one])
        self._seen = graph.node("Cast", f"{base}/Sub/Cast", [before], to=INT32)
        shape = graph.node("Shape", f"{base}/Shape", [mask])
        index = graph.constant("/model/constants/INT64/1", np.array(1, np.int64))
        width = graph.node("Gather", f"{base}/Gather", [shape, index], axis=0)
        self._width = graph.node("Cast", f"{base}/Gather/Cast", [width], to=INT32)

    def _rotary(self) -> None:
        positions = torch.arange(self._shape.positions)[None]
        with torch.no_grad():
            tables = self._model.model.rotary_emb(torch.zeros(1, dtype=torch.float32), positions)
        half = self._shape.head_size // 2
        for name, table in zip(("cos_cache", "sin_cache"), tables, strict=True):
            self._graph.constant(name, self._typed(table[0, :, :half].float().numpy()))

    def _layer(self, number: int, layer: Any, stream: str, added: str | None) -> tuple[str, str]:
        base = f"/model/layers.{number}"
        stream, x = self._norm(f"{base}/input_layernorm", layer.input_layernorm, stream, added)
        attended = self._attention(number, layer.self_attn, x)
        stream, x = self._norm(f"{base}/post_attention_layernorm", layer.post_attention_layernorm, stream, attended)
        gate = self._linear(f"{base}/mlp/gate_proj", layer.mlp.gate_proj, x)
        up = self._linear(f"{base}/mlp/up_proj", layer.mlp.up_proj, x)
        sigmoid = self._graph.node("Sigmoid", f"{base}/mlp/act_fn/Sigmoid", [gate])
        active = self._graph.node("Mul", f"{base}/mlp/act_fn/Mul", [gate, sigmoid])
        product = self._graph.node("Mul", f"{base}/mlp/Mul", [active, up])
        return stream, self._linear(f"{base}/mlp/down_proj", layer.mlp.down_proj, product)

    def _attention(self, number: int, attention: Any, x: str) -> str:
        graph, shape, base = self._graph, self._shape, f"/model/layers.{number}/attn"
        heads = [self._linear(f"{base}/{name}_proj", getattr(attention, f"{name}_proj"), x) for name in "qkv"]
        sides = ("key", "value")
        sizes = ["batch_size", shape.kv_heads, "past_sequence_length", shape.head_size]
        past = [graph.input(f"past_key_values.{number}.{side}", self._kind, sizes) for side in sides]
        present = [f"present.{number}.{side}" for side in sides]
        inputs = [*heads, *past, self._seen, self._width, "cos_cache", "sin_cache"]
        name = f"{base}/GroupQueryAttention"
        attended = graph.node(
            "GroupQueryAttention",
            name,
            inputs,
            [f"{name}/output_0", *present],
            MICROSOFT,
            num_heads=shape.heads,
            kv_num_heads=shape.kv_heads,
            scale=shape.head_size**-0.5,
            do_rotary=1,
            rotary_interleaved=0,
        )
        for side in present:
            graph.output(side, self._kind, ["batch_size", shape.kv_heads, "total_sequence_length", shape.head_size])
        return self._linear(f"{base}/o_proj", attention.o_proj, attended)

    def _norm(self, name: str, norm: Any, stream: str, added: str | None) -> tuple[str, str]:
        """The sum of the residual stream and what a block adds to it, and that sum normalised."""
        graph = self._graph
        weight = graph.constant(f"{name.strip('/').replace('/', '.')}.weight", self._typed(_array(norm.weight)))
        epsilon = self._shape.epsilon
        output = f"{name}/output_0"
        if added is None:
            node = f"{name}/LayerNorm"
            attributes = {"axis": -1, "epsilon": epsilon, "stash_type": 1}
            return stream, graph.node("SimplifiedLayerNormalization", node, [stream, weight], [output], **attributes)
        node = f"{name}/SkipLayerNorm"
        outputs = [output, "", "", f"{name}/output_3"]
        graph.node(
            "SkipSimplifiedLayerNormalization", node, [stream, added, weight], outputs, MICROSOFT, epsilon=epsilon
        )
        return outputs[3], output

    def _linear(self, name: str, linear: nn.Linear, x: str) -> str:
        product = self._storage.linear(self._graph, f"{name}/MatMul", _array(linear.weight), x)
        if linear.bias is None:
            return product
        stem = name.strip("/").replace("/", ".")
        bias = self._graph.constant(f"{stem}.Add.bias", self._typed(_array(linear.bias)))
        return self._graph.node("Add", f"{name}/Add", [product, bias])

    def _head(self, x: str, embedding: Array) -> None:
        graph = self._graph
        last = graph.input("last", INT64, ["batch_size", "picked", 1])
        picked = graph.node("GatherND", "/lm_head/GatherND", [x, last], batch_dims=1)
        head = self._model.lm_head.weight
        if head is self._model.model.embed_tokens.weight:
            self._storage.tied_linear(graph, "/lm_head/MatMul", embedding, picked, "logits")
        else:
            self._storage.linear(graph, "/lm_head/MatMul", _array(head), picked, "logits")
        graph.output("logits", self._kind, ["batch_size", "picked", self._shape.vocabulary])

    def _typed(self, value: Array) -> np.ndarray:
        return value.astype(np.float16) if self._storage.half else value


def _array(weight: torch.Tensor) -> Array:
    return weight.detach().float().numpy()
