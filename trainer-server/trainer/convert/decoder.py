"""The decoder graph of the Llama family (Llama, SmolLM2, Qwen2), written from PyTorch's weights.

Matrices carry the names that onnxruntime-genai's builder gives them, and q, k and v stay apart: adapters are put in by
name. Beyond that builder's inputs there is `last` [rows, picked, 1]: only these positions reach the vocabulary's
matrix.

Attention comes in two kinds. `grouped` is onnxruntime's GroupQueryAttention, fast on GPUs. `plain` is written in
products and a softmax, for WASM, where GroupQueryAttention takes most of a prompt's time (5M parameters, 64 tokens
behind 130: 136 of 183 ms). Its past has a width of its own, of which a row's first places count, up to its new tokens'
`position_ids`; what comes out are the new tokens' keys and values alone, which the caller writes into the past.
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

# Added to the scores of keys that a token may not see.
HIDDEN = -1e30


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

    def __init__(self, model: Any, storage: Storage, grouped: bool = False) -> None:
        self._model, self._storage, self._grouped = model, storage, grouped
        self._shape = Shape.of(model)
        self._graph = GraphWriter()
        self._kind = FLOAT16 if storage.half else FLOAT

    def write(self) -> GraphWriter:
        """The whole graph."""
        graph, shape = self._graph, self._shape
        ids = graph.input("input_ids", INT64, ["batch_size", "sequence_length"])
        if self._grouped:
            self._lengths(graph.input("attention_mask", INT64, ["batch_size", "total_sequence_length"]))
        else:
            self._places(graph.input("position_ids", INT64, ["batch_size", "sequence_length"]))
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

    def _places(self, positions: str) -> None:
        """For all layers: what each new token may see of the past, and of the new tokens themselves."""
        graph, shape, base = self._graph, self._shape, "/model/places"
        self._positions = positions
        numbers = {value: graph.constant(f"{base}/{value}", np.array(value, np.int64)) for value in (0, 1)}
        shown, hidden = (
            graph.constant(f"{base}/{name}", self._typed(np.array(value, np.float32)))
            for name, value in (("shown", 0), ("hidden", HIDDEN))
        )

        def counted(name: str, tensor: str, axis: int) -> tuple[str, str]:
            size = graph.node("Shape", f"{base}/{name}", [tensor], start=axis, end=axis + 1)
            scalar = graph.node("Squeeze", f"{base}/{name}/scalar", [size])
            return size, graph.node("Range", f"{base}/{name}/range", [numbers[0], scalar, numbers[1]])

        self._room, places = counted("room", self._past(0)[0], 2)
        first = graph.node("Gather", f"{base}/first", [positions, numbers[0]], axis=1)
        ends = graph.constant(f"{base}/ends", np.array([1, 2], np.int64))
        start = graph.node("Unsqueeze", f"{base}/start", [first, ends])
        past = graph.node("Less", f"{base}/past", [places, start])
        self._past_bias = graph.node("Where", f"{base}/past/bias", [past, shown, hidden])
        _, order = counted("new", positions, 1)
        query = graph.node("Unsqueeze", f"{base}/query", [order, numbers[1]])
        new = graph.node("LessOrEqual", f"{base}/causal", [order, query])
        bias = graph.node("Where", f"{base}/causal/bias", [new, shown, hidden])
        # Heads that share keys lie one below the other: [heads / key heads * tokens, tokens].
        group = shape.heads // shape.kv_heads
        self._new_bias = graph.node("Concat", f"{base}/stacked", [bias] * group, axis=0) if group > 1 else bias
        self._zero, self._last_axis = (
            graph.constant(f"{base}/[{value}]", np.array([value], np.int64)) for value in (0, -1)
        )
        self._far = graph.constant(f"{base}/far", np.array([2**31 - 1], np.int64))

    def _past(self, number: int) -> list[str]:
        """The layer's inputs of keys and values."""
        shape = self._shape
        sizes = ["batch_size", shape.kv_heads, "past_sequence_length", shape.head_size]
        names = [f"past_key_values.{number}.{side}" for side in ("key", "value")]
        return [self._graph.input(name, self._kind, sizes) for name in names if not self._graph.has(name)] or names

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
        base = f"/model/layers.{number}/attn"
        heads = [self._linear(f"{base}/{name}_proj", getattr(attention, f"{name}_proj"), x) for name in "qkv"]
        attended = self._grouped_attention(number, heads) if self._grouped else self._plain_attention(number, heads)
        return self._linear(f"{base}/o_proj", attention.o_proj, attended)

    def _present(self, number: int) -> list[str]:
        """The layer's outputs of keys and values."""
        shape = self._shape
        names = [f"present.{number}.{side}" for side in ("key", "value")]
        length = "total_sequence_length" if self._grouped else "sequence_length"
        for name in names:
            sizes = ["batch_size", shape.kv_heads, length, shape.head_size]
            self._graph.output(name, self._kind, sizes)
        return names

    def _grouped_attention(self, number: int, heads: list[str]) -> str:
        shape, name = self._shape, f"/model/layers.{number}/attn/GroupQueryAttention"
        return self._graph.node(
            "GroupQueryAttention",
            name,
            [*heads, *self._past(number), self._seen, self._width, "cos_cache", "sin_cache"],
            [f"{name}/output_0", *self._present(number)],
            MICROSOFT,
            num_heads=shape.heads,
            kv_num_heads=shape.kv_heads,
            scale=shape.head_size**-0.5,
            do_rotary=1,
            rotary_interleaved=0,
        )

    def _plain_attention(self, number: int, heads: list[str]) -> str:
        graph, shape, base = self._graph, self._shape, f"/model/layers.{number}/attn"
        group, size = shape.heads // shape.kv_heads, shape.head_size

        def shaped(name: str, x: str, sizes: list[int]) -> str:
            label = ",".join(map(str, sizes))
            return graph.node("Reshape", name, [x, graph.constant(f"/model/sizes/{label}", np.array(sizes, np.int64))])

        def turned(name: str, x: str, count: int) -> str:
            rotary = [x, self._positions, "cos_cache", "sin_cache"]
            return graph.node("RotaryEmbedding", name, rotary, domain=MICROSOFT, num_heads=count, interleaved=0)

        query, key, value = heads
        scale = graph.constant("/model/scale", self._typed(np.array(size**-0.5, np.float32)))
        query = graph.node("Mul", f"{base}/scaled", [turned(f"{base}/q_rotary", query, shape.heads), scale])
        query = shaped(f"{base}/q_heads", query, [0, 0, shape.kv_heads, group, size])
        query = graph.node("Transpose", f"{base}/q_turned", [query], perm=[0, 2, 3, 1, 4])
        query = shaped(f"{base}/q_stacked", query, [0, shape.kv_heads, -1, size])
        key = turned(f"{base}/k_rotary", key, shape.kv_heads)
        new = []
        for side, x, present in zip("kv", (key, value), self._present(number), strict=True):
            x = shaped(f"{base}/{side}_heads", x, [0, 0, shape.kv_heads, size])
            new.append(graph.node("Transpose", f"{base}/{side}_turned", [x], [present], perm=[0, 2, 1, 3]))
        past = self._past(number)
        scores = []
        for side, keys, bias in (("past", past[0], self._past_bias), ("new", new[0], self._new_bias)):
            keys = graph.node("Transpose", f"{base}/{side}_keys", [keys], perm=[0, 1, 3, 2])
            product = graph.node("MatMul", f"{base}/{side}_scores", [query, keys])
            scores.append(graph.node("Add", f"{base}/{side}_masked", [product, bias]))
        joined = graph.node("Concat", f"{base}/scores", scores, axis=-1)
        weights = graph.node("Softmax", f"{base}/weights", [joined], axis=-1)
        mixed = []
        for side, values, ends in (
            ("past", past[1], (self._zero, self._room)),
            ("new", new[1], (self._room, self._far)),
        ):
            own = graph.node("Slice", f"{base}/{side}_weights", [weights, *ends, self._last_axis])
            mixed.append(graph.node("MatMul", f"{base}/{side}_mixed", [own, values]))
        mixed = graph.node("Add", f"{base}/mixed", mixed)
        # The number of tokens is what is left over: [rows, key heads, group, tokens, size].
        mixed = shaped(f"{base}/mixed_heads", mixed, [0, shape.kv_heads, group, -1, size])
        mixed = graph.node("Transpose", f"{base}/mixed_turned", [mixed], perm=[0, 3, 1, 2, 4])
        return shaped(f"{base}/mixed_all", mixed, [0, 0, shape.heads * size])

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
