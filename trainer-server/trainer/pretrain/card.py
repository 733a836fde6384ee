"""The model card, written from the measured figures, the recipe and the training log."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

from .facts import load_facts
from .invented import KINDS
from .model import new_model
from .train import Recipe

BARS = "▁▂▃▄▅▆▇█"

ROWS = (
    ("Calls that parse", ("calls", "parse")),
    ("Calls with every argument exact, held-out question forms", ("calls", "arguments_exact")),
    (
        "Calls with every argument exact, known forms with new numbers and words",
        ("calls_known_forms", "arguments_exact"),
    ),
    ("Small sums never shown in training, held-out forms, answered right", ("by_head", "small_sums")),
    ("- of these: sums", ("by_head", "small_sums +")),
    ("- of these: differences", ("by_head", "small_sums -")),
    ("- of these: products", ("by_head", "small_sums *")),
    ("Small sums shown in training, known forms", ("by_head", "small_sums_seen_pairs")),
    ("Sums of three numbers up to 20", ("by_head", "sum_of_three")),
    ("Which of two numbers is larger or smaller", ("by_head", "comparisons")),
    ("Even or odd", ("by_head", "parity")),
    ("Facts, the main question", ("by_head", "facts_main_question")),
    ("Facts, held-out question forms", ("by_head", "facts_held_form")),
    ("The answer repeats the tool's result", ("answer_repeats_result",)),
    ("Recovery: corrected call and answer exact after a failed call", ("error_recovery",)),
    ("Two-step chains: both calls and the answer exact", ("two_step_chains",)),
    ("Unseen tools, known question forms: the right tool named", ("unseen_tools", "name_exact")),
    ("Unseen tools, known question forms: every argument exact", ("unseen_tools", "arguments_exact")),
    ("Unseen tools, held-out question forms: the right tool named", ("unseen_tools_held_forms", "name_exact")),
    ("Unseen tools, held-out question forms: every argument exact", ("unseen_tools_held_forms", "arguments_exact")),
    ("Asked whether a tool is needed: says yes or no", ("stated_need", "parse")),
    ("Asked whether a tool is needed: is right", ("stated_need", "right")),
    ("No call where no tools are listed", ("no_tools_answers",)),
    ("The opener is followed", ("decision", "opener_followed")),
    ("Decision gap of at least 1 nat", ("decision", "gap_at_least_1_nat")),
    ("The choice is right (call where a tool is needed)", ("decision", "choice_right")),
)


def _at(figures: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        figures = figures[key]
    return figures


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def curve(log: Path, points: int = 40) -> tuple[str, list[tuple[int, float]]]:
    """A sparkline of the loss on a logarithmic scale, and some of its points (step, loss)."""
    entries = {row["step"]: row["loss"] for row in map(json.loads, log.read_text("utf-8").splitlines())}
    steps = sorted(entries)
    picked = [steps[round(i * (len(steps) - 1) / (points - 1))] for i in range(points)]
    heights = [math.log(entries[step]) for step in picked]
    low, high = min(heights), max(heights)
    line = "".join(BARS[round((h - low) / (high - low or 1) * (len(BARS) - 1))] for h in heights)
    table = [steps[round(i * (len(steps) - 1) / 9)] for i in range(10)]
    return line, [(step, entries[step]) for step in table]


def last_command(recipe: dict[str, Any]) -> str:
    """The command that repeats a last stage: what differs from the defaults."""
    usual = {field.name: field.default for field in fields(Recipe)}
    changed = {name: value for name, value in recipe.items() if name in usual and value != usual[name]}
    given = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in changed.items())
    return (
        "python -m trainer.pretrain train --out THIRD --start SECOND/model --conversations conversations.jsonl \\\n"
        f"  {given}"
    )


def write_card(figures: dict[str, Any], run: Path, card: Path) -> None:
    """Write README.md beside the weights. `run` holds recipe.json and log.jsonl."""
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    command = last_command(recipe)
    line, points = curve(run / "log.jsonl")
    size = sum(parameter.numel() for parameter in new_model(0).parameters())
    decision = figures["decision"]
    rows = "\n".join(
        f"| {name} | {_percent(_at(figures, path)['value'])} | {_at(figures, path)['n']} |" for name, path in ROWS
    )
    loss_table = "\n".join(f"| {step} | {loss:.3f} |" for step, loss in points)
    template = (Path(__file__).parent / "card.md").read_text("utf-8")
    values = {
        "parameters": f"{size:,}",
        "facts": len(load_facts()),
        "kinds": len(KINDS),
        "command": command,
        "steps": f"{recipe['steps']:,}",
        "decay": f"{recipe['decay']:,}",
        "arithmetic": "bf16 autocast" if recipe["arithmetic"] == "bf16" else recipe["arithmetic"],
        "recipe": json.dumps(recipe),
        "curve": line,
        "losses": loss_table,
        "rows": rows,
        "seed": figures["seed"],
        "needed": f"{decision['mean_p_call_needed']:.3f}",
        "not_needed": f"{decision['mean_p_call_not_needed']:.3f}",
    }
    for key, value in values.items():
        template = template.replace("{" + key + "}", str(value))
    card.write_text(template, "utf-8")
