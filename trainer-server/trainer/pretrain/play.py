"""Greedy generation for the measurement: many prompts at once, in fp32."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import Qwen2ForCausalLM

from .model import END_ID, PAD_ID

OPENING = "<|im_start|>assistant\n"
CALL = re.compile(r"<tool_call>(\{.*\})</tool_call>", re.DOTALL)


def read_call(text: str) -> dict[str, Any] | None:
    """The call of a turn in the canonical format, else None: for a figure of training, not the product's parser."""
    match = CALL.fullmatch(text)
    if not match:
        return None
    try:
        call = json.loads(match.group(1))
    except json.JSONDecodeError:
        return None
    whole = set(call) == {"name", "arguments"} and isinstance(call["arguments"], dict)
    return call if whole else None


class Player:
    """Nano with its tokenizer."""

    def __init__(self, model: Qwen2ForCausalLM, tokenizer: Tokenizer, batch: int = 64) -> None:
        self.model, self.tokenizer, self.batch = model, tokenizer, batch

    def _padded(self, prompts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        rows = [self.tokenizer.encode(text, add_special_tokens=False).ids for text in prompts]
        width = max(map(len, rows))
        ids = torch.tensor([[PAD_ID] * (width - len(row)) + row for row in rows])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
        return ids, mask

    @torch.no_grad()
    def say(self, conversations: Sequence[str], longest: int = 96) -> list[str]:
        """The next assistant turn of each conversation (text up to the turn's end)."""
        order = sorted(range(len(conversations)), key=lambda place: len(conversations[place]))
        said = [""] * len(conversations)
        for at in range(0, len(order), self.batch):
            places = order[at : at + self.batch]
            ids, mask = self._padded([conversations[place] + OPENING for place in places])
            # transformers gives this method to its models by a mixin that pyright cannot follow.
            out = self.model.generate(  # pyright: ignore[reportAttributeAccessIssue]
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=longest,
                do_sample=False,
                eos_token_id=END_ID,
                pad_token_id=PAD_ID,
            )
            for place, row in zip(places, out[:, ids.shape[1] :].tolist(), strict=True):
                end = row.index(END_ID) if END_ID in row else len(row)
                said[place] = self.tokenizer.decode(row[:end], skip_special_tokens=False)
        return said

    @torch.no_grad()
    def call_probability(self, conversations: Sequence[str]) -> list[float]:
        """P(a call begins) at the decision point of each conversation."""
        marker = self.tokenizer.token_to_id("<tool_call>")
        order = sorted(range(len(conversations)), key=lambda place: len(conversations[place]))
        found = [0.0] * len(conversations)
        for at in range(0, len(order), self.batch):
            places = order[at : at + self.batch]
            ids, mask = self._padded([conversations[place] + OPENING for place in places])
            positions = (mask.cumsum(1) - 1).clamp(min=0)
            logits = self.model(input_ids=ids, attention_mask=mask, position_ids=positions, logits_to_keep=1).logits
            for place, value in zip(places, logits[:, -1].softmax(-1)[:, marker].tolist(), strict=True):
                found[place] = value
        return found
