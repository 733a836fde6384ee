"""The dtypes that are offered, and the files that they lie in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calibration import four_bit_layers
from .errors import ConvertError
from .gptq import FourBit
from .nbits import NBits
from .progress import Progress
from .source import Source
from .storage import BLOCK, Float, Int8, Storage


@dataclass(frozen=True)
class Dtype:
    """One way to store a model."""

    file: str
    least: float
    """The agreement with PyTorch below which it is not offered."""
    needed: bool
    """True when the conversion fails where the agreement is too low; false when only this dtype is left out."""
    grouped: bool
    """True for the attention of GPUs, false for that of WASM (see decoder.py)."""


DTYPES = {
    "fp32": Dtype("onnx/model.onnx", 0.999, True, False),
    "fp16": Dtype("onnx/model_fp16.onnx", 0.97, True, False),
    "q8": Dtype("onnx/model_quantized.onnx", 0.97, True, False),
    "q4": Dtype("onnx/model_q4.onnx", 0.85, False, True),
    "q4f16": Dtype("onnx/model_q4f16.onnx", 0.85, False, True),
}


class Storages:
    """The storages of one checkpoint; rounding to four bits is done once for both dtypes that need it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._four_bit: dict[str, FourBit] | None = None

    def of(self, dtype: str, progress: Progress) -> Storage:
        """The storage of a dtype; a ConvertError when the model's widths do not allow it."""
        if dtype == "fp32":
            return Float(np.float32)
        if dtype == "fp16":
            return Float(np.float16)
        config = self._source.model.config
        if config.hidden_size % BLOCK or config.intermediate_size % BLOCK:
            raise ConvertError(f"{dtype} needs widths that are multiples of {BLOCK}: ask for fp16 instead.")
        if dtype == "q8":
            return Int8()
        if self._four_bit is None:
            self._four_bit = four_bit_layers(self._source.model, self._source.tokenizer, progress)
        return NBits(self._four_bit, half=dtype == "q4f16")
