"""The model: Qwen2's architecture at 5 million parameters, and its directory on disk."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import Qwen2Config, Qwen2ForCausalLM

from .tokenizer import SIZE, copy_tokenizer

PAD_ID, START_ID, END_ID = 0, 1, 2
SHAPE = {
    "vocab_size": SIZE,
    "hidden_size": 256,
    "intermediate_size": 800,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "head_dim": 32,
    "max_position_embeddings": 2048,
    "hidden_act": "silu",
    "rms_norm_eps": 1e-6,
    "tie_word_embeddings": True,
    "attention_dropout": 0.0,
    "initializer_range": 0.02,
    "use_cache": True,
    "use_sliding_window": False,
    "bos_token_id": None,
    "eos_token_id": END_ID,
    "pad_token_id": PAD_ID,
}


def new_model(seed: int) -> Qwen2ForCausalLM:
    """A model with seeded random weights, in fp32."""
    torch.manual_seed(seed)
    config = Qwen2Config(**SHAPE, rope_parameters={"rope_type": "default", "rope_theta": 10000.0})
    config._attn_implementation = "sdpa"
    return Qwen2ForCausalLM(config).float()


def save_model(model: Qwen2ForCausalLM, tokenizer_from: Path, directory: Path) -> None:
    """Write config, generation config, tokenizer and one safetensors file, the weights rounded to fp16."""
    directory.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        **SHAPE,
        "rope_theta": 10000.0,
        "rope_scaling": None,
        "torch_dtype": "float16",
    }
    (directory / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    generation = {"do_sample": False, "eos_token_id": END_ID, "pad_token_id": PAD_ID}
    (directory / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n", "utf-8")
    if tokenizer_from.resolve() != directory.resolve():
        copy_tokenizer(tokenizer_from, directory)
    weights = {
        name: value.detach().to(torch.float16).contiguous()
        for name, value in model.state_dict().items()
        if name != "lm_head.weight"
    }
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})


def load_rounded(directory: Path) -> Qwen2ForCausalLM:
    """The model of a directory, computed in fp32 from its fp16 weights."""
    model = new_model(0)
    weights = {name: value.float() for name, value in load_file(directory / "model.safetensors").items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ValueError(
            f"{directory}/model.safetensors: not nano's weights (unexpected {unexpected}, missing {missing})"
        )
    model.tie_weights()
    return model.eval()
