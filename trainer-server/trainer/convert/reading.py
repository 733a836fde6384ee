"""Reading whatever kind of checkpoint a path holds."""

from __future__ import annotations

from pathlib import Path

from .errors import ConvertError
from .source import Source


def read_source(path: Path) -> Source:
    """Read a Hugging Face directory or a .gguf file; a ConvertError says what is wrong with it."""
    if path.is_dir():
        from .directory import read_directory

        return read_directory(path)
    if path.suffix == ".gguf" and path.is_file():
        from .gguf_file import read_gguf

        return read_gguf(path)
    raise ConvertError(f"There is no model at {path}: give a directory with config.json, or a .gguf file.")
