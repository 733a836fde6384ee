"""All families of tasks, with their weights, and the draw of a task that a tool list can serve."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from random import Random

from . import algebra, arithmetic, chains, words
from .facts import load_facts
from .invented import ERRANDS, errand, file_task
from .task import Family, Step, Task, code
from .tools import Tool


def fact(rng: Random, held: bool) -> Task:
    """A fact that nano recalls. Called for, it searches where a search is listed, else prints what it recalls."""
    known = rng.choice(load_facts())
    body = known.ask(rng, held)
    calls = code((f'print("{known.answer}")', known.answer))
    found = rng.choice((known.answer, known.answer, words.word(rng), f"{known.answer} {words.word(rng)}"))
    calls["search"] = (Step({"query": body.rstrip(".?")}, found),)
    return Task("fact", body, known.sentence, False, calls)


FAMILIES: tuple[tuple[Family, float], ...] = (
    *arithmetic.FAMILIES,
    *words.FAMILIES,
    *algebra.FAMILIES,
    *chains.FAMILIES,
    (fact, 12),
)
# Served by these kinds; a family that none of the listed tools serves is not drawn.
NEEDS_ALGEBRA = {algebra.algebra, chains.algebra_chain}


@lru_cache(maxsize=64)
def _pool(kinds: frozenset[str]) -> tuple[tuple[Family, ...], tuple[float, ...]]:
    chosen = []
    for family, weight in FAMILIES:
        if family in NEEDS_ALGEBRA:
            fits = "algebra" in kinds
        elif family is fact:
            fits = bool(kinds & {"code", "search"})
        else:
            fits = "code" in kinds
        if fits:
            chosen.append((family, weight))
    return tuple(f for f, _ in chosen), tuple(w for _, w in chosen)


def served_by(task: Task, tools: Iterable[Tool]) -> Tool | None:
    """The listed tool that serves a task: a special one before a runner of code."""
    fitting = [tool for tool in tools if tool.kind in task.calls]
    special = [tool for tool in fitting if tool.kind != "code"]
    return (special or fitting or [None])[0]


def draw(rng: Random, held: bool = False, tools: tuple[Tool, ...] | None = None) -> Task:
    """A task; with `tools`, one that they can serve, and often one for a special tool among them."""
    if tools is None:
        pick = rng.random()
        if pick < 0.04:
            return errand(rng.choice(tuple(ERRANDS)), rng, held)
        if pick < 0.44:  # sums by head are learned slowest, and their rows are the shortest
            return arithmetic.small_sum(rng, held)
        families, weights = zip(*FAMILIES, strict=True)
        return rng.choices(families, weights)[0](rng, held)
    kinds = [tool.kind for tool in tools]
    families, weights = _pool(frozenset(kinds))
    special = [kind for kind in kinds if kind not in ("code", "algebra", "search")]
    if special and (not families or rng.random() < 0.45):
        kind = rng.choice(special)
        if kind in ERRANDS:
            return errand(kind, rng, held)
        if kind == "files":
            return file_task(rng, held)
        while True:
            task = rng.choice((arithmetic.big_sum, arithmetic.small_sum, arithmetic.chained))(rng, held)
            if kind in task.calls:
                return task
    return rng.choices(families, weights)[0](rng, held)
