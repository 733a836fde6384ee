"""A decoder graph in native onnxruntime on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Past = dict[str, Any]
TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
# The page's widths are multiples of this (src/models/transformers/placed.ts).
LANES = 16


def widened(value: NDArray[Any], width: int) -> NDArray[Any]:
    """Keys or values with room behind, `width` places in all."""
    return np.pad(value, ((0, 0), (0, 0), (0, width - value.shape[2]), (0, 0)))


class OnnxDecoder:
    """One opened graph."""

    def __init__(self, path: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Waiting threads sleep: others may need the cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._pasts = [put for put in self._session.get_inputs() if put.name.startswith("past_key_values.")]
        self._presents = [put.name.replace("past_key_values", "present") for put in self._pasts]
        self._placed = all(put.name != "attention_mask" for put in self._session.get_inputs())

    def forward(self, ids: Ids, past: Past | None, picked: Ids) -> tuple[NDArray[np.float32], Past]:
        """Logits [picked, vocabulary] after one row of new ids, and the past with them appended."""
        past = past or self.empty_past(1)
        before = next(iter(past.values())).shape[2]
        total = before + len(ids)
        if not self._placed:
            logits, present = self.run(ids[None], np.ones((1, total), np.int64), past, picked[None, :, None])
            return logits[0], present
        roomy = {name: widened(value, -(-max(before, 1) // LANES) * LANES) for name, value in past.items()}
        logits, new = self.run(ids[None], np.arange(before, total)[None], roomy, picked[None, :, None])
        return logits[0], {name: np.concatenate([value, new[name]], axis=2) for name, value in past.items()}

    def run(self, ids: Ids, where: Ids, past: Past, last: Ids) -> tuple[NDArray[np.float32], Past]:
        """The graph itself: logits [rows, picked, vocabulary] and the new past.

        `where` is the mask [rows, width] of a grouped graph; of a plain one the positions [rows, new] of the new
        tokens, and what comes back is not the whole past but their own keys and values.
        """
        name = "position_ids" if self._placed else "attention_mask"
        feeds = {"input_ids": ids, name: where, "last": last, **past}
        logits, *present = self._session.run(["logits", *self._presents], feeds)
        named = {put.name: value for put, value in zip(self._pasts, present, strict=True)}
        return np.asarray(logits).astype(np.float32), named

    def empty_past(self, rows: int) -> Past:
        """Keys and values of no tokens."""
        return {put.name: np.zeros((rows, put.shape[1], 0, put.shape[3]), TYPES[put.type]) for put in self._pasts}
