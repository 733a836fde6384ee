"""Attention for rows that hold many separate questions behind one system turn.

A question's tokens look at the system turn and at themselves, so each is a small dense block of its own: a third of
the work of one masked square over the whole row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import AttentionInterface

NAME = "shared_prefix"


@dataclass(frozen=True)
class Layout:
    """Lengths of a batch's parts. For each row: the system turn, each question, and the padding (may be 0)."""

    rows: tuple[tuple[int, ...], ...]


def _block(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scaling: float) -> torch.Tensor:
    """Plain causal attention of [heads, own, dim] queries over the last `own` and all earlier keys."""
    own, seen = query.shape[1], key.shape[1]
    hidden = torch.ones(own, seen, dtype=torch.bool).triu(seen - own + 1)
    scores = (query * scaling) @ key.transpose(1, 2)
    return torch.softmax(scores.masked_fill(hidden, -1e30), dim=-1, dtype=torch.float32).to(value.dtype) @ value


def shared_prefix_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: Layout,
    scaling: float,
    dropout: float = 0.0,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """[rows, heads, length, dim] in, [rows, length, heads, dim] out. `attention_mask` is the layout."""
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    outputs = []
    for place, lengths in enumerate(attention_mask.rows):
        parts = [list(whole[place].split(lengths, dim=1)) for whole in (query, key, value)]
        q, k, v = parts
        row = [_block(q[0], k[0], v[0], scaling)]
        for own in range(1, len(lengths) - 1):
            row.append(_block(q[own], torch.cat((k[0], k[own]), 1), torch.cat((v[0], v[own]), 1), scaling))
        row.append(v[-1])  # padding: any value, nothing looks at it
        outputs.append(torch.cat(row, dim=1))
    return torch.stack(outputs).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, shared_prefix_attention)  # type: ignore[arg-type]
