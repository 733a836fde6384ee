"""Two calls in a row: the second uses the first one's result as it stands."""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random

from .algebra import derivative, polynomial, random_polynomial
from .arithmetic import number
from .task import Family, Step, Task, code, says
from .words import numbers, quoted, shown, word

# A joint binds the first request and what to do with its result; the held-out joints never occur in training.
FORMS = json.loads((Path(__file__).parent / "chains.json").read_text("utf-8"))


def _first(rng: Random) -> tuple[str, str, str, int, object]:
    """The first step: as a request, as a noun phrase, its program, its value, and the guess."""
    pick = rng.random()
    if pick < 0.5:
        a, b = number(rng, 2, 6), number(rng, 2, 6)
        request = rng.choice(
            (
                f"multiply {a} by {b}",
                f"compute {a} * {b}",
                f"work out {a} times {b}",
                f"find the product of {a} and {b}",
                f"calculate {a} * {b}",
            )
        )
        return (
            request,
            rng.choice((f"the product of {a} and {b}", f"{a} * {b}", f"{a} times {b}")),
            f"print({a} * {b})",
            a * b,
            a,
        )
    if pick < 0.8:
        items = numbers(rng)
        v = shown(rng, items)
        request = rng.choice((f"add up {v}", f"sum the list {v}", f"find the sum of {v}", f"compute the total of {v}"))
        return request, f"the sum of {v}", f"print(sum({items}))", sum(items), items[0]
    if pick < 0.9:
        a, b = number(rng, 3, 6), number(rng, 3, 6)
        request = rng.choice((f"add {a} and {b}", f"compute {a} + {b}", f"find the sum of {a} and {b}"))
        return request, f"the sum of {a} and {b}", f"print({a} + {b})", a + b, a
    a, b, m = number(rng, 1, 4), number(rng, 1, 3), number(rng, 2, 5)
    request = rng.choice((f"raise {a} to the power {b} modulo {m}", f"compute {a} to the power {b} mod {m}"))
    return request, f"{a} to the power {b} modulo {m}", f"print(pow({a}, {b}, {m}))", pow(a, b, m), a


def number_chain(rng: Random, held: bool) -> Task:
    """A product, a sum or a power; then its digit sum, a remainder, a product, a sum or its divisors."""
    request, phrase, program, value, guess = _first(rng)
    name = rng.choice(("digits", "digits", "digits", "remainder", "remainder", "times", "plus", "divisors"))
    if name == "divisors" and value > 10**6:
        name = "digits"
    k = rng.randint(2, 999) if name == "remainder" else rng.randint(2, 99)
    count = (
        len({d for i in range(1, math.isqrt(value) + 1) if value % i == 0 for d in (i, value // i)})
        if name == "divisors"
        else 0
    )
    second, result = {
        "digits": (f"print(sum(int(d) for d in str({value})))", sum(map(int, str(value)))),
        "remainder": (f"print({value} % {k})", value % k),
        "times": (f"print({value} * {k})", value * k),
        "plus": (f"print({value} + {k})", value + k),
        "divisors": (f"print(sum({value} % d == 0 for d in range(1, {value} + 1)))", count),
    }[name]
    if name in FORMS["questions"] and rng.random() < 0.25 and not held:
        body = rng.choice(FORMS["questions"][name]).format(what=phrase, k=k)
    else:
        joint = rng.choice(FORMS["held_joints" if held else "joints"])
        body = joint.format(first=request, second=rng.choice(FORMS["seconds"][name]).format(k=k))
    return Task(f"chain {name}", body, says(guess), True, code((program, value), (second, result)))


def word_chain(rng: Random, held: bool) -> Task:
    """A word reversed; then in capitals, or a letter counted."""
    text = word(rng)
    back, letter, name = text[::-1], rng.choice(text), rng.choice(("upper", "count"))
    request = rng.choice(("reverse {w}", "reverse the word {w}", "spell {w} backwards")).format(w=quoted(rng, text))
    joint = rng.choice(FORMS["held_joints" if held else "joints"])
    body = joint.format(first=request, second=rng.choice(FORMS["seconds"][name]).format(c=letter))
    second = (
        (f'print("{back}".upper())', back.upper())
        if name == "upper"
        else (f'print("{back}".count("{letter}"))', back.count(letter))
    )
    return Task(f"chain {name}", body, says(text), True, code((f"print({json.dumps(text)}[::-1])", back), second))


def algebra_chain(rng: Random, held: bool) -> Task:
    """Two derivatives."""
    p = random_polynomial(rng)
    expression, once = polynomial(p), polynomial(derivative(p))
    request = rng.choice(("differentiate {e}", "take the derivative of {e}", "derive {e}")).format(e=expression)
    joint = rng.choice(FORMS["held_joints" if held else "joints"])
    body = joint.format(first=request, second=rng.choice(FORMS["seconds"]["derive"]))
    steps = (
        Step({"operation": "differentiate", "expression": expression}, once),
        Step({"operation": "differentiate", "expression": once}, polynomial(derivative(derivative(p)))),
    )
    return Task("chain derive", body, says(expression), True, {"algebra": steps})


FAMILIES: tuple[tuple[Family, float], ...] = ((number_chain, 9), (word_chain, 2), (algebra_chain, 2))
