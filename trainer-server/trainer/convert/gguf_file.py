"""Reading a GGUF file: its weights widened to fp32, its metadata as config and tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray

from .errors import ConvertError
from .gguf_tokenizer import read_tokenizer
from .source import ARCHITECTURES, Source, build_model, check_config, describe_weights, encode_json

NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
OUTSIDE_LAYERS = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


class Metadata:
    """The key-value pairs of a GGUF file."""

    def __init__(self, reader: GGUFReader, path: Path) -> None:
        self._fields, self._path = reader.fields, path

    def get(self, key: str) -> Any:
        """A value, or None where there is none."""
        field = self._fields.get(key)
        return None if field is None else field.contents()

    def need(self, key: str) -> Any:
        """A value; a ConvertError where there is none."""
        value = self.get(key)
        if value is None:
            raise ConvertError(f"{self._path} has no {key}: use a complete GGUF file of a chat model.")
        return value


def read_gguf(path: Path) -> Source:
    """The checkpoint in a GGUF file; a ConvertError says what is wrong with it."""
    try:
        reader = GGUFReader(path)
    except (ValueError, OSError, IndexError, KeyError) as error:
        raise ConvertError(f"{path} cannot be read as GGUF ({error}): copy or download it again.") from error
    metadata = Metadata(reader, path)
    config = _config(metadata, path, {str(tensor.name) for tensor in reader.tensors})
    tokenizer, tokenizer_config = read_tokenizer(metadata, config["max_position_embeddings"])
    state = {}
    for tensor in reader.tensors:
        name = _name(tensor.name, path)
        values = dequantize(tensor.data, tensor.tensor_type)
        state[name] = torch.from_numpy(_turned(values, name, config).astype(np.float32))
    model = build_model(config, state, str(path))
    generation = {key: config[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")}
    texts = {
        "config.json": encode_json(config),
        "generation_config.json": encode_json({"do_sample": False, **generation}),
        "tokenizer.json": tokenizer.to_str().encode() + b"\n",
        "tokenizer_config.json": encode_json(tokenizer_config),
    }
    return Source(model, tokenizer, texts, describe_weights(path))


def _config(metadata: Metadata, path: Path, tensors: set[str]) -> dict[str, Any]:
    kind = metadata.need("general.architecture")
    check_config({"model_type": kind}, str(path))
    if metadata.get(f"{kind}.rope.scaling.type") not in (None, "none") or "rope_freqs.weight" in tensors:
        raise ConvertError(f"{path} scales its rotary positions, which is read from Hugging Face directories only.")
    heads, hidden = metadata.need(f"{kind}.attention.head_count"), metadata.need(f"{kind}.embedding_length")
    return {
        "architectures": [ARCHITECTURES[kind]],
        "model_type": kind,
        "vocab_size": len(metadata.need("tokenizer.ggml.tokens")),
        "hidden_size": hidden,
        "intermediate_size": metadata.need(f"{kind}.feed_forward_length"),
        "num_hidden_layers": metadata.need(f"{kind}.block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": metadata.get(f"{kind}.attention.head_count_kv") or heads,
        "head_dim": metadata.get(f"{kind}.rope.dimension_count") or hidden // heads,
        "hidden_act": "silu",
        "max_position_embeddings": metadata.need(f"{kind}.context_length"),
        "rms_norm_eps": float(f"{metadata.need(f'{kind}.attention.layer_norm_rms_epsilon'):.6g}"),
        "rope_theta": metadata.get(f"{kind}.rope.freq_base") or 10000.0,
        "rope_scaling": None,
        "tie_word_embeddings": "output.weight" not in tensors,
        "bos_token_id": metadata.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": metadata.need("tokenizer.ggml.eos_token_id"),
        "pad_token_id": metadata.get("tokenizer.ggml.padding_token_id"),
        "torch_dtype": "float32",
    }


def _name(name: str, path: Path) -> str:
    """`blk.3.attn_q.weight` is `model.layers.3.self_attn.q_proj.weight`."""
    *front, part, kind = name.split(".")
    if len(front) == 2 and front[0] == "blk" and part in NAMES:
        return f"model.layers.{front[1]}.{NAMES[part]}.{kind}"
    if not front and part in OUTSIDE_LAYERS:
        return f"{OUTSIDE_LAYERS[part]}.{kind}"
    raise ConvertError(f"{path} has the tensor {name}, which this architecture does not know: use another file.")


def _turned(values: NDArray[Any], name: str, config: dict[str, Any]) -> NDArray[Any]:
    """Llama's queries and keys as Hugging Face has them: GGUF stores the two halves of a head interleaved."""
    if config["model_type"] != "llama" or name.split(".")[-2] not in ("q_proj", "k_proj"):
        return values
    heads = config["num_attention_heads" if ".q_proj." in name else "num_key_value_heads"]
    pairs = values.reshape(heads, values.shape[0] // heads // 2, 2, *values.shape[1:])
    return pairs.swapaxes(1, 2).reshape(values.shape)
