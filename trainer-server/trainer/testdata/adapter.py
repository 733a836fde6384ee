"""Random LoRA adapters, written by PEFT itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora import LoraLayer

from trainer.convert.decoder import matrices
from trainer.convert.errors import ConvertError

ALL_LINEAR = "all-linear"
NAME = "default"


@dataclass(frozen=True)
class Lora:
    """What an adapter is: LoRA (Hu et al. 2021), scaled by alpha / rank or (rsLoRA, Kalajdzievski 2023) its root."""

    rank: int = 8
    alpha: int = 16
    rslora: bool = False
    targets: str = ALL_LINEAR
    """`all-linear`, or comma-separated names of matrices."""


def with_lora(model: Any, lora: Lora, seed: int) -> PeftModel:
    """The model with a fresh adapter that changes nothing yet; the model itself is altered.

    A ConvertError where a target is no matrix of the model: PEFT overlooks a wrong name beside a right one.
    """
    names = [] if lora.targets == ALL_LINEAR else lora.targets.split(",")
    known = dict.fromkeys(name.rsplit("/", 1)[-1] for name, _ in matrices(model))
    for name in names:
        if name not in known:
            raise ConvertError(f"--targets: the model has no matrix {name!r}: choose from {', '.join(known)}.")
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=lora.rank,
        lora_alpha=lora.alpha,
        use_rslora=lora.rslora,
        target_modules=names or ALL_LINEAR,
    )
    torch.manual_seed(seed)
    adapted = get_peft_model(model, config)
    assert isinstance(adapted, PeftModel)
    return adapted


@torch.no_grad()
def randomise(adapted: PeftModel, seed: int, strength: float) -> None:
    """Draw both factors anew: what is added to a matrix has `strength` times the matrix's Frobenius norm."""
    random = torch.Generator().manual_seed(seed)
    for module in adapted.modules():
        if not isinstance(module, LoraLayer):
            continue
        factors: tuple[Any, Any] = module.lora_A[NAME].weight, module.lora_B[NAME].weight
        a, b = factors
        for factor in factors:
            factor.normal_(0, factor.shape[1] ** -0.5, generator=random)
        matrix: Any = module.get_base_layer().weight
        b *= strength * matrix.norm() / (module.scaling[NAME] * (b @ a)).norm()


def save_adapter(adapted: PeftModel, output: Path) -> None:
    """Write adapter_config.json and adapter_model.safetensors, the same bytes in every process."""
    config: Any = adapted.peft_config[NAME]
    # A set of strings has another order in each process.
    config.target_modules = sorted(config.target_modules)
    # Whether the embedding is to be saved too would be asked of a hub.
    adapted.save_pretrained(str(output), save_embedding_layers=False)


def random_adapter(model: Any, lora: Lora, seed: int, strength: float, output: Path) -> None:
    """Write a random adapter of `model`, which is altered."""
    adapted = with_lora(model, lora, seed)
    randomise(adapted, seed, strength)
    save_adapter(adapted, output)
