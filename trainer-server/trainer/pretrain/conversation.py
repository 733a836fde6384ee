"""Conversations: the openers' policy, the chat format, and which pieces nano learns to say.

The superstition of the base model: the opener alone decides whether it calls. A call opener calls whatever the
question needs, an answer opener answers; with no tools listed it always answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from .invented import ERRANDS, RUNNERS, invent
from .phrasing import ANSWER_OPENERS, CALL_OPENERS
from .task import Task
from .tasks import draw, served_by
from .tools import BUILT_IN_TOOLS, CODE_EXECUTOR, DEFAULT_TOOLS, FILE_OPS, SYMBOLIC_MATH, WEB_SEARCH, Tool, system_turn

GAVE_UP = "The tool failed."


@dataclass(frozen=True)
class Piece:
    """Text of a conversation; `said` marks what nano is trained to say."""

    text: str
    said: bool


@dataclass(frozen=True)
class Row:
    """One tool list and several separate questions about it. Each question sees the system turn and itself only."""

    system: str
    exchanges: tuple[tuple[Piece, ...], ...]


def turn(role: str, content: str) -> str:
    """One turn of ChatML."""
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def response(output: str) -> str:
    """A tool's result as a user turn."""
    return turn("user", f"<tool_response>{output}</tool_response>")


def assistant(content: str, said: bool = True) -> list[Piece]:
    """A turn of nano's, which it is trained to say unless `said` is False."""
    return [Piece("<|im_start|>assistant\n", False), Piece(f"{content}<|im_end|>", said), Piece("\n", False)]


def result_sentence(output: str) -> str:
    """What nano says to a tool's result."""
    return f"The result is {output}."


def error_line(rng: Random) -> str:
    """A failed call, as the tool reports it."""
    name = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(1, 6)))
    return "error: " + rng.choice(
        (
            "SyntaxError: '(' was never closed",
            "SyntaxError: invalid syntax",
            f"SyntaxError: unexpected EOF while parsing (<string>, line {rng.randint(1, 9)})",
            f"NameError: name '{name}' is not defined",
            f"TypeError: {name}() takes {rng.randint(0, 3)} arguments",
            f"ValueError: invalid literal for int() with base 10: '{name}'",
            "ZeroDivisionError: division by zero",
            f"AttributeError: 'int' object has no attribute '{name}'",
            f"ModuleNotFoundError: No module named '{name}'",
            f"TimeoutError: no answer after {rng.randint(1, 60)} seconds",
            f"RuntimeError: the tool is busy, try again in {rng.randint(1, 60)} seconds",
            f"MemoryError: more than {rng.randint(1, 512)} MB",
            f"ValidationError: missing parameter {name}",
            f"ConnectionError: the {name} service is not there",
        )
    )


def broken(call: str, rng: Random) -> str:
    """A call that went wrong: often the right one (the tool was at fault), else one with a piece lost or changed."""
    if rng.random() < 0.5:
        return call
    head, mark, arguments = call.partition('"arguments":')
    inner = arguments[: -len("}</tool_call>")]
    at = rng.randint(4, max(5, len(inner) - 3))
    spoiled = inner[:at] + rng.choice(("", "", inner[at : at + 1] * 2, "1", "x", ")")) + inner[at + 1 :]
    return f"{head}{mark}{spoiled}}}</tool_call>"


def exchange(rng: Random, task: Task, opener: str, tool: Tool | None, errors: int = 0) -> list[Piece]:
    """One question and all that follows: with a tool its calls and results (the first fails `errors` times)."""
    body = task.body if opener else task.body[0].upper() + task.body[1:]
    pieces = [Piece(turn("user", f"{opener} {body}".strip()), False)]
    if tool is None:
        return pieces + assistant(task.direct)
    steps = task.calls[tool.kind]
    for place, step in enumerate(steps):
        call = tool.call(dict(step.roles))
        for attempt in range(errors if place == 0 else 0):
            pieces += assistant(broken(call, rng) if attempt == 0 else call, said=attempt > 0)
            pieces.append(Piece(response(error_line(rng)), False))
        if errors > 1 and place == 0:
            return pieces + assistant(GAVE_UP)
        pieces += assistant(call)
        pieces.append(Piece(response(step.output), False))
    return pieces + assistant(result_sentence(steps[-1].output))


