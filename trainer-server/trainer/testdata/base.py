"""The base models that adapters are made for."""

from __future__ import annotations

from pathlib import Path

from trainer.convert.presets import PRESETS
from trainer.convert.progress import Progress
from trainer.convert.reading import read_source
from trainer.convert.source import Source


def open_base(name: str) -> Source:
    """A preset's checkpoint or the one at a path, in fp32; a ConvertError says what is wrong with it.

    The model carries its short name, never its place: PEFT writes that into every adapter, which must not depend on
    the machine.
    """
    path = PRESETS[name].find(Progress()) if name in PRESETS else Path(name)
    source = read_source(path)
    source.model.name_or_path = name if name in PRESETS else path.resolve().stem
    return source
