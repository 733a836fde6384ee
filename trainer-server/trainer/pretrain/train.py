"""Training: a constant learning rate with a linear decay at the end, so that a run can be extended.

The data of a step depend on (seed, step, worker) alone, so a resumed run goes on exactly where it stopped. Two workers
of one thread each share a step: on a busy machine that is far faster than two threads that wait for each other.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch
import torch.distributed as dist
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch.multiprocessing.spawn import spawn
from transformers import Qwen2ForCausalLM

from .attention import NAME
from .batch import Batch, Mix, make_batch
from .model import load_rounded, new_model, save_model
from .muon import Muon
from .told import Told, read_told


@dataclass(frozen=True)
class Recipe:
    """What a run is. `decay` steps at the end lower the rates to zero; the others hold after `warmup`.

    The shares are those of `Mix`: bare small sums all along, for they take longest; from step `late_from` on, when
    copying has begun, short answers by head, more of the default pair and told conversations. `names`, `stated` and
    `told` belong to the later stages, which go on from the weights of the one before.
    """

    seed: int = 1
    steps: int = 2100
    warmup: int = 60
    decay: int = 950
    rows: int = 6
    length: int = 960
    workers: int = 2
    matrix_rate: float = 3e-3
    other_rate: float = 2e-3
    weight_decay: float = 0.01
    call_share: float = 0.58
    late_from: int = 500
    drills: float = 0.25
    by_head: float = 0.2
    settle: float = 0.4
    names: float = 0.0
    binding: float = 0.0
    stated: float = 0.0
    told: float = 0.0

    def mix(self, step: int) -> Mix:
        """The shares at a step."""
        late = step >= self.late_from
        return Mix(
            drills=self.drills,
            by_head=self.by_head if late else 0.0,
            settle=self.settle if late else 0.0,
            names=self.names,
            binding=self.binding,
            told=self.told if late else 0.0,
            stated=self.stated,
            call_share=self.call_share,
        )


@dataclass(frozen=True)
class Sources:
    """What a run reads: a checkpoint to go on from, weights to start from (a model's directory), told conversations."""

    resume: Path | None = None
    start: Path | None = None
    told: Path | None = None


def rate_at(recipe: Recipe, step: int) -> float:
    """The share of the full learning rate at a step."""
    left = (recipe.steps - step) / recipe.decay if recipe.decay else 1.0
    return max(0.0, min(1.0, (step + 1) / recipe.warmup, left))


def arithmetic() -> str:
    """bf16 where this CPU computes it in hardware, else fp32: emulated, it is three times slower than fp32."""
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "fp32"


def loss_of(model: Qwen2ForCausalLM, batch: Batch) -> torch.Tensor:
    """Cross entropy of the trained tokens; the vocabulary is only computed where one is trained."""
    with torch.autocast("cpu", torch.bfloat16, enabled=arithmetic() == "bf16"):
        hidden = model.model(
            input_ids=batch.ids,
            attention_mask={"full_attention": batch.layout},
            position_ids=batch.positions,
            use_cache=False,
        ).last_hidden_state
        picked = hidden.reshape(-1, hidden.shape[-1])[batch.picked]
        logits = F.linear(picked, model.lm_head.weight)
    return F.cross_entropy(logits.float(), batch.targets)


def optimizers(model: Qwen2ForCausalLM, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for embeddings, norms and biases."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        (matrices if parameter.ndim == 2 and "layers" in name else others).append(parameter)
    return [
        Muon(matrices, lr=recipe.matrix_rate, weight_decay=recipe.weight_decay),
        torch.optim.AdamW(others, lr=recipe.other_rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def average(model: Qwen2ForCausalLM, loss: torch.Tensor) -> float:
    """Replace each worker's gradients by the mean of all; returns the mean loss."""
    grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    flat = torch.cat([loss.reshape(1), *(grad.reshape(-1) for grad in grads)])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for grad, part in zip(grads, flat[1:].split([grad.numel() for grad in grads]), strict=True):
        grad.copy_(part.view_as(grad))
    return float(flat[0])


class Trainer:
    """One run: model, optimizers, step and the losses so far."""

    def __init__(
        self,
        recipe: Recipe,
        tokenizer: Tokenizer,
        worker: int = 0,
        start: Path | None = None,
        told: Sequence[Told] = (),
    ) -> None:
        self.recipe, self.tokenizer, self.worker, self.told = recipe, tokenizer, worker, told
        self.model = load_rounded(start).train() if start else new_model(recipe.seed)
        self.model.config._attn_implementation = NAME
        self.optimizers = optimizers(self.model, recipe)
        self.base_rates = [group["lr"] for optimizer in self.optimizers for group in optimizer.param_groups]
        self.step = 0
        self.losses: list[float] = []

    def one_step(self) -> float:
        """Train on the next step's data; returns its loss."""
        recipe = self.recipe
        rng = Random(f"{recipe.seed}:{self.step}:{self.worker}")
        rows = recipe.rows // recipe.workers
        batch = make_batch(self.tokenizer, rng, rows, recipe.length, recipe.mix(self.step), self.told)
        share = rate_at(recipe, self.step)
        groups = [group for optimizer in self.optimizers for group in optimizer.param_groups]
        for group, rate in zip(groups, self.base_rates, strict=True):
            group["lr"] = rate * share
        loss = loss_of(self.model, batch)
        loss.backward()
        value = average(self.model, loss.detach()) if recipe.workers > 1 else float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.losses.append(value)
        return value

    def save(self, file: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "losses": self.losses,
        }
        part = file.with_suffix(".part")
        torch.save(state, part)
        part.replace(file)

    def restore(self, file: Path) -> None:
        """Go on from a checkpoint; the recipe may be longer than the one that wrote it."""
        state = torch.load(file, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.losses = state["step"], state["losses"]


def run(recipe: Recipe, directory: Path, sources: Sources, save_every: int = 100) -> None:
    """Train to the recipe's end; writes checkpoint.pt, log.jsonl and, at the end, the model's directory.

    `directory`/tokenizer must hold the tokenizer.
    """
    record = {**asdict(recipe), "arithmetic": arithmetic()}
    (directory / "recipe.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    if recipe.workers == 1:
        _work(0, recipe, directory, sources, save_every)
        return
    meeting = directory / "meeting"
    meeting.unlink(missing_ok=True)
    spawn(_work, (recipe, directory, sources, save_every), nprocs=recipe.workers)


def _work(worker: int, recipe: Recipe, directory: Path, sources: Sources, save_every: int) -> None:
    if recipe.workers > 1:
        torch.set_num_threads(1)
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        meeting = f"file://{directory.resolve() / 'meeting'}"
        dist.init_process_group("gloo", meeting, rank=worker, world_size=recipe.workers)
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer" / "tokenizer.json"))
    told = read_told(sources.told) if sources.told else ()
    trainer = Trainer(recipe, tokenizer, worker, sources.start, told)
    if sources.resume:
        trainer.restore(sources.resume)
    began, first = time.monotonic(), trainer.step
    parent = os.getppid()
    while trainer.step < recipe.steps:
        if recipe.workers > 1 and os.getppid() != parent:
            return  # the command was ended: do not train on alone
        trainer.one_step()
        if worker:
            continue
        if trainer.step % 20 == 0:
            recent, seconds = trainer.losses[-20:], time.monotonic() - began
            entry = {
                "step": trainer.step,
                "loss": round(sum(recent) / len(recent), 4),
                "tokens_per_s": round((trainer.step - first) * recipe.rows * recipe.length / seconds),
                "seconds": round(seconds),
            }
            with (directory / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
        if trainer.step % save_every == 0:
            trainer.save(directory / "checkpoint.pt")
    if worker == 0:
        trainer.save(directory / "checkpoint.pt")
        save_model(trainer.model, directory / "tokenizer", directory / "model")
    if recipe.workers > 1:
        dist.destroy_process_group()
