"""Algebra in x, in SymPy's syntax. Outputs are exact for polynomials, and from a short table for functions."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from .phrasing import all_forms
from .task import Family, Step, Task, says

FORMS = all_forms()
FUNCTIONS = (
    ("sin(x)", "cos(x)", "-cos(x)"),
    ("cos(x)", "-sin(x)", "sin(x)"),
    ("exp(x)", "exp(x)", "exp(x)"),
    ("exp(2*x)", "2*exp(2*x)", "exp(2*x)/2"),
    ("log(x)", "1/x", "x*log(x) - x"),
    ("sqrt(x)", "1/(2*sqrt(x))", "2*x**(3/2)/3"),
    ("sin(2*x)", "2*cos(2*x)", "-cos(2*x)/2"),
    ("x*exp(x)", "x*exp(x) + exp(x)", "(x - 1)*exp(x)"),
)


def _term(coefficient: Fraction, power: int) -> str:
    size = abs(coefficient)
    base = "" if power == 0 else "x" if power == 1 else f"x**{power}"
    top = str(size.numerator) if not base else base if size.numerator == 1 else f"{size.numerator}*{base}"
    return top if size.denominator == 1 else f"{top}/{size.denominator}"


def polynomial(coefficients: dict[int, Fraction]) -> str:
    """A polynomial as SymPy prints it, highest power first."""
    text = ""
    for power in sorted(coefficients, reverse=True):
        value = coefficients[power]
        if value:
            sign = ("-" if value < 0 else "") if not text else " - " if value < 0 else " + "
            text += sign + _term(value, power)
    return text or "0"


def derivative(coefficients: dict[int, Fraction]) -> dict[int, Fraction]:
    """The derivative of a polynomial."""
    return {power - 1: value * power for power, value in coefficients.items() if power}


def random_polynomial(rng: Random, highest: int = 6) -> dict[int, Fraction]:
    """One to four terms, coefficients up to 20."""
    powers = rng.sample(range(highest + 1), rng.randint(1, 4))
    if max(powers) == 0:
        powers.append(rng.randint(1, highest))
    return {power: Fraction(rng.choice((1, 1, -1, *range(2, 21), *range(-12, -1)))) for power in powers}


def _multiply(left: dict[int, Fraction], right: dict[int, Fraction]) -> dict[int, Fraction]:
    product: dict[int, Fraction] = {}
    for p, a in left.items():
        for q, b in right.items():
            product[p + q] = product.get(p + q, Fraction(0)) + a * b
    return product


def _linear(rng: Random) -> dict[int, Fraction]:
    return {1: Fraction(rng.choice((1, 1, 1, 2, 3, 5))), 0: Fraction(rng.choice([n for n in range(-12, 13) if n]))}


def _factors(rng: Random) -> tuple[str, dict[int, Fraction], list[Fraction]]:
    """A product of linear factors, multiplied out, and its roots."""
    first, second = _linear(rng), _linear(rng)
    roots = [-factor[0] / factor[1] for factor in (first, second)]
    if rng.random() < 0.25:
        k = rng.randint(2, 4)
        product = first
        for _ in range(k - 1):
            product = _multiply(product, first)
        return f"({polynomial(first)})**{k}", product, roots[:1]
    if rng.random() < 0.25:
        return f"x*({polynomial(first)})", _multiply({1: Fraction(1)}, first), [Fraction(0), roots[0]]
    return f"({polynomial(first)})*({polynomial(second)})", _multiply(first, second), roots


def algebra(rng: Random, held: bool) -> Task:
    """One operation of exact algebra. The guess repeats the expression."""
    name = rng.choice(
        ("differentiate", "differentiate", "integrate", "integrate", "expand", "factor", "solve", "solve", "simplify")
    )
    if name in ("differentiate", "integrate"):
        if rng.random() < 0.2:
            expression, slope, area = rng.choice(FUNCTIONS)
            output = slope if name == "differentiate" else area
        else:
            p = random_polynomial(rng)
            expression = polynomial(p)
            area_of = {power + 1: value / (power + 1) for power, value in p.items()}
            output = polynomial(derivative(p) if name == "differentiate" else area_of)
    elif name == "simplify":
        a, b = rng.randint(1, 12), rng.randint(2, 9)
        expression, output = rng.choice(
            (
                (f"(x**2 - {a * a})/(x - {a})", f"x + {a}"),
                (f"{a}*x + {b}*x", f"{a + b}*x"),
                (f"({b}*x**2 + {b}*x)/x", f"{b}*x + {b}"),
                ("sin(x)**2 + cos(x)**2", "1"),
                (f"x**{b} * x**{a}", f"x**{a + b}"),
                (f"({a}*x)**2", f"{a * a}*x**2"),
            )
        )
    else:
        product, p, roots = _factors(rng)
        expression = product if name == "expand" else polynomial(p)
        output = {
            "expand": polynomial(p),
            "factor": product,
            "solve": str(sorted(set(map(str, roots)))).replace("'", ""),
        }[name]
        if name == "solve" and rng.random() < 0.15:
            a, b = rng.randint(1, 30), rng.randint(2, 12)
            expression, output = f"{b}*x - {a * b}", f"[{a}]"
        if name == "factor" and rng.random() < 0.2:
            k = math.gcd(*(int(c) for c in p.values() if c)) * rng.randint(2, 5)
            expression, output = polynomial({q: c * k for q, c in p.items()}), f"{k}*{product}"
    zero = f"{expression} = 0"
    body = FORMS[f"algebra {name}"].ask(rng, held, e=expression, z=zero, q=rng.choice((zero, zero, expression)))
    step = Step({"operation": name, "expression": expression}, output)
    return Task(f"algebra {name}", body, says(expression), True, {"algebra": (step,)})


FAMILIES: tuple[tuple[Family, float], ...] = ((algebra, 14),)
