"""A whole conversion: what it writes, what it promises, and what it says when it cannot."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from convert_models import on_grids, save_directory, save_gguf, tiny_model

from trainer.convert import __main__ as command
from trainer.convert import dtypes
from trainer.convert.convert import Conversion
from trainer.convert.output import whole_directory
from trainer.convert.presets import PRESETS, Preset
from trainer.convert.progress import Progress

SERVER = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_directory(on_grids(tiny_model("qwen2", tied=True)), tmp_path_factory.mktemp("checkpoint"))


def convert(*args: str) -> int:
    """The command line, in this process."""
    before = sys.argv, signal.getsignal(signal.SIGTERM)
    sys.argv = ["convert", *args, "--threads", "1"]
    try:
        return command.main()
    finally:
        sys.argv = before[0]
        signal.signal(signal.SIGTERM, before[1])


def test_a_directory_becomes_what_the_page_opens(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "tiny"
    code = convert(
        "--input", str(checkpoint), "--output", str(output), "--dtypes", "q8,q4,q4f16,fp16", "--progress", "json"
    )
    assert code == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    fractions = [line["progress"] for line in lines]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert all(line["message"] for line in lines)

    manifest = json.loads((output / "manifest.json").read_text())
    written = {str(path.relative_to(output)) for path in output.rglob("*") if path.is_file()}
    assert {row["path"] for row in manifest["files"]} == written - {"manifest.json"}
    for row in manifest["files"]:
        data = (output / row["path"]).read_bytes()
        assert (row["bytes"], row["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert {"config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model_quantized.onnx"} <= written
    assert "chat_template" in json.loads((output / "tokenizer_config.json").read_text())
    weights = hashlib.sha256((checkpoint / "model.safetensors").read_bytes()).hexdigest()
    assert manifest["weights"] == {"file": "model.safetensors", "sha256": weights}

    parity = json.loads((output / "parity.json").read_text())
    assert parity["prompts"] == 32
    assert parity["greedy"]["tokens"] == 32 * 20
    assert parity["dtypes"]["fp16"]["agreement"] >= 0.97
    assert parity["dtypes"]["q8"]["agreement"] == 1
    assert manifest["parity"] == {name: parity["dtypes"][name]["agreement"] for name in manifest["dtypes"]}
    for row in parity["dtypes"].values():
        assert row["tokens"] > 32 * 20
        assert row["offered"] == (row["agreement"] >= row["needed"])
    assert os.listdir(tmp_path) == ["tiny"]


def test_four_bits_too_far_off_are_left_out_and_eight_bits_too_far_off_fail(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = {name: replace(row, least=1.01) for name, row in dtypes.DTYPES.items()}
    monkeypatch.setattr("trainer.convert.convert.DTYPES", {**strict, "q8": dtypes.DTYPES["q8"]})
    output = tmp_path / "tiny"
    assert convert("--input", str(checkpoint), "--output", str(output), "--dtypes", "q8,q4") == 0
    manifest, parity = (json.loads((output / name).read_text()) for name in ("manifest.json", "parity.json"))
    assert manifest["dtypes"] == ["q8"]
    assert parity["dtypes"]["q4"]["offered"] is False
    assert os.listdir(output / "onnx") == ["model_quantized.onnx"]

    capsys.readouterr()
    monkeypatch.setattr("trainer.convert.convert.DTYPES", strict)
    before = (output / "manifest.json").read_bytes()
    assert convert("--input", str(checkpoint), "--output", str(output), "--dtypes", "q8") == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("q8 agrees with PyTorch on ")
    assert (output / "manifest.json").read_bytes() == before
    assert os.listdir(tmp_path) == ["tiny"]


def test_a_graph_that_says_other_tokens_is_refused(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("trainer.convert.decoder.DecoderWriter._rotary", _without_rotation)
    assert convert("--input", str(checkpoint), "--output", str(tmp_path / "tiny"), "--dtypes", "fp16") == 1
    assert "answers prompt 1 otherwise than PyTorch" in capsys.readouterr().err.splitlines()[-1]
    assert os.listdir(tmp_path) == []


def _without_rotation(writer: object) -> None:
    import numpy as np

    graph = getattr(writer, "_graph")  # noqa: B009
    graph.constant("cos_cache", np.ones((1024, 8), np.float32))
    graph.constant("sin_cache", np.zeros((1024, 8), np.float32))


def _edit(name: str, **changes: object) -> Callable[[Path], None]:
    def edit(directory: Path) -> None:
        config = json.loads((directory / name).read_text())
        (directory / name).write_text(json.dumps({**config, **changes}))

    return edit


def _cut(name: str, keep: int) -> Callable[[Path], None]:
    def cut(directory: Path) -> None:
        (directory / name).write_bytes((directory / name).read_bytes()[:keep])

    return cut


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (shutil.rmtree, "There is no model at "),
        (lambda directory: (directory / "tokenizer.json").unlink(), "tokenizer.json is missing: "),
        (lambda directory: (directory / "model.safetensors").unlink(), "model.safetensors is missing: "),
        (_cut("model.safetensors", 5000), "model.safetensors is damaged "),
        (_cut("config.json", 40), "config.json is no JSON "),
        (_cut("tokenizer.json", 40), "tokenizer.json cannot be read "),
        (_edit("config.json", model_type="gpt2"), "a model of type 'gpt2': only llama and qwen2"),
        (_edit("config.json", hidden_act="gelu"), "has the activation 'gelu'"),
        (_edit("config.json", use_sliding_window=True), "asks for sliding windows"),
        (_edit("config.json", rope_scaling={"rope_type": "yarn", "factor": 2}), "positions by 'yarn'"),
        (_edit("config.json", num_hidden_layers=3), "does not fit its config ("),
        (
            _edit("config.json", num_hidden_layers=3, layer_types=["full_attention"] * 3),
            "does not fit its config (tensor model.layers.2.",
        ),
        (_edit("config.json", intermediate_size=128), "does not fit its config ("),
        (_edit("config.json", model_type="llama"), "does not fit its config (tensor model.layers.0."),
    ],
)
def test_what_is_wrong_with_the_input_is_one_sentence(
    checkpoint: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    sentence: str,
) -> None:
    spoiled = tmp_path / "spoiled"
    shutil.copytree(checkpoint, spoiled)
    spoil(spoiled)
    assert convert("--input", str(spoiled), "--output", str(tmp_path / "tiny")) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert sentence in last
    assert last.endswith(".")
    assert not (tmp_path / "tiny").exists()


def test_wrong_options_are_one_sentence(checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert("--input", str(checkpoint), "--output", str(tmp_path / "tiny"), "--dtypes", "q5") == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("'q5' is no dtype: choose from fp32, ")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("Dear Ana")
    assert convert("--input", str(checkpoint), "--output", str(tmp_path / "full")) == 1
    assert "holds something else than a model" in capsys.readouterr().err.splitlines()[-1]
    assert (tmp_path / "full" / "letter.txt").read_text() == "Dear Ana"
    with pytest.raises(SystemExit) as ended:
        convert("--preset", "gpt-5")
    assert ended.value.code == 2


def test_the_earlier_directory_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    output = tmp_path / "tiny"
    output.mkdir()
    (output / "config.json").write_text("{}")
    (output / "model.safetensors").write_text("weights")
    (output / "onnx").mkdir()
    (output / "onnx" / "model.onnx").write_text("old")

    with pytest.raises(ZeroDivisionError), whole_directory(output) as part:
        (part / "config.json").write_text(str(1 / 0))
    assert os.listdir(tmp_path) == ["tiny"]
    assert (output / "onnx" / "model.onnx").read_text() == "old"

    with whole_directory(output) as part:
        (part / "config.json").write_text("new")
        assert (output / "config.json").read_text() == "{}"
    assert os.listdir(tmp_path) == ["tiny"]
    assert sorted(os.listdir(output)) == ["config.json", "model.safetensors"]

    # Ended between its two renames: the next conversion begins by putting the old one back.
    output.rename(tmp_path / ".tiny.old")
    with pytest.raises(ZeroDivisionError), whole_directory(output):
        _ = 1 / 0
    assert (output / "config.json").read_text() == "new"


def test_two_conversions_never_write_at_once(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        assert convert("--input", str(checkpoint), "--output", str(tmp_path / "tiny")) == 1
    finally:
        os.close(handle)
    assert capsys.readouterr().err.splitlines()[-1].startswith("Another conversion writes into ")


def test_a_cancelled_conversion_leaves_nothing(checkpoint: Path, tmp_path: Path) -> None:
    args = ["--input", str(checkpoint), "--output", str(tmp_path / "tiny"), "--progress", "json", "--threads", "1"]
    child = subprocess.Popen(
        [sys.executable, "-m", "trainer.convert", *args], cwd=SERVER, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    for line in child.stdout:
        if "prompt 2 " in json.loads(line)["message"]:
            break
    assert [path.name for path in tmp_path.iterdir()] == [".tiny.part"]
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 128 + signal.SIGTERM
    assert os.listdir(tmp_path) == []


def test_a_gguf_file_becomes_the_same_graphs_as_its_directory(tmp_path: Path) -> None:
    from trainer.convert.reading import read_source

    model = tiny_model("llama", tied=False, seed=3)
    directory = read_source(save_directory(model, tmp_path / "directory"))
    file = read_source(save_gguf(model, tmp_path / "tiny.gguf"))
    for name, weight in directory.model.state_dict().items():
        assert (file.model.state_dict()[name] == weight).all(), name
    assert file.tokenizer.encode("a  12", add_special_tokens=False).tokens[-2:] == ["1", "2"]
    assert file.tokenizer.token_to_id("<|im_end|>") == 2
    Conversion(file, "tiny", threads=1).run(tmp_path / "out", ["fp16"], Progress())
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["tie_word_embeddings"] is False
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["weights"]["file"] == "tiny.gguf"


def test_a_gguf_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(40))
    assert convert("--input", str(broken), "--output", str(tmp_path / "out")) == 1
    assert "broken.gguf cannot be read as GGUF " in capsys.readouterr().err.splitlines()[-1]
    other = save_gguf(tiny_model("llama", tied=True), tmp_path / "other.gguf", pre="tekken")
    assert convert("--input", str(other), "--output", str(tmp_path / "out")) == 1
    assert "tokenizer is of the kind gpt2/tekken" in capsys.readouterr().err.splitlines()[-1]


def test_a_preset_can_offer_its_own_gguf_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, output = tmp_path / "tiny.gguf", tmp_path / "out"
    save_gguf(on_grids(tiny_model("llama", tied=False)), source)
    monkeypatch.setitem(PRESETS, "tiny", Preset(lambda _: source, lambda: output, ("q8",), gguf="q4"))
    for _ in range(2):
        assert convert("--preset", "tiny") == 0
        listed = {row["path"]: row for row in json.loads((output / "manifest.json").read_text())["files"]}
        data = (output / "gguf" / "model-q4.gguf").read_bytes()
        assert data == source.read_bytes()
        assert listed["gguf/model-q4.gguf"]["sha256"] == hashlib.sha256(data).hexdigest()
