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

    def forward(self, ids: Ids, past: Past | None, picked: Ids) -> tuple[NDArray[np.float32], Past]:
        """Logits [picked, vocabulary] after one row of new ids, and the past with them appended."""
        past = past or self.empty_past(1)
        total = next(iter(past.values())).shape[2] + len(ids)
        logits, present = self.run(ids[None], np.ones((1, total), np.int64), past, picked[None, :, None])
        return logits[0], present

    def run(self, ids: Ids, mask: Ids, past: Past, last: Ids) -> tuple[NDArray[np.float32], Past]:
        """The graph itself: logits [rows, picked, vocabulary] and the new past."""
        feeds = {"input_ids": ids, "attention_mask": mask, "last": last, **past}
        logits, *present = self._session.run(["logits", *self._presents], feeds)
        named = {put.name: value for put, value in zip(self._pasts, present, strict=True)}
        return np.asarray(logits).astype(np.float32), named

    def empty_past(self, rows: int) -> Past:
        """Keys and values of no tokens."""
        return {put.name: np.zeros((rows, put.shape[1], 0, put.shape[3]), TYPES[put.type]) for put in self._pasts}