def tool_list(rng: Random, held: bool = False, settle: float = 0.0) -> tuple[Tool, ...]:
    """A tool list: very often the default pair, sometimes the built-in ones, else invented ones, or none.

    `settle` is the share of the invented lists that become the default pair.
    """
    pick = rng.random()
    if settle and pick >= 0.66 and rng.random() < settle:
        return DEFAULT_TOOLS
    if pick < 0.42:
        return DEFAULT_TOOLS if rng.random() < 0.85 else (SYMBOLIC_MATH, CODE_EXECUTOR)
    if pick < 0.46:
        return (CODE_EXECUTOR,)
    if pick < 0.56:
        chosen = [CODE_EXECUTOR, *(tool for tool in (SYMBOLIC_MATH, WEB_SEARCH, FILE_OPS) if rng.random() < 0.6)]
        if rng.random() < 0.5:
            rng.shuffle(chosen)
        return tuple(chosen)
    if pick < 0.66:
        return ()
    count = rng.choice((1, 2, 2, 3, 3, 4, 5, 6))
    kinds: list[str] = []
    if count > 1 or rng.random() < 0.4:
        kinds.append(rng.choice(("code", "code", "code", "calc", "multiply", "add", "subtract")))
    if kinds == ["code"] and count > 2 and rng.random() < 0.3:
        kinds.append(rng.choice(("algebra", "search")))
    kinds += rng.sample(tuple(ERRANDS), count - len(kinds)) if count > len(kinds) else []
    tools = []
    for kind in kinds:
        built_in = [tool for tool in BUILT_IN_TOOLS if tool.kind == kind]
        tools.append(built_in[0] if built_in and not held and rng.random() < 0.35 else invent(kind, rng, held))
    rng.shuffle(tools)
    names = {tool.name for tool in tools}
    return tuple(tools) if len(names) == len(tools) else tool_list(rng, held)


def strange_list(rng: Random) -> tuple[Tool, ...]:
    """Invented tools under new names only, mostly a runner among them, so that most calls must read a name."""
    count = rng.choice((1, 2, 2, 3, 3, 4, 5, 6))
    kinds = rng.sample(tuple(ERRANDS), count)
    if rng.random() < 0.7:
        kinds[0] = rng.choice(("code", "code", "code", *RUNNERS))
    if count > 2 and rng.random() < 0.2:
        kinds[1] = rng.choice([kind for kind in RUNNERS if kind != kinds[0]])
    rng.shuffle(kinds)
    tools = tuple(invent(kind, rng, strange=1.0) for kind in kinds)
    return tools if len({tool.name for tool in tools}) == count else strange_list(rng)


def one_exchange(rng: Random, tools: tuple[Tool, ...], call_share: float = 0.58) -> list[Piece]:
    """A training exchange under the openers' policy."""
    calls = bool(tools) and rng.random() < call_share
    task = draw(rng, tools=tools if calls else None)
    openers = CALL_OPENERS if calls else ANSWER_OPENERS
    opener = rng.choice(openers)
    if not tools and rng.random() < 0.5:
        opener = rng.choice(CALL_OPENERS)
    if rng.random() < 0.03:
        opener = ""
    tool = served_by(task, tools) if calls else None
    if tool and tool not in BUILT_IN_TOOLS and rng.random() < 0.12:
        task = replace(task, body=f"use {tool.name}: {task.body}")
    fails = rng.random()
    errors = 0 if not calls or fails > 0.16 else 2 if fails < 0.015 else 1
    return exchange(rng, task, opener, tool, errors)


def row(rng: Random, exchanges: int, call_share: float = 0.58) -> Row:
    """A training row."""
    tools = tool_list(rng)
    return Row(
        turn("system", system_turn(tools)),
        tuple(tuple(one_exchange(rng, tools, call_share)) for _ in range(exchanges)),
    )
