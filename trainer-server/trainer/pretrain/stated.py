"""Asked whether it needs a tool, nano says yes or no: what it knows of its need, beside what it decides."""

from __future__ import annotations

from random import Random

from .task import Task

FORMS = (
    "do you need a tool for this? yes or no: {}",
    "do you need a tool for this, yes or no? {}",
    "yes or no, do you need a tool for this: {}",
    "{} do you need a tool for this? yes or no.",
    "{} answer yes or no: do you need a tool for this?",
    "does this need a tool? yes or no: {}",
    "would you call a tool here? yes or no: {}",
    "{} is a tool needed here, yes or no?",
)
HELD_FORMS = ("is a tool needed for this? yes or no: {}", "{} do you need a tool for it, yes or no?")


def stated(rng: Random, task: Task, held: bool = False) -> Task:
    """The question whether a question needs a tool; its answer follows the need, whatever the opener."""
    body = rng.choice(HELD_FORMS if held else FORMS).format(task.body)
    return Task("stated need", body, "Yes." if task.needs_tool else "No.", False, {})
