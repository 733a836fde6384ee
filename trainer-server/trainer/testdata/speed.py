"""python -m trainer.testdata.speed --graph FILE.onnx --prompt 256 --decode 64 --threads 2

Tokens a second of a graph in native onnxruntime on the CPU, as one JSON object: of a prompt in one pass, and of tokens
one by one behind it. `agentcoder bench eval` holds the page's figures against them.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from trainer.convert.onnx_decoder import OnnxDecoder

LOW_IDS = 100


def measure(graph: Path, prompt: int, decode: int, threads: int) -> dict[str, float]:
    """`prefill` and `decode`, both in tokens a second; which tokens does not matter for the time."""
    decoder = OnnxDecoder(graph, threads)
    ids = np.arange(prompt, dtype=np.int64) % LOW_IDS
    last = np.array([prompt - 1])
    decoder.forward(ids, None, last)
    began = time.perf_counter()
    _, past = decoder.forward(ids, None, last)
    read = time.perf_counter()
    for step in range(decode):
        _, past = decoder.forward(np.array([step % LOW_IDS]), past, np.array([0]))
    written = time.perf_counter()
    return {"prefill": prompt / (read - began), "decode": decode / (written - read)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m trainer.testdata.speed", description="Speed of a graph.")
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--prompt", type=int, default=256)
    parser.add_argument("--decode", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(measure(options.graph, options.prompt, options.decode, options.threads)))


if __name__ == "__main__":
    main()
