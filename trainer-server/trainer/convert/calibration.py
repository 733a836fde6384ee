"""What four-bit rounding looks at: how the inputs of each matrix vary together on ordinary text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn

from .decoder import matrices
from .gptq import FourBit, quantize, sequence_factor
from .progress import Progress

LENGTH = 256
# What is lost in these weighs most: SmolLM2-135M in four bits chooses 0.87 of the tokens right, with eight here 0.93.
KEPT = ("v_proj", "down_proj")
Hook = Callable[[nn.Module, tuple[torch.Tensor, ...]], None]


def calibration_ids(tokenizer: Tokenizer) -> list[list[int]]:
    """Pieces of at most LENGTH tokens of the package's text: chats with and without tools, prose, code."""
    text = Path(__file__).with_name("calibration.txt").read_text("utf-8")
    rows = [tokenizer.encode(part.strip("\n") + "\n", add_special_tokens=False).ids for part in text.split("\n=====\n")]
    return [row[at : at + LENGTH] for row in rows for at in range(0, len(row), LENGTH)]


def four_bit_layers(model: Any, tokenizer: Tokenizer, progress: Progress) -> dict[str, FourBit]:
    """Each layer's matrices but KEPT, rounded to four bits, by the name of the node that multiplies with them."""
    moments = _moments(model, calibration_ids(tokenizer), progress.part(0.0, 0.4))
    rounded: dict[str, FourBit] = {}
    named = [(name, linear) for name, linear in matrices(model) if not name.endswith(KEPT)]
    factor = torch.empty(0)
    for number, (name, linear) in enumerate(named):
        progress.report(0.4 + 0.6 * number / len(named), f"Rounding matrix {number + 1} of {len(named)} to four bits")
        # Matrices that read the same input come one after the other.
        if name in moments:
            factor = sequence_factor(moments.pop(name))
        rounded[f"{name}/MatMul"] = quantize(linear.weight.detach(), factor)
    return rounded


def _moments(model: Any, rows: list[list[int]], progress: Progress) -> dict[str, torch.Tensor]:
    """Second moments [inputs, inputs] of the input of each matrix that is the first to read it."""
    sums: dict[str, torch.Tensor] = {}

    def watch(name: str) -> Hook:
        def add(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            x = inputs[0].reshape(-1, inputs[0].shape[-1])
            sums[name] = sums.get(name, torch.zeros(())) + x.T @ x

        return add

    first = ("q_proj", "o_proj", "gate_proj")
    hooks = [m.register_forward_pre_hook(watch(name)) for name, m in matrices(model) if name.endswith(first)]
    try:
        with torch.no_grad():
            for number, row in enumerate(rows):
                progress.report(number / len(rows), f"Reading calibration text {number + 1} of {len(rows)}")
                model.model(input_ids=torch.tensor([row]), use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return sums
