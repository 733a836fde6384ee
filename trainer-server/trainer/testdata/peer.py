"""python -m trainer.testdata.peer --model ID|DIR|FILE.gguf --dtype q8 --output DIR

A model's directory as exporters of the field lay it out: keys and values grow with each pass, and attention is
onnxruntime's GroupQueryAttention. `agentcoder bench eval` lets transformers.js run it, with the page's own weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer.convert.decoder import DecoderWriter
from trainer.convert.dtypes import DTYPES, Storages
from trainer.convert.progress import Progress

from .base import open_base


def main() -> None:
    """Write the directory."""
    parser = argparse.ArgumentParser(prog="python -m trainer.testdata.peer", description="A model for a peer.")
    parser.add_argument("--model", required=True, help="nano, smollm2-135m, a directory or a .gguf file")
    parser.add_argument("--dtype", choices=sorted(DTYPES), required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    source = open_base(options.model)
    storage = Storages(source).of(options.dtype, Progress(False))
    graph = options.output / DTYPES[options.dtype].file
    graph.parent.mkdir(parents=True, exist_ok=True)
    DecoderWriter(source.model, storage, grouped=True).write().save(graph)
    for name, data in source.texts.items():
        (options.output / name).write_bytes(data)


if __name__ == "__main__":
    main()
