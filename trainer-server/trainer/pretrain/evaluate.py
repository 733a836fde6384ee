"""Held-out measurement: question forms, sums, numbers, words and tool names that training never showed."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from tokenizers import Tokenizer

from . import arithmetic, chains
from .conversation import broken, error_line, response, result_sentence, tool_list, turn
from .facts import load_facts
from .model import load_rounded
from .phrasing import ANSWER_OPENERS, CALL_OPENERS
from .play import Player, read_call
from .stated import stated
from .task import Task
from .tasks import draw, fact, served_by
from .tools import BUILT_IN_TOOLS, DEFAULT_TOOLS, Tool, system_turn


def rate(hits: Iterable[bool]) -> dict[str, Any]:
    """A share with its count."""
    found = list(hits)
    return {"value": round(sum(found) / len(found), 4) if found else None, "n": len(found)}


def ask(tools: tuple[Tool, ...], opener: str, body: str) -> str:
    """A conversation up to the decision point."""
    return turn("system", system_turn(tools)) + turn("user", f"{opener} {body}")


def _tasks(rng: Random, count: int, tools: tuple[Tool, ...] = DEFAULT_TOOLS, held: bool = True) -> list[Task]:
    found: list[Task] = []
    while len(found) < count:
        task = draw(rng, held, tools)
        if task.family != "echo":  # practice for copying; it has one form only
            found.append(task)
    return found


def _tool(task: Task, tools: tuple[Tool, ...]) -> Tool:
    tool = served_by(task, tools)
    if tool is None:
        raise ValueError(f"no listed tool serves the task {task.family}")
    return tool


def decisions(player: Player, rng: Random, count: int) -> dict[str, Any]:
    """P(call) where a tool is needed and where not, the gap, and whether the opener is followed."""
    tasks = _tasks(rng, 4 * count)
    needs = [t for t in tasks if t.needs_tool][:count] + [t for t in tasks if not t.needs_tool][:count]
    openers = [rng.choice(CALL_OPENERS + ANSWER_OPENERS) for _ in needs]
    found = player.call_probability([ask(DEFAULT_TOOLS, o, t.body) for o, t in zip(openers, needs, strict=True)])
    groups: dict[bool, list[float]] = defaultdict(list)
    gaps, followed, right = [], [], []
    for task, opener, value in zip(needs, openers, found, strict=True):
        groups[task.needs_tool].append(value)
        clipped = min(max(value, 1e-12), 1 - 1e-12)
        gaps.append(abs(math.log(clipped / (1 - clipped))))
        followed.append((value > 0.5) == (opener in CALL_OPENERS))
        right.append((value > 0.5) == task.needs_tool)
    return {
        "mean_p_call_needed": round(sum(groups[True]) / len(groups[True]), 4),
        "mean_p_call_not_needed": round(sum(groups[False]) / len(groups[False]), 4),
        "gap_at_least_1_nat": rate(gap >= 1 for gap in gaps),
        "opener_followed": rate(followed),
        "choice_right": rate(right),
    }


def _calls(player: Player, pairs: list[tuple[Task, tuple[Tool, ...]]], rng: Random) -> tuple[dict[str, Any], list[str]]:
    said = player.say([ask(tools, rng.choice(CALL_OPENERS), task.body) for task, tools in pairs], 128)
    parsed, names, exact, wrong = [], [], [], []
    families: dict[str, list[bool]] = defaultdict(list)
    for (task, tools), text in zip(pairs, said, strict=True):
        tool = _tool(task, tools)
        wanted = tool.call(dict(task.calls[tool.kind][0].roles))
        call, gold = read_call(text), read_call(wanted)
        parsed.append(call is not None)
        names.append(call is not None and gold is not None and call["name"] == gold["name"])
        exact.append(call == gold)
        families[task.family].append(call == gold)
        if call != gold:
            wrong.append(f"{task.family} | {task.body} | {text}")
    by_family = {name: rate(hits) for name, hits in sorted(families.items())}
    figures = {"parse": rate(parsed), "name_exact": rate(names), "arguments_exact": rate(exact), "by_family": by_family}
    return figures, wrong


def _unseen(rng: Random, count: int, held: bool) -> list[tuple[Task, tuple[Tool, ...]]]:
    """Questions behind lists of invented tools whose names, and many of whose parameters, nobody has seen."""
    found: list[tuple[Task, tuple[Tool, ...]]] = []
    while len(found) < count:
        tools = tool_list(rng, held=True)
        if tools and not any(tool in BUILT_IN_TOOLS for tool in tools):
            found += [(task, tools) for task in _tasks(rng, 1, tools, held)]
    return found


def _stated_need(player: Player, rng: Random, count: int) -> dict[str, Any]:
    """Asked in held-out words whether a held-out question needs a tool: says yes or no, and is right."""
    tasks = _tasks(rng, 4 * count)
    tasks = [t for t in tasks if t.needs_tool][: count // 2] + [t for t in tasks if not t.needs_tool][: count // 2]
    openers = [rng.choice(CALL_OPENERS + ANSWER_OPENERS) for _ in tasks]
    asked = [ask(DEFAULT_TOOLS, o, stated(rng, t, held=True).body) for o, t in zip(openers, tasks, strict=True)]
    said = player.say(asked, 8)
    return {
        "parse": rate(text in ("Yes.", "No.") for text in said),
        "right": rate(text == stated(rng, task).direct for text, task in zip(said, tasks, strict=True)),
    }


def heads(player: Player, rng: Random, count: int) -> dict[str, Any]:
    """Small sums and other answers without a tool, and how often the answer is right."""
    found: dict[str, Any] = {}
    sources = (
        ("small_sums", arithmetic.small_sum, True),
        ("small_sums_seen_pairs", arithmetic.small_sum, False),
        ("sum_of_three", arithmetic.short_chain, True),
        ("comparisons", arithmetic.compare, True),
        ("parity", arithmetic.parity, True),
        ("facts_held_form", fact, True),
        ("facts_known_form", fact, False),
    )
    for name, family, held in sources:
        tasks = [family(rng, held) for _ in range(count)]
        prompts = [ask(DEFAULT_TOOLS, rng.choice(ANSWER_OPENERS), task.body) for task in tasks]
        hits = [text == task.direct for task, text in zip(tasks, player.say(prompts, 24), strict=True)]
        found[name] = rate(hits)
        if name.startswith("small_sums"):
            for sign in "+-*":
                found[f"{name} {sign}"] = rate(h for h, t in zip(hits, tasks, strict=True) if t.family.endswith(sign))
    known = [form for known_fact in load_facts() for form in [(known_fact, known_fact.trained[0])]]
    texts = player.say([ask(DEFAULT_TOOLS, rng.choice(ANSWER_OPENERS), form) for _, form in known], 24)
    found["facts_main_question"] = rate(text == f.sentence for (f, _), text in zip(known, texts, strict=True))
    return found


def _play_steps(player: Player, rng: Random, tasks: list[Task], fail_first: bool) -> list[bool]:
    """Whether every turn is exact when the tools answer: all calls (after a failed one, if asked) and the answer."""
    texts, steps = [], []
    for task in tasks:
        tool = _tool(task, DEFAULT_TOOLS)
        text = ask(DEFAULT_TOOLS, rng.choice(CALL_OPENERS), task.body)
        calls = [tool.call(dict(step.roles)) for step in task.calls[tool.kind]]
        if fail_first:
            text += turn("assistant", broken(calls[0], rng)) + response(error_line(rng))
        texts.append(text)
        steps.append([(call, step.output) for call, step in zip(calls, task.calls[tool.kind], strict=True)])
    fine = [True] * len(tasks)
    for number in range(max(map(len, steps)) + 1):
        active = [place for place in range(len(tasks)) if fine[place] and number <= len(steps[place])]
        said = player.say([texts[place] for place in active], 128)
        for place, text in zip(active, said, strict=True):
            if number == len(steps[place]):
                fine[place] = text == result_sentence(steps[place][-1][1])
            else:
                call, output = steps[place][number]
                fine[place] = text == call
                texts[place] += turn("assistant", text) + response(output)
    return fine


def results(player: Player, rng: Random, count: int) -> dict[str, Any]:
    """Whether the answer repeats the tool's result."""
    tasks = [task for task in _tasks(rng, 3 * count) if not task.family.startswith("chain ")][:count]
    texts, wanted = [], []
    for task in tasks:
        tool = _tool(task, DEFAULT_TOOLS)
        step = task.calls[tool.kind][0]
        text = ask(DEFAULT_TOOLS, rng.choice(CALL_OPENERS), task.body)
        texts.append(text + turn("assistant", tool.call(dict(step.roles))) + response(step.output))
        wanted.append(result_sentence(step.output))
    return rate(text == want for text, want in zip(player.say(texts, 64), wanted, strict=True))


