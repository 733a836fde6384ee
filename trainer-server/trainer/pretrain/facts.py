"""The facts that nano recalls: src/data/facts.json, the same file that the page's dataset reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

FACTS_FILE = Path(__file__).resolve().parents[3] / "src" / "data" / "facts.json"
WRAPS = ("what is the name of {}?", "what do we call {}?", "give {}.", "what is {} called?", "say {}.")
HELD_WRAPS = ("can you name {}?", "how is {} called?")


@dataclass(frozen=True)
class Fact:
    """One fact: its question forms in lower case, those held out of training, and the short answer."""

    id: str
    answer: str
    article: str
    trained: tuple[str, ...]
    held: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The answer as nano says it: `It is a stack.`"""
        return f"It is {self.article + ' ' if self.article else ''}{self.answer}."

    def ask(self, rng: Random, held: bool) -> str:
        """One form of the question."""
        return rng.choice(self.held if held else self.trained)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


@lru_cache(maxsize=1)
def load_facts(path: Path = FACTS_FILE) -> tuple[Fact, ...]:
    """Read the facts. The last paraphrase of each fourth fact, and the held wraps of all, are kept for evaluation."""
    facts = []
    for place, row in enumerate(json.loads(path.read_text("utf-8"))):
        forms = [_lower(form) for form in [row["question"], *row["paraphrases"]]]
        named = next(form for form in forms if form.startswith("name the "))[len("name ") :].rstrip(".")
        held = [wrap.format(named) for wrap in HELD_WRAPS]
        if place % 4 == 0:
            held.append(forms.pop())
        trained = [*forms, *forms, *(wrap.format(named) for wrap in WRAPS)]
        facts.append(Fact(row["id"], row["answer"], row.get("article", ""), tuple(trained), tuple(held)))
    return tuple(facts)
