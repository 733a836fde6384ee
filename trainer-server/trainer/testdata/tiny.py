"""Tiny random models of four architectures as GGUF files, for runs of llama.cpp that take no time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGUFWriter
from tokenizers import Tokenizer, decoders, models, trainers
from tokenizers.pre_tokenizers import ByteLevel

from trainer.convert import calibration
from trainer.convert.gguf_tokenizer import CONTROL, PRE_TOKENIZERS, USER_DEFINED
from trainer.convert.prompts import prompts

PAD, START, END, OPEN, CLOSE = "<|pad|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"
SPECIAL = (PAD, START, END, OPEN, CLOSE)
PIECES = "smollm"
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SIZES = {
    "vocab_size": 512,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    # Wide enough that the likeliest token is far ahead of the second.
    "initializer_range": 0.2,
}
OUTSIDE_LAYERS = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
LAYER = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.qkv_proj": "attn_qkv",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


@dataclass(frozen=True)
class Tiny:
    """A random model and its tokenizer."""

    architecture: str
    model: Any
    tokenizer: Tokenizer


# Each architecture's classes, and what its config has besides the sizes.
ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("Llama", {"tie_word_embeddings": False}),
    "qwen2": ("Qwen2", {"tie_word_embeddings": True}),
    "starcoder2": (
        "Starcoder2",
        {"tie_word_embeddings": True, "use_bias": True, "residual_dropout": 0.0, "embedding_dropout": 0.0},
    ),
    "phi3": ("Phi3", {"tie_word_embeddings": False}),
}


def tiny_tokenizer() -> Tokenizer:
    """Byte-level BPE over this package's own texts: the same on every machine."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = PRE_TOKENIZERS[PIECES]()  # type: ignore[assignment]
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    texts = [
        Path(calibration.__file__).with_suffix(".txt").read_text("utf-8"),
        *(part for row in prompts() for part in row),
    ]
    trainer = trainers.BpeTrainer(
        vocab_size=SIZES["vocab_size"],
        special_tokens=list(SPECIAL),
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def tiny_model(architecture: str, seed: int) -> Tiny:
    """A random model in fp32 whose biases and norms matter, too."""
    import transformers

    name, more = ARCHITECTURES[architecture]
    torch.manual_seed(seed)
    config = getattr(transformers, f"{name}Config")(**SIZES, **more)
    model = getattr(transformers, f"{name}ForCausalLM")(config).eval()
    tokenizer = tiny_tokenizer()
    pieces = tiny_pieces(tokenizer)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if key.endswith("bias"):
                parameter.normal_(0, 0.1)
            elif "norm" in key:
                parameter.add_(torch.randn_like(parameter) * 0.1)
        # Pieces of characters get the logit 0, so they are never likely, as in a model that was trained.
        fragments = [i for i, piece in enumerate(pieces) if "\ufffd" in piece.decode("utf-8", "replace")]
        model.get_output_embeddings().weight[fragments] = 0.0
    return Tiny(architecture, model, tokenizer)


def tiny_pieces(tokenizer: Tokenizer) -> list[bytes]:
    """The bytes of each token."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable} | {chr(0x100 + i): byte for i, byte in enumerate(others)}
    tokens = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    return [token.encode() if token in SPECIAL else bytes(table[char] for char in token) for token, _ in tokens]


def write_gguf(tiny: Tiny, path: Path) -> None:
    """Write a model in fp32 as llama.cpp reads it."""
    config, kind = tiny.model.config, tiny.architecture
    writer = GGUFWriter(str(path), kind)
    # Not the architecture's own name: at "phi3" llama.cpp asks for that family's special tokens.
    writer.add_name("tiny test model")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_vocab_size(config.vocab_size)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(10000.0)
    if kind == "starcoder2":
        writer.add_layer_norm_eps(config.norm_epsilon)
    else:
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    _add_tokenizer(writer, tiny.tokenizer)
    for key, value in tiny.model.state_dict().items():
        if not (key == "lm_head.weight" and config.tie_word_embeddings):
            writer.add_tensor(_name(key), _turned(value.numpy(), key, tiny))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: GGUFWriter, tokenizer: Tokenizer) -> None:
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    merges: Sequence[Any] = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PIECES)
    writer.add_token_list([token for token, _ in vocabulary])
    kinds = {token: CONTROL if token.startswith("<|") else USER_DEFINED for token in SPECIAL}
    writer.add_token_types([kinds.get(token, 1) for token, _ in vocabulary])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(SIZES["bos_token_id"])
    writer.add_eos_token_id(SIZES["eos_token_id"])
    writer.add_pad_token_id(SIZES["pad_token_id"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)


def _name(key: str) -> str:
    base, kind = key.rsplit(".", 1)
    if base in OUTSIDE_LAYERS:
        return f"{OUTSIDE_LAYERS[base]}.{kind}"
    _, _, number, rest = base.split(".", 3)
    return f"blk.{number}.{LAYER[rest]}.{kind}"


def _turned(values: np.ndarray[Any, Any], key: str, tiny: Tiny) -> np.ndarray[Any, Any]:
    """Llama's queries and keys as GGUF has them: the two halves of a head interleaved."""
    if tiny.architecture != "llama" or not (".q_proj." in key or ".k_proj." in key):
        return np.ascontiguousarray(values)
    config = tiny.model.config
    heads = config.num_attention_heads if ".q_proj." in key else config.num_key_value_heads
    halves = values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(values.shape))
