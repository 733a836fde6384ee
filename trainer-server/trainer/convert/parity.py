"""The gate: what an ONNX graph says, compared with PyTorch in fp32 on the fixed prompts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from .errors import ConvertError
from .progress import Progress
from .prompts import prompts
from .source import Source

NEW_TOKENS = 20
# Where PyTorch itself hardly prefers its choice, another order of additions may choose the other.
TIE = 1e-3
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Reference:
    """PyTorch's greedy answer to one prompt, and its choice at every position of prompt and answer."""

    system: int
    prompt: int
    ids: Ids
    choices: Ids
    gaps: NDArray[np.float32]


def make_references(source: Source, progress: Progress) -> list[Reference]:
    """Greedy answers of at most NEW_TOKENS tokens to each prompt."""
    rows = prompts()
    references = []
    for number, (system, rest) in enumerate(rows):
        progress.report(number / len(rows), f"PyTorch answers prompt {number + 1} of {len(rows)}")
        first = source.tokenizer.encode(system, add_special_tokens=False).ids
        ids = first + source.tokenizer.encode(rest, add_special_tokens=False).ids
        references.append(_answer(source.model, ids, len(first)))
    return references


def _answer(model: Any, ids: list[int], system: int) -> Reference:
    prompt = len(ids)
    ids, logits, cache = list(ids), [], None
    with torch.no_grad():
        fed = ids
        for _ in range(NEW_TOKENS):
            step = model(input_ids=torch.tensor([fed]), past_key_values=cache, use_cache=True)
            cache = step.past_key_values
            logits.append(step.logits[0])
            fed = [int(step.logits[0, -1].argmax())]
            ids += fed
    top = torch.cat(logits).topk(2, dim=-1)
    # The last token was chosen but never fed.
    return Reference(
        system,
        prompt,
        np.array(ids[:-1], np.int64),
        top.indices[:, 0].numpy(),
        (top.values[:, 0] - top.values[:, 1]).numpy(),
    )


class OnnxDecoder:
    """An ONNX graph in native onnxruntime on the CPU."""

    def __init__(self, path: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._pasts = [i for i in self._session.get_inputs() if i.name.startswith("past_key_values.")]
        self._presents = [i.name.replace("past_key_values", "present") for i in self._pasts]

    def forward(self, ids: Ids, past: dict[str, Any] | None, picked: Ids) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Logits [picked, vocabulary] after one row of new ids, and the past with them appended."""
        past = past or self.empty_past(1)
        total = next(iter(past.values())).shape[2] + len(ids)
        return self.run(ids[None], np.ones((1, total), np.int64), past, picked[None, :, None])

    def run(self, ids: Ids, mask: Ids, past: dict[str, Any], last: Ids) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """The graph itself; logits of all rows' picked positions one below the other."""
        feeds = {"input_ids": ids, "attention_mask": mask, "last": last, **past}
        logits, *present = self._session.run(["logits", *self._presents], feeds)
        rows = np.asarray(logits).astype(np.float32).reshape(-1, np.asarray(logits).shape[-1])
        return rows, {put.name: value for put, value in zip(self._pasts, present, strict=True)}

    def empty_past(self, rows: int) -> dict[str, Any]:
        """Keys and values of no tokens."""
        types = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
        return {put.name: np.zeros((rows, put.shape[1], 0, put.shape[3]), types[put.type]) for put in self._pasts}


def check_greedy(decoder: OnnxDecoder, references: list[Reference], progress: Progress) -> dict[str, int]:
    """Decode as the page does (system turn, rest, then token by token); a ConvertError where a token differs."""
    tokens = ties = 0
    for number, reference in enumerate(references):
        progress.report(number / len(references), f"Comparing tokens, prompt {number + 1} of {len(references)}")
        past = None
        pieces = [reference.ids[: reference.system], reference.ids[reference.system : reference.prompt]]
        pieces += [reference.ids[at : at + 1] for at in range(reference.prompt, len(reference.ids))]
        at = -1
        for piece in pieces:
            at += len(piece)
            logits, past = decoder.forward(piece, past, np.array([len(piece) - 1]))
            if at < reference.prompt - 1:
                continue
            tokens += 1
            if int(logits[0].argmax()) == reference.choices[at]:
                continue
            if reference.gaps[at] >= TIE:
                raise ConvertError(
                    f"The ONNX graph says another token than PyTorch (prompt {number + 1}, token {at + 1}): "
                    "this model is not converted faithfully and cannot be offered."
                )
            ties += 1
    return {"tokens": tokens, "ties": ties}


def measure_agreement(decoder: OnnxDecoder, references: list[Reference], progress: Progress) -> dict[str, float | int]:
    """The share of positions, in prompts and answers, at which the graph's first choice is PyTorch's."""
    tokens = equal = 0
    for number, reference in enumerate(references):
        progress.report(number / len(references), f"Comparing choices, prompt {number + 1} of {len(references)}")
        logits, _ = decoder.forward(reference.ids, None, np.arange(len(reference.ids)))
        tokens += len(reference.ids)
        equal += int((logits.argmax(axis=1) == reference.choices).sum())
    return {"agreement": round(equal / tokens, 4), "tokens": tokens}
