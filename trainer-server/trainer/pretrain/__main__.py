"""Command line of the pretraining.

python -m trainer.pretrain train --out DIR [--seed 1] [--steps N] [--decay N] [--resume CHECKPOINT]
                                 [--start MODEL --names S --stated S --told S --conversations FILE.jsonl]
python -m trainer.pretrain export --checkpoint FILE --tokenizer DIR --out DIR
python -m trainer.pretrain evaluate --model DIR --output FILE.json [--seed 7] [--samples N]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import fields
from pathlib import Path

import torch

from .card import write_card
from .evaluate import evaluate
from .model import new_model, save_model
from .tokenizer import copy_tokenizer, save_tokenizer, train_tokenizer
from .train import Recipe, Sources, run

COUNTS = ("seed", "steps", "decay", "rows", "length", "workers", "late_from")
SHARES = ("matrix_rate", "other_rate", "call_share", "drills", "by_head", "names", "binding", "stated", "told")


def arguments() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m trainer.pretrain", description="Pretraining of nano")
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train from scratch, or go on from a checkpoint")
    train.add_argument("--out", type=Path, required=True, help="directory of checkpoint, log and model")
    train.add_argument("--resume", type=Path, help="a checkpoint.pt")
    train.add_argument("--start", type=Path, help="a model directory: go on from its weights, with its tokenizer")
    train.add_argument("--conversations", type=Path, help="rows of `agentcoder data export --format trl-sft`")
    train.add_argument("--save-every", type=int, default=100, help="steps between checkpoints")
    for name, kind in (*((name, int) for name in COUNTS), *((name, float) for name in SHARES)):
        train.add_argument(f"--{name.replace('_', '-')}", type=kind, default=getattr(Recipe, name))
    export = commands.add_parser("export", help="a model directory from a checkpoint")
    export.add_argument("--checkpoint", type=Path, required=True)
    export.add_argument("--tokenizer", type=Path, required=True)
    export.add_argument("--out", type=Path, required=True)
    measure = commands.add_parser("evaluate", help="measure a model directory on held-out questions")
    measure.add_argument("--model", type=Path, required=True)
    measure.add_argument("--output", type=Path, required=True)
    measure.add_argument("--seed", type=int, default=7)
    measure.add_argument("--samples", type=int, default=400, help="questions for each ability")
    card = commands.add_parser("card", help="write the model card from the figures and the run's log")
    card.add_argument("--figures", type=Path, required=True)
    card.add_argument("--run", type=Path, required=True, help="the directory of `train --out`")
    card.add_argument("--output", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Run one command."""
    options = arguments()
    torch.set_num_threads(options.threads)
    if options.command == "train":
        home = options.out / "tokenizer"
        if options.start:
            copy_tokenizer(options.start, home)
        elif not (home / "tokenizer.json").exists():
            save_tokenizer(train_tokenizer(options.seed), home)
        given = {field.name: getattr(options, field.name) for field in fields(Recipe) if hasattr(options, field.name)}
        sources = Sources(options.resume, options.start, options.conversations)
        run(Recipe(**given), options.out, sources, options.save_every)
    elif options.command == "export":
        model = new_model(0)
        model.load_state_dict(torch.load(options.checkpoint, weights_only=True)["model"])
        save_model(model, options.tokenizer, options.out)
    elif options.command == "card":
        write_card(json.loads(options.figures.read_text("utf-8")), options.run, options.output)
    else:
        figures = evaluate(options.model, options.seed, options.samples)
        options.output.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
