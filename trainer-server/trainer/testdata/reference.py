"""What PyTorch and PEFT answer with an adapter and without."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from peft.helpers import rescale_adapter_scale

from trainer.convert.errors import ConvertError
from trainer.convert.source import Source, describe_weights

NEW_TOKENS, TOP = 32, 5
WEIGHTS = "adapter_model.safetensors"


@torch.no_grad()
def greedy(model: Any, prompt: list[int], ends: Collection[int], count: int = NEW_TOKENS) -> dict[str, Any]:
    """At most `count` greedy tokens, an end token included.

    `gaps` are how far (in logits) each is ahead of the second choice: where that is near 0, another order of additions
    may choose otherwise. `first` are the highest logits behind the prompt.
    """
    tokens, gaps = list[int](), list[float]()
    newest, past = prompt, None
    first: dict[str, Any] = {}
    while len(tokens) < count and not (tokens and tokens[-1] in ends):
        step = model(input_ids=torch.tensor([newest]), past_key_values=past, use_cache=True)
        past, logits = step.past_key_values, step.logits[0, -1]
        top = logits.topk(TOP)
        values = top.values.tolist()
        first = first or {"ids": top.indices.tolist(), "logits": [round(value, 6) for value in values]}
        gaps.append(round(values[0] - values[1], 6))
        newest = [int(logits.argmax())]
        tokens += newest
    return {"tokens": tokens, "gaps": gaps, "first": first}


def read_prompts(path: Path) -> list[str]:
    """The texts of a JSON list; a ConvertError where it is none."""
    try:
        texts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConvertError(f"{path} cannot be read as JSON ({error}): give a JSON list of texts.") from error
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise ConvertError(f"{path} is no JSON list of texts: give one.")
    return texts


def make_reference(source: Source, adapter: Path, scale: float, texts: list[str]) -> dict[str, Any]:
    """Greedy tokens of base and adapted model for each text; the adapter's own scaling is multiplied by `scale`.

    `source`'s model is altered. A ConvertError where `adapter` is no directory that PEFT wrote.
    """
    for name in ("adapter_config.json", WEIGHTS):
        if not (adapter / name).is_file():  # PEFT would ask a hub
            raise ConvertError(f"{adapter} has no {name}: give a directory that PEFT wrote.")
    end = source.model.config.eos_token_id
    ends = end if isinstance(end, list) else [end]
    prompts = [source.tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    adapted = PeftModel.from_pretrained(source.model, str(adapter)).eval()
    with adapted.disable_adapter():
        base = [greedy(adapted, prompt, ends) for prompt in prompts]
    with rescale_adapter_scale(adapted, scale):
        changed = [greedy(adapted, prompt, ends) for prompt in prompts]
    rows = zip(texts, prompts, base, changed, strict=True)
    return {
        "model": source.weights,
        "adapter": describe_weights(adapter / WEIGHTS),
        "scale": scale,
        "count": NEW_TOKENS,
        "ends": ends,
        "rows": [{"text": text, "prompt": ids, "base": b, "adapted": a} for text, ids, b, a in rows],
    }
