"""Command line of the conversion; see the package's docstring."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from .errors import ConvertError
from .presets import PRESETS, prepared
from .progress import Progress


def arguments() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m trainer.convert", description="Prepares a model for the page.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--preset", choices=sorted(PRESETS), help="a known model")
    what.add_argument("--input", type=Path, help="a Hugging Face directory, or a .gguf file")
    parser.add_argument("--id", help="the model's id with --input; by default the input's name")
    parser.add_argument("--output", type=Path, help="the directory to make; a preset has a place of its own")
    parser.add_argument("--dtypes", help="comma-separated, of fp32, fp16, q8, q4, q4f16")
    parser.add_argument("--progress", choices=("text", "json"), default="text")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def run(options: argparse.Namespace) -> None:
    """Convert as asked."""
    # Imported late: a wrong option is answered at once.
    import torch

    from .convert import Conversion
    from .dtypes import DTYPES
    from .output import GGUF
    from .reading import read_source

    torch.set_num_threads(options.threads)
    progress = Progress(options.progress == "json")
    preset = PRESETS[options.preset] if options.preset else None
    asked = options.dtypes.split(",") if options.dtypes else list(preset.dtypes if preset else ("q8",))
    for dtype in asked:
        if dtype not in DTYPES:
            raise ConvertError(f"{dtype!r} is no dtype: choose from {', '.join(DTYPES)}.")
    progress.report(0.0, "Looking for the weights")
    path = preset.find(progress.part(0.0, 0.08)) if preset else options.input
    model_id = options.preset or options.id or path.stem
    output = options.output or (preset.output() if preset else prepared(model_id))
    progress.report(0.08, "Reading the weights")
    source = read_source(path)
    placed = {f"{GGUF}/model-{preset.gguf}.gguf": path} if preset and preset.gguf else {}
    Conversion(source, model_id, options.threads, placed).run(output.resolve(), asked, progress.part(0.12, 1.0))


def _ended(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    """Exit code 0 when everything was made; else one sentence is the last line on standard error."""
    signal.signal(signal.SIGTERM, _ended)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    # Threads that wait sleep instead of spinning: on a busy machine that is many times faster.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        run(arguments())
    except ConvertError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
