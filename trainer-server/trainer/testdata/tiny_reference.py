"""The tiny models' files, and what PyTorch answers with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel

from trainer.convert.errors import ConvertError
from trainer.pretrain.conversation import turn

from .adapter import Lora, randomise, save_adapter, with_lora
from .tiny import ARCHITECTURES, END, Tiny, tiny_model, tiny_pieces, write_gguf

QUESTIONS = (
    "Hi, what is 3 + 4?",
    "print(sum(range(5)))",
    "Naïve café: 12 × 3?",
    "What is a list, and what is a tuple?",
)
SYSTEM = "Answer the user."
NEW_TOKENS, TOP = 16, 5
# Where q, k and v are one matrix, or the MLP has other ones, PEFT's names are not those of the page.
ADAPTED = ("llama", "qwen2")
LORA, STRENGTH, SCALE = Lora(rank=4, alpha=6, rslora=True), 0.5, 0.5


def make_tiny(output: Path, seed: int, architectures: Sequence[str]) -> None:
    """Write NAME.gguf of each architecture, an adapter for some in NAME/, and reference.json."""
    for name in architectures:
        if name not in ARCHITECTURES:
            raise ConvertError(f"--architectures: {name!r} is none of {', '.join(ARCHITECTURES)}.")
    output.mkdir(parents=True, exist_ok=True)
    rows = {name: _make(name, seed, output) for name in architectures}
    reference = {"system": SYSTEM, "scale": SCALE, "models": rows}
    (output / "reference.json").write_text(json.dumps(reference, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _make(name: str, seed: int, output: Path) -> list[dict[str, Any]]:
    tiny = tiny_model(name, seed)
    write_gguf(tiny, output / f"{name}.gguf")
    prompts = [_encode(tiny, question) for question in QUESTIONS]
    base = [_greedy(tiny, tiny.model, ids) for ids in prompts]
    rows = [
        {"question": question, "prompt": len(ids), "base": answer}
        for question, ids, answer in zip(QUESTIONS, prompts, base, strict=True)
    ]
    if name not in ADAPTED:
        return rows
    tiny.model.name_or_path = name
    adapted = with_lora(tiny.model, LORA, seed)
    randomise(adapted, seed, STRENGTH)
    save_adapter(adapted, output / name)
    for kind, scale in (("adapted", 1.0), ("half", SCALE)):
        _scale(adapted, scale)
        for row, ids in zip(rows, prompts, strict=True):
            row[kind] = _greedy(tiny, adapted, ids)
        _scale(adapted, 1 / scale)
    return rows


def _scale(adapted: PeftModel, factor: float) -> None:
    for module in adapted.modules():
        if hasattr(module, "scale_layer"):
            module.scale_layer(factor)  # type: ignore[operator]


def _encode(tiny: Tiny, question: str) -> list[int]:
    text = turn("system", SYSTEM) + turn("user", question) + "<|im_start|>assistant\n"
    return tiny.tokenizer.encode(text, add_special_tokens=False).ids


@torch.no_grad()
def _greedy(tiny: Tiny, model: Any, prompt: list[int]) -> dict[str, Any]:
    """Greedy tokens among those that go on as UTF-8 text, as llama.cpp can return no others; an end token included.

    `gaps` are how far (in logits) each is ahead of the second choice. `first` are the likeliest tokens behind the
    prompt, whatever they are, with their probabilities.
    """
    pieces = tiny_pieces(tiny.tokenizer)
    end = tiny.tokenizer.token_to_id(END)
    tokens, gaps, text = list[int](), list[float](), b""
    first: dict[str, Any] = {}
    while len(tokens) < NEW_TOKENS and end not in tokens:
        logits = model(input_ids=torch.tensor([prompt + tokens])).logits[0, -1].double()
        if not first:
            top = logits.softmax(-1).topk(TOP)
            first = {"ids": top.indices.tolist(), "probabilities": [round(value, 7) for value in top.values.tolist()]}
        choices = [i for i in logits.argsort(descending=True).tolist() if i == end or _goes_on(text + pieces[i])]
        gaps.append(round((logits[choices[0]] - logits[choices[1]]).item(), 6))
        tokens.append(choices[0])
        text += pieces[choices[0]]
    return {"tokens": tokens, "gaps": gaps, "first": first}


def _goes_on(text: bytes) -> bool:
    """Whether bytes are UTF-8 without NUL, but for a last character that may still be completed."""
    if b"\0" in text:
        return False
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
