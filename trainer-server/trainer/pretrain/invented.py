"""Invented tools: names, descriptions and parameters vary, so that nano copies them from the prompt.

The tables are in invented.json: runners serve the questions that a built-in tool serves, errands bring their own
questions. A question's `{role}` is filled from SAMPLES; `held` is kept for the evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from .names import new_name
from .task import UNKNOWN, Step, Task
from .tools import Param, Tool
from .words import COMMON, word

CITIES = [
    "Paris",
    "Berlin",
    "Tokyo",
    "Lima",
    "Oslo",
    "Madrid",
    "Rome",
    "Cairo",
    "Delhi",
    "Boston",
    "Vienna",
    "Zurich",
    "Dublin",
    "Seoul",
    "Prague",
]
PEOPLE = [
    "anna",
    "ben",
    "carla",
    "david",
    "emma",
    "felix",
    "greta",
    "hugo",
    "ida",
    "jonas",
    "karl",
    "lena",
    "max",
    "nora",
]
FILES = ["notes", "report", "data", "todo", "diary", "results", "draft", "plan", "log", "list"]
SAMPLES: dict[str, Callable[[Random], str | int]] = {
    "city": lambda r: r.choice(CITIES),
    "goal": lambda r: r.choice(CITIES),
    "person": lambda r: r.choice(PEOPLE),
    "text": lambda r: " ".join(r.choice(COMMON) for _ in range(r.randint(1, 3))),
    "word": lambda r: word(r),
    "number": lambda r: r.randint(2, 10 ** r.randint(1, 6)),
    "small": lambda r: r.randint(1, 99),
    "high": lambda r: r.randint(100, 999),
    "minutes": lambda r: r.randint(1, 90),
    "hour": lambda r: f"{r.randint(0, 23):02}:{r.choice((0, 15, 30, 45)):02}",
    "day": lambda r: r.choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    "room": lambda r: r.choice(["kitchen", "bedroom", "office", "hall", "cellar"]),
    "state": lambda r: r.choice(("on", "off")),
    "language": lambda r: r.choice(["french", "german", "spanish", "italian", "dutch"]),
    "unit": lambda r: r.choice(["km", "miles", "metres", "feet", "inches"]),
    "target": lambda r: r.choice(["yards", "cm", "mm", "leagues"]),
    "coin": lambda r: r.choice(["USD", "EUR", "GBP", "JPY", "CHF"]),
    "money": lambda r: r.choice(["SEK", "NOK", "INR", "BRL"]),
    "symbol": lambda r: "".join(r.choice("ABCDEFGHKLMNPRST") for _ in range(r.randint(3, 4))),
    "hash": lambda r: r.choice(("md5", "sha1", "sha256")),
    "base": lambda r: r.choice((2, 8, 16)),
    "path": lambda r: f"{r.choice(FILES)}{r.choice(('', '', str(r.randint(1, 99))))}.{r.choice(('txt', 'csv', 'md'))}",
    "colour": lambda r: r.choice(["red", "green", "blue", "yellow", "purple"]),
    "code": lambda r: "".join(r.choice("0123456789ABCDEF") for _ in range(r.randint(5, 9))),
}
CHOICES = {
    "day": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "state": ("on", "off"),
    "hash": ("md5", "sha1", "sha256"),
    "language": ("french", "german", "spanish", "italian", "dutch"),
}
_TABLE = json.loads((Path(__file__).parent / "invented.json").read_text("utf-8"))
RUNNERS: dict[str, Any] = {row["kind"]: row for row in _TABLE["runners"]}
ERRANDS: dict[str, Any] = {row["kind"]: row for row in _TABLE["errands"]}
KINDS = (*RUNNERS, *ERRANDS)


def invent(kind: str, rng: Random, held: bool = False, strange: float = 0.4) -> Tool:
    """A tool of one kind under one of its names or, with held and a share `strange` of training, under a new one."""
    row = RUNNERS.get(kind) or ERRANDS[kind]
    new = held or rng.random() < strange
    params = []
    for param in row["params"]:
        role = param["role"]
        name = new_name(rng, plain=True) if new and rng.random() < 0.3 else rng.choice(param["names"])
        choices = CHOICES.get(role, ()) if kind in ERRANDS and rng.random() < 0.6 else ()
        params.append(Param(role, name, param["type"], choices=choices))
    if len({p.name for p in params}) < len(params):
        return invent(kind, rng, held, strange)
    name = new_name(rng) if new else rng.choice(row["names"])
    return Tool(kind, name, rng.choice(row["descriptions"]), tuple(params))


def errand(kind: str, rng: Random, held: bool) -> Task:
    """A question that only an invented tool of that kind can serve; by itself nano does not know."""
    row = ERRANDS[kind]
    values = {param["role"]: SAMPLES[param["role"]](rng) for param in row["params"]}
    body = (row["held"] if held else rng.choice(row["questions"])).format(**values)
    output = rng.choice((word(rng), str(rng.randint(0, 10**5)), f"{word(rng)} {word(rng)}", "done", "ok"))
    return Task("errand", body, UNKNOWN, True, {kind: (Step(values, output),)})


def file_task(rng: Random, held: bool) -> Task:
    """Read, write, list or delete a file."""
    name = rng.choice(tuple(_TABLE["files"]))
    path = str(SAMPLES["path"](rng)) if name != "list" else rng.choice(FILES)
    roles: dict[str, str | int] = {"operation": name, "path": path}
    text = SAMPLES["text"](rng)
    if name in ("write", "append"):
        roles["content"] = text
    forms = _TABLE["files"][name]
    body = (forms["held"] if held else rng.choice(forms["questions"])).format(path=path, text=text)
    return Task("files", body, UNKNOWN, True, {"files": (Step(roles, rng.choice(("ok", "done", str(text), path))),)})
