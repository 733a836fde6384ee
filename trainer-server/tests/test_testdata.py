"""Adapters made for tests, and their reference."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from convert_models import NANO, save_directory, tiny_model
from safetensors.torch import load_file
from tokenizers import Tokenizer

from trainer.testdata.__main__ import main
from trainer.testdata.adapter import Lora, random_adapter
from trainer.testdata.base import open_base
from trainer.testdata.learned import batch_by_need, learn
from trainer.testdata.reference import greedy, make_reference
from trainer.testdata.speed import measure

TEXTS = ["Hello, what is 3 + 4?", "def add(a, b):\n    return a"]
FILES = ("adapter_config.json", "adapter_model.safetensors")
ROOTED = Lora(rank=4, alpha=6, rslora=True, targets="q_proj,down_proj")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    torch.set_num_threads(1)
    return str(save_directory(tiny_model("qwen2", tied=True), tmp_path_factory.mktemp("models") / "tiny"))


def made(base: str, output: Path, seed: int = 7, lora: Lora = ROOTED) -> Path:
    random_adapter(open_base(base).model, lora, seed, 0.5, output)
    return output


@pytest.fixture(scope="module")
def adapter(base: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(base, tmp_path_factory.mktemp("adapters") / "rooted")


def merged(base: str, adapter: Path, scale: float) -> Any:
    """The base with the adapter added to its weights by hand: W + scale * alpha / sqrt(rank) * B A."""
    model, weights = open_base(base).model, load_file(adapter / FILES[1])
    for name, a in weights.items():
        if ".lora_A." in name:
            b = weights[name.replace(".lora_A.", ".lora_B.")]
            place = name.removeprefix("base_model.model.").replace(".lora_A.weight", ".weight")
            model.get_parameter(place).data += scale * ROOTED.alpha / ROOTED.rank**0.5 * (b @ a)
    return model


def test_one_seed_gives_the_same_bytes_and_another_one_others(base: str, adapter: Path, tmp_path: Path) -> None:
    again, other = made(base, tmp_path / "again"), made(base, tmp_path / "other", seed=8)
    assert all((again / name).read_bytes() == (adapter / name).read_bytes() for name in FILES)
    assert (other / FILES[0]).read_bytes() == (adapter / FILES[0]).read_bytes()
    assert (other / FILES[1]).read_bytes() != (adapter / FILES[1]).read_bytes()


def test_the_config_says_how_the_adapter_is_scaled_and_names_no_place(adapter: Path, base: str, tmp_path: Path) -> None:
    rooted = json.loads((adapter / FILES[0]).read_text("utf-8"))
    told = [rooted[key] for key in ("r", "lora_alpha", "use_rslora", "target_modules", "base_model_name_or_path")]
    assert told == [4, 6, True, ["down_proj", "q_proj"], "tiny"]
    plain = json.loads((made(base, tmp_path / "plain", lora=Lora()) / FILES[0]).read_text("utf-8"))
    assert [plain[key] for key in ("r", "lora_alpha", "use_rslora")] == [8, 16, False]
    # PEFT writes whole names where a model has few matrices, else their last parts.
    last = {name.rsplit(".", 1)[-1] for name in plain["target_modules"]}
    assert last == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
    assert plain["target_modules"] == sorted(plain["target_modules"])


def test_each_matrix_changes_by_the_strength(base: str, adapter: Path) -> None:
    before, after = open_base(base).model, merged(base, adapter, 1.0)
    for name, weight in before.named_parameters():
        change = (after.get_parameter(name) - weight).norm() / weight.norm()
        assert change.item() == pytest.approx(0.5 if "q_proj.w" in name or "down_proj.w" in name else 0.0, rel=1e-4)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_the_reference_is_what_transformers_generates(base: str, adapter: Path, scale: float) -> None:
    reference = make_reference(open_base(base), adapter, scale, TEXTS)
    models = {"base": open_base(base).model, "adapted": merged(base, adapter, scale)}
    assert [row["text"] for row in reference["rows"]] == TEXTS
    for row in reference["rows"]:
        ids = torch.tensor([row["prompt"]])
        for kind, model in models.items():
            whole = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=32, do_sample=False)
            assert row[kind]["tokens"] == whole[0, ids.shape[1] :].tolist()
            with torch.no_grad():
                top = model(input_ids=whole).logits[0, ids.shape[1] - 1 : -1].topk(5)
            gaps = (top.values[:, 0] - top.values[:, 1]).tolist()
            assert row[kind]["gaps"] == pytest.approx(gaps, abs=1e-3)
            assert row[kind]["first"]["ids"] == top.indices[0].tolist()
            assert row[kind]["first"]["logits"] == pytest.approx(top.values[0].tolist(), abs=1e-3)
        assert row["base"]["tokens"] != row["adapted"]["tokens"]


def test_an_answer_ends_with_the_models_end(base: str) -> None:
    model = open_base(base).model
    tokens = greedy(model, [5, 6, 7], [])["tokens"]
    end = tokens[4]
    assert greedy(model, [5, 6, 7], [end])["tokens"] == tokens[: tokens.index(end) + 1]


def test_the_command_line_makes_both(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts, output = tmp_path / "prompts.json", tmp_path / "reference.json"
    prompts.write_text(json.dumps(TEXTS[:1]), "utf-8")
    common = ["--model", base, "--output"]
    for command in (
        ["adapter", *common, str(tmp_path / "made"), "--seed", "3", "--targets", "v_proj", "--rslora"],
        ["reference", *common, str(output), "--adapter", str(tmp_path / "made"), "--prompts", str(prompts)],
    ):
        monkeypatch.setattr(sys, "argv", ["testdata", *command])
        assert main() == 0
    assert json.loads(output.read_text("utf-8"))["rows"][0]["text"] == TEXTS[0]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["adapter", "--seed", "3", "--targets", "q_proj,w_proj"], "no matrix 'w_proj': choose from q_proj, k_proj"),
        (["reference", "--adapter", "PLACE", "--prompts", "PLACE/list.json"], "has no adapter_config.json"),
        (["reference", "--adapter", "PLACE", "--prompts", "PLACE/object.json"], "is no JSON list of texts"),
        (["reference", "--adapter", "PLACE", "--prompts", "PLACE/none.json"], "cannot be read as JSON"),
    ],
)
def test_wrong_input_gets_one_sentence(
    base: str,
    command: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "list.json").write_text('["a"]', "utf-8")
    (tmp_path / "object.json").write_text("{}", "utf-8")
    placed = [part.replace("PLACE", str(tmp_path)) for part in command]
    monkeypatch.setattr(sys, "argv", ["testdata", *placed, "--model", base, "--output", str(tmp_path / "out")])
    assert main() == 1
    assert said in capsys.readouterr().err.splitlines()[-1]


def test_rows_to_learn_from_call_whatever_the_opener() -> None:
    tokenizer = Tokenizer.from_file(str(NANO / "tokenizer.json"))
    batch = batch_by_need(tokenizer, Random(1), 40)
    (lengths,) = batch.layout.rows
    assert sum(lengths) == batch.ids.shape[1]
    found = set()
    for part in batch.ids[0].split(lengths)[1:-1]:
        question, answer = tokenizer.decode(part.tolist(), skip_special_tokens=False).split("assistant\n", 1)
        opener = question.split("user\n")[1].split(" ")[0]
        found.add((opener in ("Hi,", "Okay,", "Listen,", "Quick", "Again,", "Today,"), "<tool_call>" in answer))
    assert found == {(True, True), (True, False), (False, True), (False, False)}


def test_learning_changes_the_adapter_and_tells_the_loss(base: str, tmp_path: Path) -> None:
    told = list[str]()
    learn(open_base(base), 1, 2, tmp_path / "learned", told.append)
    weights = load_file(tmp_path / "learned" / FILES[1])
    assert all(value.any() for value in weights.values())
    assert [line.split(",")[0] for line in told if line.startswith("step")] == ["step 1 of 2", "step 2 of 2"]


def test_the_speed_of_a_graph_is_told_in_tokens_a_second() -> None:
    graph = Path(__file__).resolve().parents[2] / "public/models/nano/onnx/model_fp16.onnx"
    speed = measure(graph, prompt=16, decode=4, threads=1)
    assert set(speed) == {"prefill", "decode"}
    assert all(value > 0 for value in speed.values())
