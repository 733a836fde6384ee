"""The tokenizer and the training of nano."""

import json
import sys
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from trainer.pretrain.batch import make_batch
from trainer.pretrain.conversation import turn
from trainer.pretrain.model import load_rounded, new_model, save_model
from trainer.pretrain.tokenizer import MARKERS, SIZE, save_tokenizer, train_tokenizer
from trainer.pretrain.tools import BUILT_IN_TOOLS, system_turn
from trainer.pretrain.train import Recipe, Trainer, loss_of, rate_at


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    directory = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(train_tokenizer(seed=1, rows=300), directory)
    return directory


@pytest.fixture(scope="module")
def tokenizer(home: Path) -> Tokenizer:
    return Tokenizer.from_file(str(home / "tokenizer.json"))


@given(text=st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_comes_back(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text


@given(number=st.integers(min_value=0, max_value=10**12))
@settings(max_examples=100, deadline=None)
def test_a_number_is_single_digits_wherever_it_stands(tokenizer: Tokenizer, number: int) -> None:
    alone = tokenizer.encode(str(number)).tokens
    assert alone == list(str(number))
    for frame in ("what is {} * 3?", "print({} * 3)", "[{}, 4]", 'str({})"}}'):
        inside = tokenizer.encode(frame.replace("{}", str(number))).tokens
        assert any(inside[at : at + len(alone)] == alone for at in range(len(inside)))


def test_markers_are_single_tokens_and_text(tokenizer: Tokenizer) -> None:
    assert tokenizer.get_vocab_size() == SIZE
    for marker in MARKERS:
        ids = tokenizer.encode(marker).ids
        assert len(ids) == 1
        assert tokenizer.decode(ids, skip_special_tokens=True) == marker
    assert tokenizer.decode(tokenizer.encode("a<|im_end|>").ids, skip_special_tokens=True) == "a"


def test_four_tools_fit_in_four_hundred_tokens(tokenizer: Tokenizer) -> None:
    assert len(tokenizer.encode(system_turn(BUILT_IN_TOOLS)).ids) <= 400


def test_the_chat_template_renders_the_data_s_format(home: Path) -> None:
    from transformers import AutoTokenizer

    loaded = AutoTokenizer.from_pretrained(str(home))
    messages = [
        {"role": "system", "content": "Answer the user."},
        {"role": "user", "content": "Hi, x"},
        {"role": "tool", "content": "5"},
    ]
    text = loaded.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    shown = turn("system", "Answer the user.") + turn("user", "Hi, x")
    assert text == shown + turn("user", "<tool_response>5</tool_response>") + "<|im_start|>assistant\n"


def test_a_question_in_a_shared_row_is_a_conversation_of_its_own(tokenizer: Tokenizer) -> None:
    """The loss of a packed row equals that of its questions, each alone behind the system turn."""
    torch.set_num_threads(1)
    trainer = Trainer(Recipe(workers=1), tokenizer)
    batch = make_batch(tokenizer, Random(4), 1, 420)
    with torch.no_grad():
        packed = loss_of(trainer.model, batch)
        plain = new_model(Recipe.seed).eval()
        starts = torch.tensor(batch.layout.rows[0]).cumsum(0).tolist()
        total, count = 0.0, 0
        for start, end in pairwise(starts[:-1]):
            ids = torch.cat((batch.ids[:, : starts[0]], batch.ids[:, start:end]), 1)
            own = (batch.picked >= start) & (batch.picked < end)
            places = batch.picked[own] - start + starts[0]
            logits = plain(input_ids=ids).logits[0, places]
            total += float(torch.nn.functional.cross_entropy(logits, batch.targets[own], reduction="sum"))
            count += int(own.sum())
    assert count == len(batch.targets)
    assert total / count == pytest.approx(float(packed), abs=0.02)


def _short_run(tokenizer: Tokenizer) -> list[float]:
    trainer = Trainer(Recipe(steps=20, warmup=5, decay=0, rows=2, length=320, workers=1), tokenizer)
    return [trainer.one_step() for _ in range(20)]


def test_twenty_steps_lower_the_loss_and_repeat_for_a_seed(tokenizer: Tokenizer) -> None:
    torch.set_num_threads(1)
    first = _short_run(tokenizer)
    assert sum(first[-3:]) < 0.75 * sum(first[:3])
    assert first == _short_run(tokenizer)


def test_a_resumed_run_goes_on_as_if_it_never_stopped(tokenizer: Tokenizer, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    recipe = Recipe(steps=6, warmup=2, decay=2, rows=2, length=320, workers=1)
    whole = Trainer(recipe, tokenizer)
    losses = [whole.one_step() for _ in range(6)]
    half = Trainer(recipe, tokenizer)
    for _ in range(3):
        half.one_step()
    half.save(tmp_path / "checkpoint.pt")
    rest = Trainer(recipe, tokenizer)
    rest.restore(tmp_path / "checkpoint.pt")
    assert [rest.one_step() for _ in range(3)] == losses[3:]


def test_rates_rise_hold_and_fall() -> None:
    recipe = Recipe(steps=100, warmup=10, decay=20)
    rates = [rate_at(recipe, step) for step in range(100)]
    assert rates[:10] == sorted(rates[:10])
    assert set(rates[10:80]) == {1.0}
    assert rates[80:] == sorted(rates[80:], reverse=True)
    assert rates[-1] < 0.1


def test_a_saved_model_is_small_rounded_and_loads(home: Path, tmp_path: Path) -> None:
    model = new_model(3)
    save_model(model, home, tmp_path)
    assert (tmp_path / "model.safetensors").stat().st_size < 20e6
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert 5e6 <= sum(p.numel() for p in model.parameters()) <= 1e7
    assert config["max_position_embeddings"] == 2048
    loaded = load_rounded(tmp_path)
    ids = torch.arange(8)[None]
    with torch.no_grad():
        difference = (loaded(input_ids=ids).logits - model.eval()(input_ids=ids).logits).abs().max()
    assert 0 < float(difference) < 0.01
