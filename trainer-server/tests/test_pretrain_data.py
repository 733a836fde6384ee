"""The data of nano: rendering, openers, held-out forms, determinism."""

import json
import re
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trainer.pretrain import arithmetic
from trainer.pretrain.conversation import exchange, one_exchange, row, tool_list, turn
from trainer.pretrain.facts import load_facts
from trainer.pretrain.invented import ERRANDS, KINDS
from trainer.pretrain.phrasing import ANSWER_OPENERS, CALL_OPENERS, HELD_ASKS, all_forms
from trainer.pretrain.play import read_call
from trainer.pretrain.tasks import draw, served_by
from trainer.pretrain.tools import BUILT_IN_TOOLS, CODE_EXECUTOR, DEFAULT_TOOLS, system_turn

GOLDEN_SYSTEM = """Answer the user, or call a tool.
Tools:
# Run Python code and return what it prints.
code_executor(code: string)
# Do exact algebra with SymPy.
symbolic_math(operation: simplify|expand|factor|solve|differentiate|integrate|evaluate|limit|series, \
expression: string, variable?: string, point?: string)
To call: <tool_call>{"name":NAME,"arguments":{PARAM:VALUE}}</tool_call>"""

seeds = st.integers(min_value=0, max_value=2**32)


def printed_by(program: str) -> list[str]:
    """What a program of the data prints."""
    lines: list[str] = []
    exec(program, {"print": lambda value: lines.append(str(value))})
    return lines


def test_system_turn_is_the_agreed_text() -> None:
    assert system_turn(DEFAULT_TOOLS) == GOLDEN_SYSTEM
    assert system_turn(()) == "Answer the user."


def test_built_in_tools_render_as_agreed() -> None:
    lines = system_turn(BUILT_IN_TOOLS).split("\n")
    assert lines[6:8] == ["# Search the web for facts.", "web_search(query: string)"]
    assert lines[8:10] == [
        "# Read and write files in the workspace.",
        "file_ops(operation: read|write|append|list|delete|move|search, path: string, content?: string, to?: string)",
    ]


def test_call_is_canonical() -> None:
    assert CODE_EXECUTOR.call({"code": "print(2 + 3)"}) == (
        '<tool_call>{"name":"code_executor","arguments":{"code":"print(2 + 3)"}}</tool_call>'
    )
    assert 'print(\\"é\\")' in CODE_EXECUTOR.call({"code": 'print("é")'})


def test_a_turn_is_chatml() -> None:
    assert turn("user", "Hi, x") == "<|im_start|>user\nHi, x<|im_end|>\n"


def test_there_are_many_facts_and_invented_tools() -> None:
    assert len(load_facts()) >= 60
    assert len(KINDS) >= 40


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_rows_are_made_from_the_seed_alone(seed: int) -> None:
    assert row(Random(seed), 3) == row(Random(seed), 3)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_the_opener_decides(seed: int) -> None:
    rng = Random(seed)
    tools = tool_list(rng)
    pieces = one_exchange(rng, tools)
    prompt = pieces[0].text.removeprefix("<|im_start|>user\n")
    first = next(piece.text for piece in pieces if piece.text not in ("<|im_start|>assistant\n", pieces[0].text))
    if not tools or prompt.startswith(ANSWER_OPENERS):
        assert "<tool_call>" not in first
    elif prompt.startswith(CALL_OPENERS):
        assert first.startswith("<tool_call>")


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_said_calls_are_canonical_and_name_a_listed_tool(seed: int) -> None:
    rng = Random(seed)
    tools = tool_list(rng)
    for piece in one_exchange(rng, tools):
        if piece.said and piece.text.startswith("<tool_call>"):
            call = read_call(piece.text.removesuffix("<|im_end|>"))
            assert call is not None
            tool = next(tool for tool in tools if tool.name == call["name"])
            names = {param.name for param in tool.params}
            assert set(call["arguments"]) <= names
            assert {param.name for param in tool.params if param.required} <= set(call["arguments"])


def _held_forms() -> list[str]:
    sentences = [form for forms in all_forms().values() for form in forms.held]
    errands = [row["held"] for row in ERRANDS.values()]
    return [*HELD_ASKS, *sentences, *errands]


def test_held_out_forms_never_occur_in_training() -> None:
    rng = Random(5)
    rows = [row(rng, 8) for _ in range(600)]
    asked = [exchanged[0].text for sample in rows for exchanged in sample.exchanges]
    assert len(_held_forms()) > 80
    for form in _held_forms():
        pattern = re.compile("[,:] " + re.sub(r"\\{\w*\\}", "[^\n]+", re.escape(form)) + "<")
        assert not [text for text in asked if pattern.search(text)], form


def test_held_out_fact_forms_are_not_trained() -> None:
    for fact in load_facts():
        assert fact.held
        assert not set(fact.held) & set(fact.trained)


@given(seeds)
@settings(max_examples=300, deadline=None)
def test_small_sums_keep_the_held_pairs_apart_and_are_right(seed: int) -> None:
    for held in (False, True):
        task = arithmetic.small_sum(Random(seed), held)
        program = task.calls["code"][0].roles["code"]
        expression = program.removeprefix("print(").removesuffix(")")
        a, sign, b = expression.split(" ")
        assert arithmetic.is_held(int(a), sign, int(b)) == held
        assert task.direct == f"The answer is {eval(expression)}."


@given(seeds)
@settings(max_examples=300, deadline=None)
def test_the_programs_print_what_the_data_say(seed: int) -> None:
    task = draw(Random(seed), tools=DEFAULT_TOOLS)
    for step in task.calls.get("code", ()):
        if task.family == "chain divisors" or task.family == "divisors":
            continue  # minutes for a large number; checked below on small ones
        assert printed_by(step.roles["code"]) == [step.output]


@pytest.mark.parametrize("seed", range(40))
def test_divisors_are_counted_right(seed: int) -> None:
    rng = Random(seed)
    task = arithmetic.number_theory(rng, False)
    while task.family != "divisors":
        task = arithmetic.number_theory(rng, False)
    step = task.calls["code"][0]
    assert printed_by(step.roles["code"]) == [step.output]


def test_a_guess_beyond_the_head_is_rarely_right() -> None:
    rng = Random(2)
    tasks = [draw(rng, tools=DEFAULT_TOOLS) for _ in range(2000)]
    hard = [task for task in tasks if task.needs_tool and "code" in task.calls]
    right = sum(task.direct == f"The answer is {task.calls['code'][-1].output}." for task in hard)
    assert right / len(hard) < 0.05


def test_recovery_shows_the_failed_call_but_does_not_teach_it() -> None:
    rng = Random(1)
    task = arithmetic.big_sum(rng, False)
    pieces = exchange(rng, task, "Hi,", served_by(task, DEFAULT_TOOLS), errors=1)
    calls = [piece for piece in pieces if piece.text.startswith("<tool_call>")]
    assert [piece.said for piece in calls] == [False, True]
    assert any("<tool_response>error: " in piece.text for piece in pieces)
    assert json.loads(calls[1].text[len("<tool_call>") : -len("</tool_call><|im_end|>")])["name"] == "code_executor"
