"""The dtypes that are offered, and the files that they lie in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .storage import Float, Int8, Storage


@dataclass(frozen=True)
class Dtype:
    """One way to store a model."""

    file: str
    least: float
    """The agreement with PyTorch below which it is not offered."""
    needed: bool
    """True when the conversion fails where the agreement is too low; false when only this dtype is left out."""
    storage: Callable[[], Storage]


DTYPES = {
    "fp32": Dtype("onnx/model.onnx", 0.999, True, lambda: Float(np.float32)),
    "fp16": Dtype("onnx/model_fp16.onnx", 0.97, True, lambda: Float(np.float16)),
    "q8": Dtype("onnx/model_quantized.onnx", 0.97, True, Int8),
}
