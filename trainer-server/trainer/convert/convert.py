"""One conversion, from a checkpoint to a directory that the page can open."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .decoder import DecoderWriter
from .dtypes import DTYPES
from .errors import ConvertError
from .output import whole_directory, write_manifest
from .parity import OnnxDecoder, Reference, check_greedy, make_references, measure_agreement
from .progress import Progress
from .source import Source, encode_json


def convert(
    source: Source, model_id: str, output: Path, dtypes: list[str], progress: Progress, threads: int = 2
) -> None:
    """Write the graphs of `dtypes` with everything beside them; a ConvertError when a needed one is not faithful."""
    parity: dict[str, Any] = {"reference": "PyTorch fp32"}
    with whole_directory(output) as part:
        references = make_references(source, progress.part(0.0, 0.3))
        parity["prompts"] = len(references)
        parity["greedy"] = _check_graph(source, references, progress.part(0.3, 0.5), threads)
        offered, measured = [], {}
        for number, dtype in enumerate(dtypes):
            own = progress.part(0.5 + 0.48 * number / len(dtypes), 0.5 + 0.48 * (number + 1) / len(dtypes))
            measured[dtype] = _make(source, dtype, part, references, own, threads)
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


def _check_graph(source: Source, references: list[Reference], progress: Progress, threads: int) -> dict[str, int]:
    """The gate of the graph itself, before anything is stored smaller."""
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "model.onnx"
        progress.report(0.0, "Writing the graph in fp32")
        DecoderWriter(source.model, DTYPES["fp32"].storage()).write().save(path)
        return check_greedy(OnnxDecoder(path, threads), references, progress.part(0.2, 1.0))


def _make(
    source: Source, dtype: str, part: Path, references: list[Reference], progress: Progress, threads: int
) -> dict[str, Any]:
    chosen = DTYPES[dtype]
    path = part / chosen.file
    start = time.monotonic()
    progress.report(0.0, f"Writing {dtype}")
    DecoderWriter(source.model, chosen.storage()).write().save(path)
    seconds = round(time.monotonic() - start, 1)
    measured = measure_agreement(OnnxDecoder(path, threads), references, progress.part(0.3, 1.0))
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
