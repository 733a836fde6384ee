"""Names that no other row has, so that a tool's name must be read from the prompt and cannot be remembered."""

from __future__ import annotations

from random import Random

from .words import COMMON, HEADS, HEARTS, TAILS

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ENDS = ("", "", "_tool", "_run", "_do", "_get")


def _syllables(rng: Random, most: int) -> str:
    return "".join(rng.choice(HEADS) + rng.choice(HEARTS) + rng.choice(TAILS[:7]) for _ in range(rng.randint(1, most)))


def _letters(rng: Random) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(3, 8)))


def new_name(rng: Random, plain: bool = False) -> str:
    """Syllables, random letters or known words, as a tool's name; `plain` ones have no second part."""
    pick = rng.random()
    if pick < 0.5:
        stem = _syllables(rng, 3)
    elif pick < 0.85:
        stem = _letters(rng)
    else:
        stem = rng.choice(COMMON) + ("" if plain else f"_{rng.choice((_letters(rng), rng.choice(COMMON)))}")
    if plain:
        return stem
    return stem + rng.choice((*ENDS, f"_{rng.choice(COMMON)}", f"_{_letters(rng)}"))
