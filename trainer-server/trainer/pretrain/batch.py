"""Batches: one system turn and many separate questions in one row, so that the shared prefix is computed once.

A question sees the system turn and itself, and its positions go on from the system turn's end: to the model each
question is a conversation of its own, at a fraction of the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Tokenizer

from .attention import Layout
from .conversation import one_exchange, tool_list, turn
from .model import PAD_ID
from .tools import system_turn


@dataclass(frozen=True)
class Batch:
    """Tensors of one step. `picked` are flat places whose next token is trained, `targets` those tokens."""

    ids: torch.Tensor
    positions: torch.Tensor
    layout: Layout
    picked: torch.Tensor
    targets: torch.Tensor


def _encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


def make_batch(tokenizer: Tokenizer, rng: Random, rows: int, length: int, call_share: float = 0.58) -> Batch:
    """Draw `rows` rows of `length` tokens."""
    ids = torch.full((rows, length), PAD_ID, dtype=torch.long)
    positions = torch.zeros((rows, length), dtype=torch.long)
    layout: list[tuple[int, ...]] = []
    picked: list[int] = []
    targets: list[int] = []
    for place in range(rows):
        tools = tool_list(rng)
        tokens = _encode(tokenizer, turn("system", system_turn(tools)))
        start = at = len(tokens)
        ids[place, :at] = torch.tensor(tokens)
        positions[place, :at] = torch.arange(at)
        lengths, misses = [start], 0
        while misses < 3 and at < length - 20:
            tokens, said = [], []
            for piece in one_exchange(rng, tools, call_share):
                part = _encode(tokenizer, piece.text)
                tokens += part
                said += [piece.said] * len(part)
            if at + len(tokens) > length:
                misses += 1
                continue
            end = at + len(tokens)
            ids[place, at:end] = torch.tensor(tokens)
            positions[place, at:end] = torch.arange(start, start + len(tokens))
            lengths.append(len(tokens))
            for offset, is_said in enumerate(said):
                if is_said:
                    picked.append(place * length + at + offset - 1)
                    targets.append(tokens[offset])
            at = end
        layout.append((*lengths, length - at))
    return Batch(ids, positions, Layout(tuple(layout)), torch.tensor(picked), torch.tensor(targets))
