"""Strings and lists: what a program must copy exactly."""

from __future__ import annotations

import json
from random import Random

from .phrasing import all_forms
from .task import Family, Task, code, says

FORMS = all_forms()
COMMON = [
    "apple",
    "banana",
    "orange",
    "cherry",
    "melon",
    "grape",
    "lemon",
    "pepper",
    "garlic",
    "onion",
    "python",
    "rabbit",
    "monkey",
    "tiger",
    "elephant",
    "giraffe",
    "river",
    "mountain",
    "valley",
    "forest",
    "desert",
    "island",
    "ocean",
    "window",
    "garden",
    "kitchen",
    "bottle",
    "pencil",
    "paper",
    "letter",
    "number",
    "college",
    "school",
    "teacher",
    "student",
    "doctor",
    "engineer",
    "planet",
    "galaxy",
    "rocket",
    "station",
    "winter",
    "summer",
    "spring",
    "autumn",
    "yellow",
    "purple",
    "silver",
    "golden",
    "happy",
    "simple",
    "quick",
    "brown",
    "lazy",
    "gentle",
    "strange",
    "bridge",
    "castle",
    "market",
    "village",
    "harbour",
    "library",
    "museum",
    "theatre",
    "hello",
    "world",
    "computer",
    "keyboard",
    "program",
    "function",
    "variable",
    "compiler",
    "network",
    "database",
    "algorithm",
    "notebook",
    "statistics",
    "assessment",
    "mississippi",
    "committee",
    "bookkeeper",
    "abracadabra",
    "kangaroo",
    "cheese",
    "butter",
    "coffee",
    "sugar",
    "bread",
    "cookie",
]
HEADS, HEARTS, TAILS = "bcdfghjklmnprstvwz", "aeiou", ("", "n", "r", "s", "t", "l", "ck", "nd", "st", "x", "m")


def word(rng: Random, longest: int = 12) -> str:
    """A known word, an invented one, or random letters."""
    pick = rng.random()
    if pick < 0.35:
        return rng.choice(COMMON)
    if pick < 0.65:
        parts = [rng.choice(HEADS) + rng.choice(HEARTS) + rng.choice(TAILS) for _ in range(rng.randint(1, 4))]
        return "".join(parts)[:longest]
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, longest)))


def numbers(rng: Random) -> list[int]:
    """Two to eight numbers of up to three digits."""
    return [rng.randint(0, 10 ** rng.randint(1, 3) - 1) for _ in range(rng.randint(2, 8))]


def shown(rng: Random, items: list[int]) -> str:
    """A list in a prompt: in brackets, or as plain numbers."""
    if rng.random() < 0.75:
        return str(items)
    text = ", ".join(map(str, items[:-1]))
    return f"{text} and {items[-1]}" if rng.random() < 0.5 else f"{text}, {items[-1]}"


def quoted(rng: Random, text: str) -> str:
    """A word in a prompt: in double or single quotes, or bare."""
    return rng.choice((f'"{text}"', f'"{text}"', f"'{text}'", text))


def list_task(rng: Random, held: bool) -> Task:
    """Sum, largest, smallest or sorted order of a list. The guess is the first number, 0, or the list as it stands."""
    name, items = rng.choice(("sum", "sum", "max", "min", "sorted")), numbers(rng)
    value = {"sum": sum, "max": max, "min": min, "sorted": sorted}[name](items)
    guess = {"sum": items[0], "max": 0, "min": 0, "sorted": items}[name]
    body = FORMS[f"list {name}"].ask(rng, held, v=shown(rng, items))
    return Task(f"list {name}", body, says(guess), True, code((f"print({name}({items}))", value)))


def word_task(rng: Random, held: bool) -> Task:
    """Reverse, upper case, length, count of a letter."""
    name, text = rng.choice(("reverse", "reverse", "upper", "length", "count")), word(rng)
    letter = rng.choice(text)
    literal = json.dumps(text)
    value, program, guess = {
        "reverse": (text[::-1], f"print({literal}[::-1])", text),
        "upper": (text.upper(), f"print({literal}.upper())", text),
        "length": (len(text), f"print(len({literal}))", len(text) if len(text) < 8 else 20),
        "count": (text.count(letter), f'print({literal}.count("{letter}"))', 0),
    }[name]
    body = FORMS[f"string {name}"].ask(rng, held, w=quoted(rng, text), c=quoted(rng, letter))
    needs = name != "length" or len(text) > 7
    family = "short length" if not needs else f"string {name}"
    return Task(family, body, says(guess), needs, code((program, value)))


def echo(rng: Random, held: bool) -> Task:
    """Practice in copying: show a long number or some words."""
    if rng.random() < 0.7:
        text = str(rng.randint(10**5, 10 ** rng.randint(6, 16)))
        return Task("echo", f"print the number {text}.", says(text), False, code((f"print({text})", text)))
    text = " ".join(word(rng) for _ in range(rng.randint(1, 4)))
    return Task("echo", f'print "{text}".', says(text), False, code((f"print({json.dumps(text)})", text)))


FAMILIES: tuple[tuple[Family, float], ...] = ((list_task, 12), (word_task, 17), (echo, 4))
