"""The output directory: it appears whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import ConvertError
from .source import digest, encode_json

MANIFEST = "manifest.json"


@contextmanager
def whole_directory(output: Path) -> Iterator[Path]:
    """A directory beside `output` to write into; at the end it takes the place of `output`, or goes if anything failed.

    Files of an earlier `output` that were not written anew are kept, except graphs.
    """
    part, old = output.with_name(f"{output.name}.part"), output.with_name(f"{output.name}.old")
    if old.exists() and not output.exists():
        old.rename(output)  # an earlier run was ended between its two renames
    for left in (part, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        part.mkdir(parents=True)
    except OSError as error:
        raise ConvertError(f"{part} cannot be made ({error.strerror}): choose another --output.") from error
    try:
        yield part
        if output.exists():
            _keep_others(output, part)
            output.rename(old)
        part.rename(output)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise ConvertError(
            f"{output} cannot be written ({error.strerror}): make room, or choose another --output."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _keep_others(output: Path, part: Path) -> None:
    for path in output.iterdir():
        if path.is_file() and path.name != MANIFEST and not (part / path.name).exists():
            shutil.copy2(path, part / path.name)


def write_manifest(directory: Path, head: dict[str, Any], files: list[str]) -> None:
    """manifest.json: what the page may fetch, with sizes and hashes. Written last."""
    listed = [
        {"path": name, "bytes": (directory / name).stat().st_size, "sha256": digest(directory / name)}
        for name in sorted(files)
    ]
    (directory / MANIFEST).write_bytes(encode_json({**head, "files": listed}))
