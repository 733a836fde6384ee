"""Command line of the test data; see the package's docstring."""

from __future__ import annotations

import argparse
import json
import os
import sys
from functools import partial
from pathlib import Path

from trainer.convert.errors import ConvertError


def arguments() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m trainer.testdata", description="Adapters for tests.")
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(dest="command", required=True)
    adapter = commands.add_parser("adapter", help="a random adapter, both factors non-zero")
    learned = commands.add_parser("learned", help="an adapter that was trained: it calls by need, not by opener")
    reference = commands.add_parser("reference", help="greedy tokens of base and adapted model in PyTorch, fp32")
    gguf = commands.add_parser("gguf", help="tiny random models of several architectures, with PyTorch's answers")
    gguf.add_argument("--output", type=Path, required=True, help="a directory")
    gguf.add_argument("--seed", type=int, default=1)
    gguf.add_argument("--architectures", default="llama,qwen2,starcoder2,phi3")
    for command in (adapter, learned, reference):
        command.add_argument("--model", required=True, help="nano, smollm2-135m, a directory or a .gguf file")
        command.add_argument("--output", type=Path, required=True)
    adapter.add_argument("--seed", type=int, required=True)
    adapter.add_argument("--rank", type=int, default=8)
    adapter.add_argument("--alpha", type=int, default=16)
    adapter.add_argument("--rslora", action="store_true", help="scale by alpha / sqrt(rank)")
    adapter.add_argument("--targets", default="all-linear", help="all-linear, or names: q_proj,v_proj")
    adapter.add_argument(
        "--strength", type=float, default=1.0, help="size of a matrix's change, in Frobenius norms of the matrix"
    )
    learned.add_argument("--seed", type=int, default=1)
    learned.add_argument("--steps", type=int, default=60, help="of 32 questions each")
    reference.add_argument("--adapter", type=Path, required=True, help="a directory that PEFT wrote")
    reference.add_argument("--scale", type=float, default=1.0, help="multiplies the adapter's own scaling")
    reference.add_argument("--prompts", type=Path, required=True, help="a JSON list of rendered texts")
    return parser.parse_args()


def run(options: argparse.Namespace) -> None:
    """Make what is asked for."""
    # Imported late: a wrong option is answered at once.
    import torch

    from .base import open_base

    torch.set_num_threads(options.threads)
    if options.command == "gguf":
        from .tiny_reference import make_tiny

        make_tiny(options.output, options.seed, options.architectures.split(","))
    elif options.command == "adapter":
        from .adapter import Lora, random_adapter

        lora = Lora(options.rank, options.alpha, options.rslora, options.targets)
        random_adapter(open_base(options.model).model, lora, options.seed, options.strength, options.output)
    elif options.command == "learned":
        from .learned import learn

        learn(open_base(options.model), options.seed, options.steps, options.output, partial(print, flush=True))
    else:
        from .reference import make_reference, read_prompts

        texts = read_prompts(options.prompts)
        made = make_reference(open_base(options.model), options.adapter, options.scale, texts)
        options.output.write_text(json.dumps(made, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Exit code 0 when all was made; else one sentence is the last line on standard error."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        run(arguments())
    except ConvertError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
