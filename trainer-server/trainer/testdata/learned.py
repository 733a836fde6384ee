"""A short real training: nano learns to call by need, where its pretraining made the opener decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer

from trainer.convert.errors import ConvertError
from trainer.convert.source import Source
from trainer.pretrain.attention import NAME, Layout
from trainer.pretrain.batch import Batch
from trainer.pretrain.conversation import exchange, turn
from trainer.pretrain.evaluate import decisions
from trainer.pretrain.phrasing import ANSWER_OPENERS, CALL_OPENERS
from trainer.pretrain.play import Player
from trainer.pretrain.tasks import draw, served_by
from trainer.pretrain.tools import DEFAULT_TOOLS, system_turn
from trainer.pretrain.train import loss_of

from .adapter import Lora, save_adapter, with_lora

RATE, QUESTIONS = 3e-3, 32
MEASURED = 25


def batch_by_need(tokenizer: Tokenizer, rng: Random, questions: int = QUESTIONS) -> Batch:
    """One row of separate questions behind the default tools. Half need a tool; the opener says nothing about it."""

    def encode(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    ids = encode(turn("system", system_turn(DEFAULT_TOOLS)))
    start, lengths = len(ids), [len(ids)]
    positions, picked = list(range(start)), list[int]()
    for _ in range(questions):
        needs, before = rng.random() < 0.5, len(ids)
        while (task := draw(rng, tools=DEFAULT_TOOLS)).needs_tool != needs:
            pass
        opener = rng.choice(CALL_OPENERS + ANSWER_OPENERS)
        for piece in exchange(rng, task, opener, served_by(task, DEFAULT_TOOLS) if needs else None):
            part = encode(piece.text)
            if piece.said:
                picked += range(len(ids) - 1, len(ids) + len(part) - 1)
            ids += part
        lengths.append(len(ids) - before)
        positions += range(start, start + lengths[-1])
    row, places = torch.tensor([ids]), torch.tensor(picked)
    # Nothing is padded: the last part is empty.
    return Batch(row, torch.tensor([positions]), Layout(((*lengths, 0),)), places, row[0, places + 1])


def learn(source: Source, seed: int, steps: int, output: Path, tell: Callable[[str], None]) -> None:
    """Train an adapter (rank 8, all matrices, rate falling to 0) and write it; `source`'s model is altered.

    Tells the loss, and the decisions on held-out questions before and after. A ConvertError for a model that is not
    of nano's architecture.
    """
    model = source.model
    if model.config.model_type != "qwen2":
        raise ConvertError(f"The rows are nano's, not those of a {model.config.model_type} model: use --model nano.")
    player = Player(model, source.tokenizer)
    tell(f"before: {decisions(player, Random(seed), MEASURED)}")
    adapted = with_lora(model, Lora(), seed)
    optimizer = torch.optim.AdamW([p for p in adapted.parameters() if p.requires_grad], lr=RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    usual, model.config._attn_implementation = model.config._attn_implementation, NAME
    for step in range(steps):
        loss = loss_of(model, batch_by_need(source.tokenizer, Random(f"{seed}:{step}")))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(adapted.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        tell(f"step {step + 1} of {steps}, loss {loss.item():.4f}")
    model.config._attn_implementation = usual
    tell(f"after: {decisions(player, Random(seed), MEASURED)}")
    save_adapter(adapted, output)