def evaluate(directory: Path, seed: int, count: int) -> dict[str, Any]:
    """All figures of a model directory, `count` questions for each ability: the rounded weights, computed in fp32."""
    rng = Random(seed)
    player = Player(load_rounded(directory), Tokenizer.from_file(str(directory / "tokenizer.json")))
    single = [task for task in _tasks(rng, 4 * count) if not task.family.startswith("chain ")][: 2 * count]
    calls, wrong = _calls(player, [(task, DEFAULT_TOOLS) for task in single], rng)
    known, _ = _calls(player, [(task, DEFAULT_TOOLS) for task in _tasks(rng, count, held=False)], rng)
    unseen_calls, unseen_wrong = _calls(player, _unseen(rng, 2 * count, held=False), rng)
    unseen_held, _ = _calls(player, _unseen(rng, 2 * count, held=True), rng)
    plain = player.say([ask((), rng.choice(CALL_OPENERS + ANSWER_OPENERS), t.body) for t in single[:count]], 40)
    chained = [
        rng.choice((chains.number_chain, chains.word_chain, chains.algebra_chain))(rng, True) for _ in range(count)
    ]
    recovery = _play_steps(player, rng, single[:count], fail_first=True)
    figures = {
        "seed": seed,
        "decision": decisions(player, rng, count),
        "calls": calls,
        "calls_known_forms": known,
        "unseen_tools": unseen_calls,
        "unseen_tools_held_forms": unseen_held,
        "stated_need": _stated_need(player, rng, count),
        "by_head": heads(player, rng, count),
        "answer_repeats_result": results(player, rng, count),
        "error_recovery": rate(recovery),
        "two_step_chains": rate(_play_steps(player, rng, chained, fail_first=False)),
        "no_tools_answers": rate("<tool_call>" not in text for text in plain),
        "wrong_examples": wrong[:30] + unseen_wrong[:15],
    }
    return json.loads(json.dumps(figures))
