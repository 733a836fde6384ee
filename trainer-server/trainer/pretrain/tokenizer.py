"""The tokenizer: byte-level BPE of 1,024 tokens with single digits.

A space is never joined to the letters or the digit after it, and identifiers are one piece: so a word, a number or
a tool's name has the same tokens in the question and in the call, which makes copying exact.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from random import Random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from .conversation import row

PAD, START, END = "<|pad|>", "<|im_start|>", "<|im_end|>"
CONTROL = (PAD, START, END)
MARKERS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>")
SIZE = 1024
FILES = ("tokenizer.json", "tokenizer_config.json")
PIECES = r"\p{N}|[\p{L}_]+|[()\[\]]| ?[^\s\p{L}\p{N}_()\[\]]+|\s"
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message.role == 'tool' %}"
    "<|im_start|>user\n<tool_response>{{ message.content }}</tool_response><|im_end|>\n"
    "{% else %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def corpus(seed: int, rows: int) -> list[str]:
    """Training conversations as plain text."""
    rng = Random(seed)
    texts = []
    for _ in range(rows):
        sample = row(rng, 12)
        texts.append(sample.system + "".join(piece.text for exchange in sample.exchanges for piece in exchange))
    return texts


def train_tokenizer(seed: int = 1, rows: int = 1500) -> Tokenizer:
    """Learn the merges from the data's own text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=[*CONTROL, *MARKERS],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    marks = "|".join((*CONTROL, *MARKERS)).replace("<|", "<\\|").replace("|>", "\\|>")
    texts = [part for text in corpus(seed, rows) for part in re.split(marks, text)]
    tokenizer.train_from_iterator(texts, trainer)
    # The markers are ordinary text to a decoder (the parser must see them); the control tokens are not.
    tokenizer.add_tokens([AddedToken(mark, normalized=False, special=False) for mark in MARKERS])
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, directory: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json, chat template inside (transformers.js reads it there)."""
    directory.mkdir(parents=True, exist_ok=True)
    data = json.loads(tokenizer.to_str())
    for token in data["added_tokens"]:
        token["special"] = token["content"] in CONTROL
    (directory / "tokenizer.json").write_text(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8"
    )
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": None,
        "eos_token": END,
        "pad_token": PAD,
        "unk_token": None,
        "model_max_length": 2048,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def copy_tokenizer(source: Path, directory: Path) -> None:
    """Take over the tokenizer of a model directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(source / name, directory / name)
