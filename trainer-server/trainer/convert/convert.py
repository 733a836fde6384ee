"""One conversion, from a checkpoint to a directory that the page can open."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from .decoder import DecoderWriter
from .dtypes import DTYPES, Storages
from .errors import ConvertError
from .onnx_decoder import OnnxDecoder
from .output import place, whole_directory, write_manifest
from .parity import Greedy, Reference, check_greedy, measure_agreement
from .progress import Progress
from .prompts import prompts
from .source import Source, encode_json
from .storage import Float

# How long the parts of a conversion take, as shares of the whole: the graph's own check, and each dtype.
CHECK, DTYPE = 3, 2


class Conversion:
    """Makes the graphs of one checkpoint and measures them against PyTorch.

    `placed` are files that go beside the graphs as they are, by the paths that they get.
    """

    def __init__(
        self, source: Source, model_id: str, threads: int = 2, placed: Mapping[str, Path] | None = None
    ) -> None:
        self._source, self._id, self._threads = source, model_id, threads
        self._storages, self._placed = Storages(source), placed or {}

    def run(self, output: Path, dtypes: list[str], progress: Progress) -> None:
        """Write `output`; a ConvertError when a needed dtype is not faithful, and then nothing is written."""
        whole = (CHECK + DTYPE * len(dtypes)) * 1.02
        with whole_directory(output) as part:
            kinds = sorted({DTYPES[dtype].grouped for dtype in dtypes})
            share = CHECK / whole / len(kinds)
            checked = [
                self._check(part, grouped, progress.part(share * number, share * (number + 1)))
                for number, grouped in enumerate(kinds)
            ]
            greedy, references = checked[0]
            measured: dict[str, dict[str, Any]] = {}
            for number, dtype in enumerate(dtypes):
                start = CHECK + DTYPE * number
                own = progress.part(start / whole, (start + DTYPE) / whole)
                measured[dtype] = self._make(dtype, part, references, own)
            progress.report(0.98, "Writing the manifest")
            parity = {
                "reference": "PyTorch fp32",
                "prompts": len(prompts()),
                "greedy": asdict(greedy),
                "dtypes": measured,
            }
            self._describe(part, parity)
        progress.report(1.0, "Done")

    def _check(self, part: Path, grouped: bool, progress: Progress) -> tuple[Greedy, list[Reference]]:
        """The gate of the graph itself with one kind of attention, before anything is stored smaller."""
        with TemporaryDirectory(dir=part) as scratch:
            path = Path(scratch) / "model.onnx"
            progress.report(0.0, "Writing the graph in fp32")
            DecoderWriter(self._source.model, Float(np.float32), grouped).write().save(path)
            decoder = OnnxDecoder(path, self._threads)
            return check_greedy(decoder, self._source.model, self._source.tokenizer, progress.part(0.1, 1.0))

    def _make(self, dtype: str, part: Path, references: list[Reference], progress: Progress) -> dict[str, Any]:
        """Write one dtype's graph and measure it; the file goes again when it is not to be offered."""
        chosen, path, start = DTYPES[dtype], part / DTYPES[dtype].file, time.monotonic()
        storage = self._storages.of(dtype, progress.part(0.0, 0.4))
        progress.report(0.4, f"Writing {dtype}")
        DecoderWriter(self._source.model, storage, chosen.grouped).write().save(path)
        decoder = OnnxDecoder(path, self._threads)
        measured = measure_agreement(decoder, references, progress.part(0.5, 1.0))
        size = path.stat().st_size
        offered = measured["agreement"] >= chosen.least
        if not offered and chosen.needed:
            raise ConvertError(
                f"{dtype} agrees with PyTorch on {measured['agreement']} of the tokens, {chosen.least} are needed: "
                "the conversion is not faithful."
            )
        if not offered:
            path.unlink()
        seconds = round(time.monotonic() - start, 1)
        return {**measured, "needed": chosen.least, "offered": offered, "bytes": size, "seconds": seconds}

    def _describe(self, part: Path, parity: dict[str, Any]) -> None:
        offered = {name: row["agreement"] for name, row in parity["dtypes"].items() if row["offered"]}
        if not offered:
            raise ConvertError(f"No dtype of {self._id} is close enough to PyTorch to be offered: ask for another one.")
        for name, data in self._source.texts.items():
            (part / name).write_bytes(data)
        for name, path in self._placed.items():
            place(path, part / name)
        (part / "parity.json").write_bytes(encode_json(parity))
        head = {"id": self._id, "dtypes": list(offered), "parity": offered, "weights": self._source.weights}
        files = [*self._source.texts, *self._placed, "parity.json", *(DTYPES[dtype].file for dtype in offered)]
        write_manifest(part, head, files)
