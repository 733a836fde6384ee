"""A checkpoint that can be converted, and what is checked of one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from .errors import ConvertError

ARCHITECTURES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}


@dataclass(frozen=True)
class Source:
    """A checkpoint: the model in fp32, its tokenizer, and the small files that go beside the graphs."""

    model: Any
    tokenizer: Tokenizer
    texts: dict[str, bytes]
    weights: dict[str, str]
    """Name and sha256 of the file that the weights come from."""


def describe_weights(path: Path) -> dict[str, str]:
    """Name and sha256 of a file of weights."""
    return {"file": path.name, "sha256": digest(path)}


def digest(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encode_json(value: Any) -> bytes:
    """Indented JSON as it is written to disk."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def check_config(config: dict[str, Any], place: str) -> None:
    """Refuse, with a ConvertError, what the graph's writer does not know."""
    kind = config.get("model_type")
    if kind not in ARCHITECTURES:
        raise ConvertError(
            f"{place} describes a model of type {kind!r}: only {' and '.join(ARCHITECTURES)} can be converted."
        )
    if config.get("hidden_act", "silu") != "silu":
        raise ConvertError(f"{place} has the activation {config['hidden_act']!r}: only silu can be converted.")
    if config.get("use_sliding_window"):
        raise ConvertError(
            f"{place} asks for sliding windows, which cannot be converted: set use_sliding_window: false."
        )
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    scaling = rope.get("rope_type") or rope.get("type") or "default"
    if scaling not in ("default", "linear", "llama3"):
        raise ConvertError(f"{place} scales its rotary positions by {scaling!r}: only default, linear and llama3 work.")


def build_model(config: dict[str, Any], state: dict[str, torch.Tensor], place: str) -> Any:
    """A model in fp32 with these weights; a ConvertError when they do not fit the config."""
    import transformers

    model_class = getattr(transformers, ARCHITECTURES[config["model_type"]])
    try:
        # Made without memory, and given the weights themselves: no time goes into random numbers that are overwritten.
        with torch.device("meta"):
            model = model_class(model_class.config_class(**config))
        wide = {name: value.float() for name, value in state.items()}
        missing, unexpected = model.load_state_dict(wide, strict=False, assign=True)
    except Exception as error:  # the library checks configs with errors of its own, which share no narrower class
        reason = str(error).strip().split("\n")[-1].strip().rstrip(".")
        raise ConvertError(f"{place} does not fit its config ({reason}): use files of one model.") from error
    tied = {"lm_head.weight"} if model.config.tie_word_embeddings else set[str]()
    wrong = [*unexpected, *(name for name in missing if name not in tied)]
    if wrong:
        raise ConvertError(f"{place} does not fit its config (tensor {wrong[0]}): use files of one model.")
    model.tie_weights()
    # Its frequencies are computed from the config, not loaded.
    model.model.rotary_emb = type(model.model.rotary_emb)(config=model.config)
    return model.eval()
