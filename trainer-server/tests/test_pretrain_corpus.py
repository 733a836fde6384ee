"""The generator's questions as training rows."""

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trainer.pretrain.corpus import LONGEST, Corpus
from trainer.pretrain.phrasing import ANSWER_OPENERS, CALL_OPENERS
from trainer.pretrain.tools import BUILT_IN_TOOLS, DEFAULT_TOOLS


def sample(name: str, prompt: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "prompt": prompt, "optimal_tool": "none", "ground_truth_output": "12", **more}


def called(name: str, arguments: dict[str, Any], output: str) -> list[dict[str, Any]]:
    call = {"type": "function", "function": {"name": name, "arguments": arguments}}
    return [
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "name": name, "content": output},
    ]


SAMPLES = [
    sample("sum", "Hi, what is 5 + 7?", gold_program="print(5 + 7)"),
    sample("files", "So, how many lines has a.txt?", optimal_tool="file_ops"),
    sample("bare", "what is 5 + 7?"),
    sample("long", "Hey, " + "x" * (LONGEST + 1)),
    sample("alone", "Hey, nobody exported this one."),
]
MESSAGES = {
    "sum": [{"role": "user", "content": "Hi, what is 5 + 7?"}, {"role": "assistant", "content": "12"}],
    "files": [
        {"role": "user", "content": "So, how many lines has a.txt?"},
        *called("file_ops", {"operation": "read", "path": "a.txt"}, "one\ntwo"),
        *called("code_executor", {"code": "print(6 * 2)"}, "12"),
        {"role": "assistant", "content": "12"},
    ],
    "bare": [],
    "long": [],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    samples, conversations = tmp_path / "samples.jsonl", tmp_path / "conversations.jsonl"
    samples.write_text("".join(json.dumps(row) + "\n" for row in SAMPLES), "utf-8")
    rows = [{"sample_id": name, "messages": messages} for name, messages in MESSAGES.items()]
    conversations.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return Corpus(samples, conversations)


def test_only_questions_with_an_opener_that_fit_a_row_are_taken(corpus: Corpus) -> None:
    assert [item.body for item in corpus.items] == ["what is 5 + 7?", "how many lines has a.txt?"]


def test_a_program_of_the_sample_is_its_call(corpus: Corpus) -> None:
    call, result = corpus.items[0].calls[0]
    assert call == '<tool_call>{"name":"code_executor","arguments":{"code":"print(5 + 7)"}}</tool_call>'
    assert result == "12"
    assert corpus.items[0].final() == "The result is 12."
    assert corpus.items[0].direct() == "The answer is 12."


def test_what_needs_a_tool_is_not_known_by_head(corpus: Corpus) -> None:
    assert corpus.items[1].direct() == "I do not know."


def test_a_list_is_only_asked_what_it_can_serve(corpus: Corpus) -> None:
    rng = Random(1)
    for _ in range(50):
        pieces = corpus.exchange(rng, DEFAULT_TOOLS, call_share=1)
        assert "file_ops" not in "".join(piece.text for piece in pieces)


def test_the_opener_decides_here_too(corpus: Corpus) -> None:
    rng = Random(2)
    for _ in range(100):
        pieces = corpus.exchange(rng, BUILT_IN_TOOLS, call_share=0.5)
        asked = pieces[0].text.removeprefix("<|im_start|>user\n")
        first = next(piece for piece in pieces if piece.said)
        assert first.text.startswith("<tool_call>") == asked.startswith(CALL_OPENERS)
        assert asked.startswith(CALL_OPENERS + ANSWER_OPENERS)
        results = [piece for piece in pieces if "<tool_response>" in piece.text]
        assert not any(piece.said for piece in results)
