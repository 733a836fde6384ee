"""The output directory: it appears whole, or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import ConvertError
from .source import digest, encode_json

MANIFEST, GRAPHS, GGUF = "manifest.json", "onnx", "gguf"


@contextmanager
def whole_directory(output: Path) -> Iterator[Path]:
    """A directory beside `output` to write into; at the end it takes the place of `output`, or goes if anything failed.

    Files of an earlier `output` that were not written anew are kept, except weights. A ConvertError when `output`
    cannot be written, is no model's directory, or is being written by another conversion.
    """
    part, old = (output.with_name(f".{output.name}.{kind}") for kind in ("part", "old"))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with _alone(output.parent):
            _recover(output, part, old)
            part.mkdir()
            try:
                yield part
                _take_place(output, part, old)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or error
        raise ConvertError(f"{output} cannot be written ({reason}): make room, or choose another --output.") from error


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock: it needs no file, and goes with the process however that ends."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise ConvertError(f"Another conversion writes into {directory}: wait until it is done.") from error
    try:
        yield
    finally:
        os.close(handle)


def _recover(output: Path, part: Path, old: Path) -> None:
    if old.exists() and not output.exists():
        old.rename(output)  # an earlier run was ended between its two renames
    for left in (part, old):
        shutil.rmtree(left, ignore_errors=True)
    if output.is_dir() and any(output.iterdir()) and not (output / "config.json").is_file():
        raise ConvertError(f"{output} holds something else than a model: choose another --output.")


def _take_place(output: Path, part: Path, old: Path) -> None:
    if output.exists():
        for path in output.iterdir():
            if path.name in (MANIFEST, GRAPHS, GGUF) or (part / path.name).exists():
                continue
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, part / path.name)
        output.rename(old)
    part.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def place(source: Path, target: Path) -> None:
    """Put a file into a directory as it is, without a second copy where the disk allows."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copy2(source, target)


def write_manifest(directory: Path, head: dict[str, Any], files: list[str]) -> None:
    """manifest.json: what the page may fetch, with sizes and hashes. Written last."""
    listed = [
        {"path": name, "bytes": (directory / name).stat().st_size, "sha256": digest(directory / name)}
        for name in sorted(files)
    ]
    (directory / MANIFEST).write_bytes(encode_json({**head, "files": listed}))
