"""Reading a Hugging Face directory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer

from .errors import ConvertError
from .source import Source, build_model, check_config, describe_weights, encode_json

NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json")
TEXTS = (*NEEDED, "generation_config.json")
WEIGHTS = "model.safetensors"


def read_directory(path: Path) -> Source:
    """The checkpoint in a directory with one safetensors file; a ConvertError says what is wrong with it."""
    for name in (*NEEDED, WEIGHTS):
        if not (path / name).is_file():
            raise ConvertError(f"{path / name} is missing: give a directory with {', '.join(NEEDED)} and {WEIGHTS}.")
    texts = {name: (path / name).read_bytes() for name in TEXTS if (path / name).is_file()}
    config = _json(texts["config.json"], path / "config.json")
    check_config(config, str(path / "config.json"))
    texts["tokenizer_config.json"] = _with_template(path, texts["tokenizer_config.json"])
    tokenizer = _tokenizer(path / "tokenizer.json")
    model = build_model(config, _state(path / WEIGHTS), str(path / WEIGHTS))
    return Source(model, tokenizer, texts, describe_weights(path / WEIGHTS))


def _state(path: Path) -> dict[str, torch.Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise ConvertError(f"{path} is damaged ({error}): copy or download it again.") from error


def _tokenizer(path: Path) -> Tokenizer:
    # Not AutoTokenizer: it would replace the file's pre-tokenizer by that of the architecture's usual tokenizer.
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ConvertError(f"{path} cannot be read ({error}): copy or download it again.") from error


def _with_template(path: Path, data: bytes) -> bytes:
    # The page reads the chat template in tokenizer_config.json only.
    config = _json(data, path / "tokenizer_config.json")
    template = path / "chat_template.jinja"
    if "chat_template" in config or not template.is_file():
        return data
    config["chat_template"] = template.read_text("utf-8")
    return encode_json(config)


def _json(data: bytes, place: Path) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise ConvertError(f"{place} is no JSON ({error}): copy or download it again.") from error
    if not isinstance(value, dict):
        raise ConvertError(f"{place} is no JSON object: copy or download it again.")
    return value
