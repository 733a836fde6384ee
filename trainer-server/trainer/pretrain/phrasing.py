"""Surface forms: how a question is asked. Held-out forms never occur in training, so that they measure it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

CALL_OPENERS = ("Hi,", "Okay,", "Listen,", "Quick one:", "Again,", "Today,")
ANSWER_OPENERS = ("Hey,", "So,", "Well,", "Next one:", "Now,", "Hello,")

ASKS = (
    "what is {}?",
    "what is {}?",
    "compute {}.",
    "work out {}.",
    "calculate {}.",
    "find {}.",
    "tell me {}.",
    "give me {}.",
    "please compute {}.",
    "can you work out {}?",
    "please find {}.",
    "evaluate {}.",
    "determine {}.",
    "how much is {}?",
    "what do you get for {}?",
    "can you tell me {}?",
    "my friend wants to know {}.",
    "what would {} be?",
    "{} is what?",
    "return {}.",
    "let me know {}.",
    "please tell me {}.",
    "work out {} for me.",
    "please give {}.",
    "help me find {}.",
    "would you compute {}?",
    "find out {}.",
    "could you tell me {}?",
    "say {}.",
    "please, {}.",
    "figure {} out.",
    "show {} to me.",
    "please show {}.",
    "i want to know {}.",
    "do you have {}?",
    "could you compute {}?",
    "we need {}.",
    "do you see what {} is?",
)
# What a story counts, and what holds it.
THINGS = (
    "screws",
    "nuts",
    "books",
    "bottles",
    "eggs",
    "pens",
    "coins",
    "cards",
    "stamps",
    "spoons",
    "tiles",
    "beads",
    "cookies",
    "plates",
    "keys",
)
HOLDERS = (
    "boxes",
    "bags",
    "shelves",
    "trays",
    "jars",
    "drawers",
    "carts",
    "rooms",
    "baskets",
    "rows",
    "tins",
    "pockets",
    "tables",
    "houses",
)
HELD_ASKS = ("could you find {}?", "show me {}.", "figure out {}.", "do you know {}?")


@dataclass(frozen=True)
class Forms:
    """The forms of one family.

    nouns: noun phrases that fit every ask ("the product of {a} and {b}").
    sentences: whole questions, also stories that count {things} in {holders}. held: whole questions kept for the
    evaluation. All begin in lower case.
    """

    nouns: Sequence[str]
    sentences: Sequence[str] = ()
    held: Sequence[str] = ()

    def ask(self, rng: Random, held: bool, **values: Any) -> str:
        """One question, from the training forms or from the held-out ones."""
        if held:
            wholes: Sequence[str] = self.held
            asks = HELD_ASKS
        else:
            wholes, asks = self.sentences, ASKS
        share = len(wholes) / (len(wholes) + max(4, len(self.nouns))) if self.nouns else 1.0
        if wholes and rng.random() < share:
            text = rng.choice(wholes)
            if "{things}" in text:
                values |= {"things": rng.choice(THINGS), "holders": rng.choice(HOLDERS)}
            text = text.format(**values)
        else:
            text = rng.choice(asks).format(rng.choice(self.nouns).format(**values))
        if not held and rng.random() < 0.08:
            text = text.rstrip(".?")
        return text


@lru_cache(maxsize=1)
def all_forms() -> dict[str, Forms]:
    """The forms of every family, from forms.json."""
    rows = json.loads((Path(__file__).parent / "forms.json").read_text("utf-8"))
    return {name: Forms(**row) for name, row in rows.items()}
