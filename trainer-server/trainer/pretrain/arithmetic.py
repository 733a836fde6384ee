"""Numbers: sums done by head, and sums that only a program gets right."""

from __future__ import annotations

import math
from random import Random
from zlib import crc32

from .phrasing import Forms, all_forms
from .task import Family, Step, Task, code, says

FORMS = all_forms()
OPERATIONS = {"+": ("add", FORMS["add"]), "-": ("subtract", FORMS["subtract"]), "*": ("multiply", FORMS["multiply"])}
WORDS = {"+": "plus", "-": "minus", "*": "times"}


def number(rng: Random, low: int, high: int) -> int:
    """A number of `low` to `high` digits, each length as likely."""
    digits = rng.randint(low, high)
    return rng.randint(10 ** (digits - 1), 10**digits - 1)


def _binary(family: str, forms: Forms, sign: str, a: int, b: int, small: bool, rng: Random, held: bool) -> Task:
    value = {"+": a + b, "-": a - b, "*": a * b}[sign]
    expression = f"{a} {sign} {b}"
    calls = code((f"print({expression})", value))
    calls["calc"] = (Step({"expression": expression}, str(value)),)
    calls[OPERATIONS[sign][0]] = (Step({"a": a, "b": b}, str(value)),)
    return Task(family, forms.ask(rng, held, a=a, b=b), says(value if small else a), not small, calls)


def is_held(a: int, sign: str, b: int) -> bool:
    """Whether a small sum is kept for the evaluation: one in ten of those with a two-digit number."""
    return max(a, b) > 9 and crc32(f"{a}{sign}{b}".encode()) % 10 == 3


def small_sum(rng: Random, held: bool) -> Task:
    """By head: a + b and a - b (a >= b) of one or two digits, and products with one factor of one digit."""
    while True:
        a, sign, b = _small(rng, rng.choice("+-**"))
        if is_held(a, sign, b) == held:
            return _binary(f"small {sign}", OPERATIONS[sign][1], sign, a, b, True, rng, held)


def _small(rng: Random, sign: str) -> tuple[int, str, int]:
    high = rng.choice((9, 99, 99))
    a, b = rng.randint(0, high), rng.randint(0, high)
    if sign == "-" and a < b:
        a, b = b, a
    if sign == "*":
        a, b = rng.randint(0, high), rng.randint(0, 9)
        if rng.random() < 0.3:
            a, b = b, a
    return a, sign, b


def drill(rng: Random) -> tuple[str, str]:
    """A small sum in the fewest words, as (what stands there, what follows): practice without question and turn."""
    while True:
        a, sign, b = _small(rng, rng.choice("+--**"))
        if not is_held(a, sign, b):
            value = {"+": a + b, "-": a - b, "*": a * b}[sign]
            return f"{rng.choice(OPERATIONS[sign][1].nouns).format(a=a, b=b)} is", f" {value}."


def big_sum(rng: Random, held: bool) -> Task:
    """Beyond the head: at least three digits, or a product of two two-digit numbers. The guess repeats a number."""
    sign = rng.choice("+-***")
    if sign == "*" and rng.random() < 0.15:
        a, b = rng.randint(11, 99), rng.randint(11, 99)
    elif sign == "*":
        a, b = number(rng, 2, 7), number(rng, 3, 7)
        if rng.random() < 0.3:
            a, b = b, a
    else:
        a, b = number(rng, 3, 7), number(rng, 2, 7)
        if sign == "+" and rng.random() < 0.3:
            a, b = b, a
    return _binary(f"big {sign}", OPERATIONS[sign][1], sign, a, b, False, rng, held)


