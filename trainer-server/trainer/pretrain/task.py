"""A task: one question with everything that any decision about it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

UNKNOWN = "I do not know."


@dataclass(frozen=True)
class Step:
    """One call of a tool: the values by role, and the output that comes back."""

    roles: Mapping[str, Any]
    output: str


@dataclass(frozen=True)
class Task:
    """A question.

    calls: for each kind of tool that can serve it, the steps in order. direct: what nano says without a tool;
    where the question is beyond its head that is a short, confident, wrong guess. needs_tool: whether it is.
    """

    family: str
    body: str
    direct: str
    needs_tool: bool
    calls: Mapping[str, tuple[Step, ...]]


Family = Callable[[Random, bool], Task]


def code(*programs: tuple[str, object]) -> dict[str, tuple[Step, ...]]:
    """Steps of a code runner: (program, output) pairs."""
    return {"code": tuple(Step({"code": program}, str(output)) for program, output in programs)}


def says(value: object) -> str:
    """The final answer in prose."""
    return f"The answer is {value}."
