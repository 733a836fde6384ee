"""What nano's later stages practise: new names, the stated need, conversations of a generated dataset."""

import json
import re
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trainer.pretrain.batch import Mix, make_batch
from trainer.pretrain.conversation import strange_list
from trainer.pretrain.invented import ERRANDS, RUNNERS
from trainer.pretrain.model import new_model, save_model
from trainer.pretrain.phrasing import ANSWER_OPENERS, CALL_OPENERS
from trainer.pretrain.stated import FORMS, HELD_FORMS, stated
from trainer.pretrain.tasks import draw
from trainer.pretrain.tokenizer import copy_tokenizer, save_tokenizer, train_tokenizer
from trainer.pretrain.told import read_told, told_tools
from trainer.pretrain.tools import BUILT_IN_TOOLS
from trainer.pretrain.train import Recipe, Trainer

seeds = st.integers(min_value=0, max_value=2**32)


Message = dict[str, Any]


def _call(name: str, **arguments: object) -> Message:
    called = {"type": "function", "function": {"name": name, "arguments": arguments}}
    return {"role": "assistant", "content": "", "tool_calls": [called]}


def _rows(file: Path, *rows: tuple[str, str, list[Message]]) -> Path:
    lines = [
        json.dumps({"sample_id": name, "messages": [{"role": "user", "content": prompt}, *turns], "tools": []})
        for name, prompt, turns in rows
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


SIZE: tuple[str, str, list[Message]] = (
    "write-note-1",
    'Hello, write "a b" into x.txt.',
    [
        _call("file_ops", operation="write", path="x.txt", content="a b"),
        {"role": "tool", "name": "file_ops", "content": "wrote x.txt (3 bytes)"},
        {"role": "assistant", "content": "wrote x.txt (3 bytes)"},
    ],
)
SUM: tuple[str, str, list[Message]] = (
    "head-sum-1",
    "So, compute 99 plus 82.",
    [{"role": "assistant", "content": "181"}],
)
FACT: tuple[str, str, list[Message]] = (
    "fact-git-1",
    "So, which git command sends work?",
    [{"role": "assistant", "content": "push"}],
)


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_strange_lists_hold_new_names_only(seed: int) -> None:
    tools = strange_list(Random(seed))
    known = {name for row in (*RUNNERS.values(), *ERRANDS.values()) for name in row["names"]}
    assert 1 <= len(tools) <= 6
    assert len({tool.name for tool in tools}) == len(tools)
    assert not known & {tool.name for tool in tools}
    for tool in tools:
        assert len({param.name for param in tool.params}) == len(tool.params)
        assert all(name.replace("_", "").isalpha() for name in (tool.name, *(p.name for p in tool.params)))


def test_new_names_hardly_ever_come_twice() -> None:
    rng = Random(3)
    names = [tool.name for _ in range(400) for tool in strange_list(rng)]
    assert len(set(names)) > 0.97 * len(names)


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_the_stated_need_follows_the_need(seed: int) -> None:
    rng = Random(seed)
    task = draw(rng)
    asked = stated(rng, task, held=seed % 2 == 0)
    assert task.body in asked.body
    assert asked.direct == ("Yes." if task.needs_tool else "No.")


def test_held_ways_to_ask_for_the_need_are_not_trained() -> None:
    assert not set(FORMS) & set(HELD_FORMS)


def test_conversations_are_told_as_nano_tells_them(tmp_path: Path) -> None:
    told = read_told(_rows(tmp_path / "rows.jsonl", SIZE, SUM, FACT))
    assert [one.body for one in told] == ['write "a b" into x.txt.', "compute 99 plus 82."]
    said = ["".join(piece.text for piece in one.exchange(Random(1), share)) for one in told for share in (1.0, 0.0)]
    assert (
        '<tool_call>{"name":"file_ops","arguments":{"operation":"write","path":"x.txt","content":"a b"}}</tool_call>'
        "<|im_end|>\n<|im_start|>user\n<tool_response>wrote x.txt (3 bytes)</tool_response><|im_end|>\n"
        "<|im_start|>assistant\nThe result is wrote x.txt (3 bytes).<|im_end|>"
    ) in said[0]
    assert "I do not know." in said[1]
    assert 'print(\\"181\\")' in said[2]
    assert "The answer is 181." in said[3]
    for text, openers in zip(said, (CALL_OPENERS, ANSWER_OPENERS) * 2, strict=True):
        assert text.removeprefix("<|im_start|>user\n").startswith(openers)


def test_a_row_of_another_form_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"sample_id": "a", "messages": [{"role": "user", "content": "Hi, x"}]}\n', "utf-8")
    with pytest.raises(ValueError, match="row 1: no conversation"):
        read_told(file)


def test_bare_practice_teaches_names_and_arguments_alone() -> None:
    tokenizer = train_tokenizer(seed=1, rows=200)
    batch = make_batch(tokenizer, Random(3), 2, 960, Mix(names=1.0, binding=1.0))
    said = tokenizer.decode(batch.targets.tolist(), skip_special_tokens=False)
    text = tokenizer.decode(batch.ids.flatten().tolist(), skip_special_tokens=False)
    arguments = r'\w+":.*?\}\}</tool_call>'
    names = re.sub(arguments, "", said).split('"')[:-1]
    parameters = [name for found in re.findall(arguments, said) for name in re.findall(r'(?:^|,")(\w+)":', found)]
    assert len(names) > 15
    assert len(parameters) > 15
    for name in names:
        assert f"\n{name}(" in text
    for parameter in parameters:
        assert re.search(rf"[(,] ?{parameter}: ", text)


def test_told_tools_are_the_built_in_ones() -> None:
    rng = Random(2)
    assert all(set(told_tools(rng)) == set(BUILT_IN_TOOLS) for _ in range(20))


def test_a_second_stage_starts_from_weights_and_repeats_for_a_seed(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    save_tokenizer(train_tokenizer(seed=1, rows=200), tmp_path / "tokenizer")
    save_model(new_model(3), tmp_path / "tokenizer", tmp_path / "model")
    copy_tokenizer(tmp_path / "model", tmp_path / "second")
    tokenizer = Tokenizer.from_file(str(tmp_path / "second" / "tokenizer.json"))
    told = read_told(_rows(tmp_path / "rows.jsonl", SIZE, SUM))
    recipe = Recipe(
        steps=4, warmup=1, decay=2, rows=4, length=420, workers=1, late_from=0, names=0.3, stated=0.1, told=0.3
    )

    def losses() -> list[float]:
        trainer = Trainer(recipe, tokenizer, start=tmp_path / "model", told=told)
        return [trainer.one_step() for _ in range(3)]

    first = losses()
    assert first == losses()
    assert first != [Trainer(recipe, tokenizer, told=told).one_step() for _ in range(3)]


def test_a_batch_of_told_rows_lists_the_built_in_tools(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(seed=1, rows=200)
    told = read_told(_rows(tmp_path / "rows.jsonl", SIZE, SUM))
    batch = make_batch(tokenizer, Random(1), 1, 960, Mix(told=1.0), told)
    text = tokenizer.decode(batch.ids[0].tolist(), skip_special_tokens=False)
    assert "\nfile_ops(" in text
    assert "\nweb_search(" in text
    assert "compute 99 plus 82." in text or "into x.txt" in text
