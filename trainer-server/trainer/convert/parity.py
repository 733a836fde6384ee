"""The gate: what ONNX graphs say, compared with PyTorch in fp32 on the fixed prompts."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .errors import ConvertError
from .onnx_decoder import Ids, OnnxDecoder, Past
from .progress import Progress
from .prompts import prompts

NEW_TOKENS = 20
# Where PyTorch itself hardly prefers its choice, another order of additions may choose the other.
TIE = 1e-3


@dataclass(frozen=True)
class Reference:
    """Tokens behind a system turn (or the system turn itself, behind nothing), and PyTorch's choice after each."""

    before: bytes
    ids: Ids
    choices: Ids


@dataclass(frozen=True)
class Greedy:
    """Greedy tokens of the fp32 graph that are PyTorch's, and how many of them were ties of PyTorch's."""

    tokens: int
    ties: int


def check_greedy(
    decoder: OnnxDecoder, model: Any, tokenizer: Tokenizer, progress: Progress
) -> tuple[Greedy, list[Reference]]:
    """Let the fp32 graph answer each prompt, and PyTorch read prompt and answer in one pass.

    Where each token of an answer is PyTorch's choice after the tokens before it, the answer is PyTorch's greedy answer.
    A ConvertError where one is not.
    """
    rows = prompts()
    references, ties = list[Reference](), 0
    pasts: dict[bytes, tuple[Past, Any]] = {}
    for number, (system, rest) in enumerate(rows):
        progress.report(number / len(rows), f"Comparing with PyTorch, prompt {number + 1} of {len(rows)}")
        shared, prompt = (np.array(tokenizer.encode(text, add_special_tokens=False).ids) for text in (system, rest))
        before = shared.tobytes()
        if before not in pasts:
            choices, _, cache = _read(model, shared, None)
            _, past = decoder.forward(shared, None, np.array([0]))
            pasts[before] = past, cache
            references.append(Reference(b"", shared, choices))
        past, cache = pasts[before]
        answer = _answer(decoder, prompt, past)
        ids = np.concatenate([prompt, answer])[:-1]  # nothing is chosen after the last token
        choices, gaps, _ = _read(model, ids, copy.deepcopy(cache))
        differing = np.flatnonzero(choices[len(prompt) - 1 :] != answer) + len(prompt) - 1
        if (gaps[differing] >= TIE).any():
            raise ConvertError(
                f"The ONNX graph answers prompt {number + 1} otherwise than PyTorch: "
                "this model is not converted faithfully and cannot be offered."
            )
        ties += len(differing)
        references.append(Reference(before, ids, choices))
    return Greedy(len(rows) * NEW_TOKENS, ties), references


def _answer(decoder: OnnxDecoder, prompt: Ids, past: Past) -> Ids:
    """Greedy decoding as the page does it: the rest of the prompt behind the system turn, then token by token."""
    answer, newest = list[int](), prompt
    while len(answer) < NEW_TOKENS:
        logits, past = decoder.forward(newest, past, np.array([len(newest) - 1]))
        answer.append(int(logits[0].argmax()))
        newest = np.array(answer[-1:])
    return np.array(answer)


def _read(model: Any, ids: Ids, cache: Any) -> tuple[Ids, NDArray[np.float32], Any]:
    """PyTorch's choice after each token, how far ahead of its second choice, and its keys and values."""
    with torch.no_grad():
        step = model(input_ids=torch.from_numpy(ids)[None], past_key_values=cache, use_cache=True)
    top = step.logits[0].topk(2, dim=-1)
    return top.indices[:, 0].numpy(), (top.values[:, 0] - top.values[:, 1]).numpy(), step.past_key_values


def measure_agreement(decoder: OnnxDecoder, references: list[Reference], progress: Progress) -> dict[str, float | int]:
    """The share of positions, in prompts and answers, at which the graph's first choice is PyTorch's.

    A system turn that several prompts share counts once.
    """
    tokens = equal = 0
    pasts: dict[bytes, Past | None] = {b"": None}
    for number, reference in enumerate(references):
        progress.report(number / len(references), f"Comparing choices, {number + 1} of {len(references)}")
        positions = np.arange(len(reference.ids))
        logits, past = decoder.forward(reference.ids, pasts[reference.before], positions)
        if not reference.before:
            pasts[reference.ids.tobytes()] = past
        tokens += len(positions)
        equal += int((logits.argmax(axis=1) == reference.choices).sum())
    return {"agreement": round(equal / tokens, 4), "tokens": tokens}
