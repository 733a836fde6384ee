"""Names to copy: new ones in training, and words of their own for the measurement."""

import sys
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trainer.pretrain.conversation import HELD_NEED_FORMS, NEED_FORMS, need, one_exchange, tool_list
from trainer.pretrain.invented import KINDS, invent
from trainer.pretrain.names import HELD_WORDS, TRAIN_WORDS, new_name
from trainer.pretrain.tasks import draw
from trainer.pretrain.tools import BUILT_IN_TOOLS, DEFAULT_TOOLS

seeds = st.integers(min_value=0, max_value=2**32)


def test_held_out_words_are_in_no_name_of_training() -> None:
    assert not set(HELD_WORDS) & set(TRAIN_WORDS)
    rng = Random(3)
    for _ in range(400):
        for tool in tool_list(rng):
            if tool not in BUILT_IN_TOOLS:
                words = {word for name in (tool.name, *(p.name for p in tool.params)) for word in name.split("_")}
                assert not words & set(HELD_WORDS), tool


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_a_name_is_one_to_three_words_that_json_need_not_escape(seed: int) -> None:
    name = new_name(Random(seed), held=seed % 2 == 0)
    assert 1 <= len(name.split("_")) <= 3
    assert name.isascii()
    assert name.replace("_", "").isalpha()


@given(seeds, st.sampled_from(KINDS))
@settings(max_examples=300, deadline=None)
def test_a_tool_keeps_its_parameters_apart(seed: int, kind: str) -> None:
    tool = invent(kind, Random(seed), held=seed % 2 == 0)
    assert len({param.name for param in tool.params}) == len(tool.params)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_the_need_is_stated_as_the_question_has_it_and_not_as_the_opener(seed: int) -> None:
    rng = Random(seed)
    task = draw(rng, tools=DEFAULT_TOOLS)
    asked, _, said, _ = need(rng, task, rng.choice(("Hi,", "Hey,", "")))
    assert asked.text.lower().removesuffix("<|im_end|>\n").endswith(NEED_FORMS)
    assert said.text == ("Yes.<|im_end|>" if task.needs_tool else "No.<|im_end|>")


def test_the_measurement_states_the_need_in_forms_of_its_own() -> None:
    assert not set(HELD_NEED_FORMS) & set(NEED_FORMS)


def test_a_named_tool_is_the_one_that_is_called() -> None:
    rng, seen = Random(4), 0
    while seen < 30:
        pieces = one_exchange(rng, tool_list(rng))
        _, mark, rest = pieces[0].text.partition(" use ")
        name, colon, _ = rest.partition(": ")
        if not mark or not colon or not name.replace("_", "").isalpha():
            continue
        seen += 1
        calls = [piece.text for piece in pieces if piece.text.startswith("<tool_call>")]
        assert calls
        assert all(f'"name":"{name}"' in call for call in calls), pieces
