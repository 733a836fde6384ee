"""The gate: what ONNX graphs say, compared with PyTorch in fp32 on the fixed prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from .errors import ConvertError
from .onnx_decoder import Ids, OnnxDecoder
from .progress import Progress
from .prompts import prompts

NEW_TOKENS = 20
# Where PyTorch itself hardly prefers its choice, another order of additions may choose the other.
TIE = 1e-3


@dataclass(frozen=True)
class Reference:
    """A prompt with its greedy answer, and PyTorch's choice after each of its tokens."""

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
    references, ties = [], 0
    for number, (system, rest) in enumerate(rows):
        progress.report(number / len(rows), f"Comparing with PyTorch, prompt {number + 1} of {len(rows)}")
        pieces = [np.array(tokenizer.encode(text, add_special_tokens=False).ids, np.int64) for text in (system, rest)]
        prompt, answer = np.concatenate(pieces), _answer(decoder, pieces)
        ids = np.concatenate([prompt, answer])[:-1]  # nothing is chosen after the last token
        choices, gaps = _read(model, ids)
        differing = np.flatnonzero(choices[len(prompt) - 1 :] != answer) + len(prompt) - 1
        if (gaps[differing] >= TIE).any():
            raise ConvertError(
                f"The ONNX graph answers prompt {number + 1} otherwise than PyTorch: "
                "this model is not converted faithfully and cannot be offered."
            )
        ties += len(differing)
        references.append(Reference(ids, choices))
    return Greedy(len(rows) * NEW_TOKENS, ties), references


def _answer(decoder: OnnxDecoder, pieces: list[Ids]) -> Ids:
    """Greedy decoding as the page does it: the system turn, the rest behind it, then token by token."""
    past, answer, fed = None, list[int](), pieces
    while len(answer) < NEW_TOKENS:
        *before, newest = fed
        for piece in before:
            _, past = decoder.forward(piece, past, np.array([len(piece) - 1]))
        logits, past = decoder.forward(newest, past, np.array([len(newest) - 1]))
        answer.append(int(logits[0].argmax()))
        fed = [np.array(answer[-1:])]
    return np.array(answer)


def _read(model: Any, ids: Ids) -> tuple[Ids, NDArray[np.float32]]:
    with torch.no_grad():
        top = model(input_ids=torch.from_numpy(ids)[None], use_cache=False).logits[0].topk(2, dim=-1)
    return top.indices[:, 0].numpy(), (top.values[:, 0] - top.values[:, 1]).numpy()


def measure_agreement(decoder: OnnxDecoder, references: list[Reference], progress: Progress) -> dict[str, float | int]:
    """The share of positions, in prompts and answers, at which the graph's first choice is PyTorch's."""
    tokens = equal = 0
    for number, reference in enumerate(references):
        progress.report(number / len(references), f"Comparing choices, prompt {number + 1} of {len(references)}")
        logits, _ = decoder.forward(reference.ids, None, np.arange(len(reference.ids)))
        tokens += len(reference.ids)
        equal += int((logits.argmax(axis=1) == reference.choices).sum())
    return {"agreement": round(equal / tokens, 4), "tokens": tokens}
