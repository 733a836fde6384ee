"""Conversations of a generated dataset: the rows that `agentcoder data export --format trl-sft` writes.

The gold calls with the results that the real tools gave. Under nano's policy the opener decides here, too: a question
that needs a tool gets a short guess behind an answer opener, and one that needs none prints its answer behind a call
opener.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from .conversation import Piece, assistant, response, result_sentence, turn
from .phrasing import ANSWER_OPENERS, CALL_OPENERS
from .task import UNKNOWN, says
from .tools import BUILT_IN_TOOLS, CODE_EXECUTOR, Tool, canonical

OPENERS = ANSWER_OPENERS + CALL_OPENERS
LONGEST = 1600  # characters of a conversation: about two thirds of a row's tokens


@dataclass(frozen=True)
class Told:
    """A question without its opener, the gold calls with their results, and the gold answer."""

    body: str
    calls: tuple[tuple[str, str], ...]
    answer: str

    def exchange(self, rng: Random, call_share: float) -> list[Piece]:
        """The conversation under one of the twelve openers."""
        calls = rng.random() < call_share
        opener = rng.choice(CALL_OPENERS if calls else ANSWER_OPENERS)
        pieces = [Piece(turn("user", f"{opener} {self.body}"), False)]
        if not calls:
            return pieces + assistant(self._direct())
        for call, output in self.calls or self._printed():
            pieces += assistant(call)
            pieces.append(Piece(response(output), False))
        return pieces + assistant(result_sentence(self.answer))

    def _direct(self) -> str:
        if not self.calls:
            return self.answer if self.answer.endswith(".") else says(self.answer)
        number = re.search(r"\d+", self.body)
        return says(number[0]) if number else UNKNOWN

    def _printed(self) -> tuple[tuple[str, str], ...]:
        program = f"print({json.dumps(self.answer, ensure_ascii=False)})"
        return ((CODE_EXECUTOR.call({"code": program}), self.answer),)


def _without_opener(prompt: str) -> str:
    opener = next((opener for opener in OPENERS if prompt.startswith(f"{opener} ")), None)
    return prompt[len(opener) + 1 :] if opener else prompt[0].lower() + prompt[1:]


def _read(row: dict[str, Any], place: str) -> Told | None:
    """None for a row without an answer, and for the facts: nano has sentences of its own for those.

    ValueError: not a row of trl-sft.
    """
    try:
        if row["sample_id"].startswith("fact-"):
            return None
        first, *turns = row["messages"]
        body = _without_opener(first["content"])
        if "tool_calls" in turns[-1]:
            return None
        called = [turn["tool_calls"][0]["function"] for turn in turns[:-1:2]]
        outputs = [turn["content"] for turn in turns[1:-1:2]]
        calls = [canonical(call["name"], call["arguments"]) for call in called]
        return Told(body, tuple(zip(calls, outputs, strict=True)), turns[-1]["content"])
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{place}: no conversation as `data export --format trl-sft` writes it: {error}") from error


def read_told(file: Path) -> tuple[Told, ...]:
    """All conversations of a file that fit a row."""
    lines = file.read_text("utf-8").splitlines()
    read = [_read(json.loads(line), f"{file}, row {number}") for number, line in enumerate(lines, 1)]
    return tuple(told for told in read if told and _size(told) <= LONGEST)


def _size(told: Told) -> int:
    return len(told.body) + len(told.answer) + sum(len(call) + len(output) for call, output in told.calls)


def told_tools(rng: Random) -> tuple[Tool, ...]:
    """The four built-in tools, mostly in their usual order."""
    tools = list(BUILT_IN_TOOLS)
    if rng.random() < 0.25:
        rng.shuffle(tools)
    return tuple(tools)
