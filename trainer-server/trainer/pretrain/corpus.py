"""Questions of the generator in training: the train split of tool_use_v1's templates, with what the tools returned.

Two files of JSON lines: the samples (`agentcoder generate --splits train`) and their conversations (`agentcoder data
export --format sft`), joined by the sample's id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from .conversation import Piece, assistant, response, result_sentence, turn
from .phrasing import ANSWER_OPENERS, CALL_OPENERS
from .task import UNKNOWN, says
from .tools import BUILT_IN_TOOLS, CALL_CLOSE, CALL_OPEN, CODE_EXECUTOR, DEFAULT_TOOLS, Tool

# A workspace or a page that is longer than this says nothing that a row has room for.
LONGEST = 1500


@dataclass(frozen=True)
class Item:
    """A question without its opener: the calls with what they returned, and the right answer."""

    body: str
    calls: tuple[tuple[str, str], ...]
    tools: frozenset[str]
    answer: str
    needs_tool: bool

    def final(self) -> str:
        """What is said after the last result: the result itself where that is the answer."""
        return result_sentence(self.answer) if self.calls[-1][1].strip() == self.answer else says(self.answer)

    def direct(self) -> str:
        """What is said without a tool."""
        return UNKNOWN if self.needs_tool else says(self.answer)


def _render(name: str, arguments: dict[str, Any]) -> str:
    body = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False, separators=(",", ":"))
    return f"{CALL_OPEN}{body}{CALL_CLOSE}"


def _item(sample: dict[str, Any], messages: list[dict[str, Any]]) -> Item | None:
    opener = next((o for o in CALL_OPENERS + ANSWER_OPENERS if sample["prompt"].startswith(f"{o} ")), None)
    if opener is None:
        return None
    calls, tools = [], []
    for place, message in enumerate(messages):
        for call in message.get("tool_calls") or ():
            function = call["function"]
            given = function["arguments"]
            arguments = json.loads(given) if isinstance(given, str) else given
            calls.append((_render(function["name"], arguments), str(messages[place + 1]["content"])))
            tools.append(function["name"])
    answer = str(sample.get("gold_answer") or sample["ground_truth_output"])
    needs = sample["optimal_tool"] != "none"
    program = sample.get("gold_program")
    if not calls and program:
        calls, tools = [(_render(CODE_EXECUTOR.name, {"code": program}), answer)], [CODE_EXECUTOR.name]
    body = sample["prompt"][len(opener) + 1 :]
    if len(body) + sum(len(c) + len(r) for c, r in calls) > LONGEST:
        return None
    return Item(body, tuple(calls), frozenset(tools), answer, needs)


class Corpus:
    """The questions of both files."""

    def __init__(self, samples: Path, conversations: Path) -> None:
        rows = [json.loads(line) for line in conversations.read_text("utf-8").splitlines()]
        said = {row["sample_id"]: row["messages"] for row in rows}
        known = [json.loads(line) for line in samples.read_text("utf-8").splitlines()]
        found = (_item(sample, said[sample["id"]]) for sample in known if sample["id"] in said)
        self.items = [item for item in found if item is not None]

    def tools(self, rng: Random) -> tuple[Tool, ...]:
        """A list of built-in tools."""
        return DEFAULT_TOOLS if rng.random() < 0.4 else BUILT_IN_TOOLS

    def exchange(self, rng: Random, tools: tuple[Tool, ...], call_share: float) -> list[Piece]:
        """One question under the openers' policy."""
        listed = {tool.name for tool in tools}
        while True:
            item = rng.choice(self.items)
            if item.tools <= listed:
                break
        calls = bool(item.calls) and rng.random() < call_share
        opener = rng.choice(CALL_OPENERS if calls else ANSWER_OPENERS)
        pieces = [Piece(turn("user", f"{opener} {item.body}"), False)]
        if not calls:
            return pieces + assistant(item.direct())
        for call, result in item.calls:
            pieces += assistant(call)
            pieces.append(Piece(response(result), False))
        return pieces + assistant(item.final())
