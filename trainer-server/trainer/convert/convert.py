"""One conversion, from a checkpoint to a directory that the page can open."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from .decoder import DecoderWriter
from .dtypes import DTYPES, Storages
from .errors import ConvertError
from .onnx_decoder import OnnxDecoder
from .output import whole_directory, write_manifest
from .parity import Greedy, Reference, check_greedy, measure_agreement
from .progress import Progress
from .source import Source, encode_json
from .storage import Float


def convert(
    source: Source, model_id: str, output: Path, dtypes: list[str], progress: Progress, threads: int = 2
) -> None:
    """Write the graphs of `dtypes` with everything beside them; a ConvertError when a needed one is not faithful."""
    parity: dict[str, Any] = {"reference": "PyTorch fp32"}
    with whole_directory(output) as part:
        greedy, references = _check_graph(source, progress.part(0.0, 0.5), threads)
        parity["prompts"] = len(references)
        parity["greedy"] = asdict(greedy)
        storages, offered, measured = Storages(source), list[str](), {}
        for number, dtype in enumerate(dtypes):
            own = progress.part(0.5 + 0.48 * number / len(dtypes), 0.5 + 0.48 * (number + 1) / len(dtypes))
            measured[dtype] = _make(source, storages, dtype, part, references, own, threads)
            if measured[dtype]["offered"]:
                offered.append(dtype)
        if not offered:
            raise ConvertError(f"No dtype of {model_id} is close enough to PyTorch to be offered: ask for another one.")
        progress.report(0.98, "Writing the manifest")
        parity["dtypes"] = measured
        for name, data in source.texts.items():
            (part / name).write_bytes(data)
        (part / "parity.json").write_bytes(encode_json(parity))
        files = [*source.texts, "parity.json", *(DTYPES[dtype].file for dtype in offered)]
        head = {
            "id": model_id,
            "dtypes": offered,
            "parity": {dtype: measured[dtype]["agreement"] for dtype in offered},
            "weights": source.weights,
        }
        write_manifest(part, head, files)
    progress.report(1.0, "Done")


def _check_graph(source: Source, progress: Progress, threads: int) -> tuple[Greedy, list[Reference]]:
    """The gate of the graph itself, before anything is stored smaller."""
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        progress.report(0.0, "Writing the graph in fp32")
        DecoderWriter(source.model, Float(np.float32)).write().save(path)
        return check_greedy(OnnxDecoder(path, threads), source.model, source.tokenizer, progress.part(0.2, 1.0))


def _make(
    source: Source,
    storages: Storages,
    dtype: str,
    part: Path,
    references: list[Reference],
    progress: Progress,
    threads: int,
) -> dict[str, Any]:
    """Write one dtype's graph and measure it; the file goes again when it is not to be offered."""
    chosen = DTYPES[dtype]
    path = part / chosen.file
    start = time.monotonic()
    storage = storages.of(dtype, progress.part(0.0, 0.3))
    progress.report(0.3, f"Writing {dtype}")
    DecoderWriter(source.model, storage).write().save(path)
    seconds = round(time.monotonic() - start, 1)
    measured = measure_agreement(OnnxDecoder(path, threads), references, progress.part(0.4, 1.0))
    size = path.stat().st_size
    offered = measured["agreement"] >= chosen.least
    if not offered and chosen.needed:
        raise ConvertError(
            f"{dtype} agrees with PyTorch on {measured['agreement']} of the tokens, {chosen.least} are needed: "
            "the conversion is not faithful."
        )
    if not offered:
        path.unlink()
    return {**measured, "needed": chosen.least, "offered": offered, "bytes": size, "seconds": seconds}
