"""Tiny GGUF models for tests of llama.cpp."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch

from trainer.convert.reading import read_source
from trainer.testdata.__main__ import main
from trainer.testdata.tiny import ARCHITECTURES, END, tiny_model, tiny_pieces, write_gguf
from trainer.testdata.tiny_reference import make_tiny


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_a_file_holds_its_model_and_tokenizer(architecture: str, tmp_path: Path) -> None:
    tiny = tiny_model(architecture, 3)
    write_gguf(tiny, tmp_path / "tiny.gguf")
    read = read_source(tmp_path / "tiny.gguf")
    ids = tiny.tokenizer.encode("<|im_start|>user\nNaïve 12 × 3?<|im_end|>\n").ids
    assert read.tokenizer.encode("<|im_start|>user\nNaïve 12 × 3?<|im_end|>\n", add_special_tokens=False).ids == ids
    with torch.no_grad():
        own, found = (model(input_ids=torch.tensor([ids])).logits for model in (tiny.model, read.model))
    assert torch.allclose(own, found, atol=1e-5)


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_every_architecture_is_small_and_the_same_each_time(architecture: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_gguf(tiny_model(architecture, 3), tmp_path / name)
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    assert len(data) < 3e6


def test_the_reference_goes_on_as_text_and_adapters_change_it(tmp_path: Path) -> None:
    make_tiny(tmp_path, 3, ["qwen2"])
    tokenizer = tiny_model("qwen2", 3).tokenizer
    pieces, end = tiny_pieces(tokenizer), tokenizer.token_to_id(END)
    for row in json.loads((tmp_path / "reference.json").read_text("utf-8"))["models"]["qwen2"]:
        assert row["base"]["tokens"] != row["adapted"]["tokens"]
        for kind in ("base", "adapted", "half"):
            tokens = row[kind]["tokens"]
            text = b"".join(pieces[token] for token in tokens if token != end)
            assert "\ufffd" not in text.decode("utf-8", "replace")[:-1]
            assert len(row[kind]["gaps"]) == len(tokens)
            assert all(gap >= 0 for gap in row[kind]["gaps"])
    assert (tmp_path / "qwen2" / "adapter_model.safetensors").is_file()


def test_an_unknown_architecture_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["testdata", "gguf", "--output", str(tmp_path), "--architectures", "llama,gpt5"])
    assert main() == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("--architectures: 'gpt5' is none of llama, qwen2, ")
