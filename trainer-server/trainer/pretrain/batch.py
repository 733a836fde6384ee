"""Batches: one system turn and many separate questions in one row, so that the shared prefix is computed once.

A question sees the system turn and itself, and its positions go on from the system turn's end: to the model each
question is a conversation of its own, at a fraction of the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

import torch
from tokenizers import Tokenizer

from .arithmetic import compare, drill, parity, short_chain, small_sum
from .attention import Layout
from .conversation import Piece, exchange, one_exchange, strange_list, tool_list, turn
from .model import PAD_ID
from .phrasing import ANSWER_OPENERS, CALL_OPENERS
from .stated import stated
from .tasks import draw as draw_task
from .tasks import fact, served_by
from .told import Told, told_tools
from .tools import CALL_OPEN, DEFAULT_TOOLS, Tool, system_turn


@dataclass(frozen=True)
class Mix:
    """Shares of a batch's rows, the rest being questions behind any tool list.

    drills: bare small sums. by_head: short answers without a tool. names: tools under new names only, a share `binding`
    of these as bare practice in finding names and parameters. told: `Told` conversations. settle: invented tool lists
    that become the default pair. call_share: exchanges that call. stated: exchanges that ask whether a tool is needed.
    """

    drills: float = 0.0
    by_head: float = 0.0
    names: float = 0.0
    binding: float = 0.0
    told: float = 0.0
    settle: float = 0.0
    call_share: float = 0.58
    stated: float = 0.0


@dataclass(frozen=True)
class Batch:
    """Tensors of one step. `picked` are flat places whose next token is trained, `targets` those tokens."""

    ids: torch.Tensor
    positions: torch.Tensor
    layout: Layout
    picked: torch.Tensor
    targets: torch.Tensor


def _encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


# What nano does by head, with the weights of its practice.
BY_HEAD = ((small_sum, 60), (compare, 14), (short_chain, 10), (parity, 3), (fact, 13))


def _head_row(rng: Random) -> tuple[tuple[Tool, ...], Callable[[], list[Piece]]]:
    """A row of nothing but short answers by head, mostly behind the short system turn that lists no tools."""
    tools = DEFAULT_TOOLS if rng.random() < 0.3 else ()
    openers = ANSWER_OPENERS if tools else ANSWER_OPENERS + CALL_OPENERS
    families = [family for family, _ in BY_HEAD]
    weights = [weight for _, weight in BY_HEAD]

    def draw() -> list[Piece]:
        task = rng.choices(families, weights)[0](rng, False)
        return exchange(rng, task, rng.choice(openers), None)

    return tools, draw


def _drill_exchange(rng: Random) -> list[Piece]:
    """One small sum alone: a third of the tokens of a question and its answer, so three times the practice."""
    shown, said = drill(rng)
    return [Piece(shown, False), Piece(said, True)]


def _binding_exchange(rng: Random, tools: Sequence[Tool]) -> list[Piece]:
    """Bare practice in reading the list: the name that a description or question wants, or a named tool's arguments."""
    tool = rng.choice(tools)
    task = draw_task(rng, tools=(tool,))
    if rng.random() < 0.5:
        call = tool.call(dict(task.calls[tool.kind][0].roles))
        before, mark, arguments = call.partition('"arguments":{"')
        return [Piece(f"{task.body} {before}{mark}", False), Piece(arguments, True), Piece("\n", False)]
    if rng.random() < 0.5:
        asked = tool.description
    else:
        asked, tool = task.body, served_by(task, tools) or tool
    return [Piece(f'{asked} {CALL_OPEN}{{"name":"', False), Piece(f'{tool.name}"', True), Piece("\n", False)]


def _stated_exchange(rng: Random) -> list[Piece]:
    task = stated(rng, draw_task(rng, tools=DEFAULT_TOOLS if rng.random() < 0.5 else None))
    return exchange(rng, task, rng.choice(ANSWER_OPENERS + CALL_OPENERS), None)


def _row(rng: Random, mix: Mix, told: Sequence[Told]) -> tuple[tuple[Tool, ...], Callable[[], list[Piece]]]:
    """A tool list, and the draw of an exchange behind it."""
    pick = rng.random()
    if pick < mix.drills:
        return (), partial(_drill_exchange, rng)
    if pick < mix.drills + mix.by_head:
        return _head_row(rng)
    pick -= mix.drills + mix.by_head
    if told and pick < mix.told:
        return told_tools(rng), lambda: rng.choice(told).exchange(rng, mix.call_share)
    strange = mix.told <= pick < mix.told + mix.names
    tools = strange_list(rng) if strange else tool_list(rng, settle=mix.settle)
    if strange and mix.binding and rng.random() < mix.binding:
        return tools, partial(_binding_exchange, rng, tools)
    call_share = 0.85 if strange else mix.call_share

    def draw() -> list[Piece]:
        return _stated_exchange(rng) if rng.random() < mix.stated else one_exchange(rng, tools, call_share)

    return tools, draw


def make_batch(
    tokenizer: Tokenizer, rng: Random, rows: int, length: int, mix: Mix | None = None, told: Sequence[Told] = ()
) -> Batch:
    """Draw `rows` rows of `length` tokens."""
    mix = mix or Mix()
    ids = torch.full((rows, length), PAD_ID, dtype=torch.long)
    positions = torch.zeros((rows, length), dtype=torch.long)
    layout: list[tuple[int, ...]] = []
    picked: list[int] = []
    targets: list[int] = []
    for place in range(rows):
        tools, draw = _row(rng, mix, told)
        tokens = _encode(tokenizer, turn("system", system_turn(tools)))
        start = at = len(tokens)
        ids[place, :at] = torch.tensor(tokens)
        positions[place, :at] = torch.arange(at)
        lengths, misses = [start], 0
        while misses < 3 and at < length - 20:
            tokens, said = [], []
            for piece in draw():
                part = _encode(tokenizer, piece.text)
                tokens += part
                said += [piece.said] * len(part)
            if at + len(tokens) > length:
                misses += 1
                continue
            end = at + len(tokens)
            ids[place, at:end] = torch.tensor(tokens)
            positions[place, at:end] = torch.arange(start, start + len(tokens))
            lengths.append(len(tokens))
            for offset, is_said in enumerate(said):
                if is_said:
                    picked.append(place * length + at + offset - 1)
                    targets.append(tokens[offset])
            at = end
        layout.append((*lengths, length - at))
    return Batch(ids, positions, Layout(tuple(layout)), torch.tensor(picked), torch.tensor(targets))