def division(rng: Random, held: bool) -> Task:
    """Floor division and remainder."""
    a, b = number(rng, 3, 7), number(rng, 1, 4)
    if a <= b:
        a, b = b + 1, a
    sign, value, forms = rng.choice((("//", a // b, FORMS["floor_divide"]), ("%", a % b, FORMS["remainder"])))
    calls = code((f"print({a} {sign} {b})", value))
    calls["calc"] = (Step({"expression": f"{a} {sign} {b}"}, str(value)),)
    return Task(f"divide {sign}", forms.ask(rng, held, a=a, b=b), says(a), True, calls)


def chained(rng: Random, held: bool) -> Task:
    """Three or four numbers joined by +, - and *."""
    numbers = [number(rng, 2, 6) for _ in range(rng.choice((3, 3, 3, 4)))]
    signs = [rng.choice("++-*") for _ in numbers[1:]]
    expression, words, value_text = str(numbers[0]), str(numbers[0]), str(numbers[0])
    for sign, term in zip(signs, numbers[1:], strict=True):
        expression += f" {sign} {term}"
        words += f" {WORDS[sign]} {term}"
    value_text = str(eval(expression, {"__builtins__": {}}))  # only digits and signs, made two lines above
    calls = code((f"print({expression})", value_text))
    calls["calc"] = (Step({"expression": expression}, value_text),)
    body = FORMS["chained"].ask(rng, held, e=expression, w=words)
    return Task("chained", body, says(numbers[0]), True, calls)


def short_chain(rng: Random, held: bool) -> Task:
    """Three small numbers added: by head or by a tool, either is fair."""
    numbers = [rng.randint(1, 20) for _ in range(3)]
    expression = " + ".join(map(str, numbers))
    body = FORMS["chained"].ask(rng, held, e=expression, w=" plus ".join(map(str, numbers)))
    calls = code((f"print({expression})", sum(numbers)))
    calls["calc"] = (Step({"expression": expression}, str(sum(numbers))),)
    return Task("sum of three", body, says(sum(numbers)), False, calls)


def mod_power(rng: Random, held: bool) -> Task:
    """Modular and plain powers."""
    if rng.random() < 0.3:
        a, b = number(rng, 1, 3), rng.randint(3, 20)
        body = FORMS["power"].ask(rng, held, a=a, b=b)
        return Task("power", body, says(a), True, code((f"print({a} ** {b})", a**b)))
    a, b, m = number(rng, 1, 5), number(rng, 1, 5), number(rng, 2, 5)
    body = FORMS["mod_power"].ask(rng, held, a=a, b=b, m=m)
    return Task("modular power", body, says(a), True, code((f"print(pow({a}, {b}, {m}))", pow(a, b, m))))


def compare(rng: Random, held: bool) -> Task:
    """Which of two numbers is larger or smaller."""
    a, b = rng.sample(range(10 ** rng.choice((1, 2, 2, 3))), 2)
    word, value, forms = rng.choice((("max", max(a, b), FORMS["larger"]), ("min", min(a, b), FORMS["smaller"])))
    body = forms.ask(rng, held, a=a, b=b)
    return Task("compare", body, says(value), False, code((f"print({word}({a}, {b}))", value)))


def parity(rng: Random, held: bool) -> Task:
    """Even or odd."""
    a = number(rng, 1, 4)
    value = "even" if a % 2 == 0 else "odd"
    program = f'print("even" if {a} % 2 == 0 else "odd")'
    return Task("parity", FORMS["parity"].ask(rng, held, a=a), says(value), False, code((program, value)))


def digit_sum(rng: Random, held: bool) -> Task:
    """The sum of a number's digits."""
    n = number(rng, 3, 10)
    program = f"print(sum(int(d) for d in str({n})))"
    return Task(
        "digit sum", FORMS["digit_sum"].ask(rng, held, n=n), says(n), True, code((program, sum(map(int, str(n)))))
    )


def number_theory(rng: Random, held: bool) -> Task:
    """Greatest common divisor, least common multiple, factorial, number of divisors."""
    name = rng.choice(("gcd", "lcm", "factorial", "divisors"))
    if name == "factorial":
        n = rng.randint(4, 25)
        program = f"import math\nprint(math.factorial({n}))"
        return Task(name, FORMS["factorial"].ask(rng, held, n=n), says(n), True, code((program, math.factorial(n))))
    if name == "divisors":
        n = number(rng, 2, 5)
        program = f"print(sum({n} % d == 0 for d in range(1, {n} + 1)))"
        count = len({d for i in range(1, math.isqrt(n) + 1) if n % i == 0 for d in (i, n // i)})
        return Task(name, FORMS["divisors"].ask(rng, held, n=n), says(n), True, code((program, count)))
    a, b = number(rng, 2, 6), number(rng, 2, 6)
    forms, value = (FORMS["gcd"], math.gcd(a, b)) if name == "gcd" else (FORMS["lcm"], math.lcm(a, b))
    program = f"import math\nprint(math.{name}({a}, {b}))"
    return Task(name, forms.ask(rng, held, a=a, b=b), says(a), True, code((program, value)))


FAMILIES: tuple[tuple[Family, float], ...] = (
    (small_sum, 10),
    (big_sum, 14),
    (division, 6),
    (chained, 4),
    (short_chain, 3),
    (mod_power, 5),
    (compare, 4),
    (parity, 1),
    (digit_sum, 4),
    (number_theory, 7),
)
