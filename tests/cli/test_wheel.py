"""The built wheel, in a clean environment outside the checkout, passes the end-to-end tests."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile

import pytest

from support.environment import REPOSITORY

ROOT = REPOSITORY
FILES = ("conftest.py", "reference.py", "rows.py", "rows_generative.py", "test_end_to_end.py")


def run(*command, cwd, **env):
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**clean, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    status, output = run(
        sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder
    )
    if status and not os.environ.get("CI"):
        pytest.skip(
            f"the wheel cannot be built here (is the package index reachable?): {output[-300:]}"
        )
    assert status == 0, output
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_code_and_task_files(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        f"lm_eval_abstain/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "task_configs").rglob("*.yaml")
    }
    assert len(shipped) > 150
    assert shipped <= names
    assert {"lm_eval_abstain/py.typed", "lm_eval_abstain/phrases.yaml"} <= names
    assert not [name for name in names if name.startswith(("tests/", "task_configs/"))]


def test_the_wheel_passes_the_end_to_end_tests(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [python, "-m", "pip", "install", "--quiet", f"{wheel}[test]"]
    status, output = run(*install, cwd=tmp_path)
    if status and not os.environ.get("CI"):
        pytest.skip(f"its dependencies cannot be installed here: {output[-300:]}")
    assert status == 0, output
    status, output = run(python, "-c", "import torch", cwd=tmp_path)
    assert "No module named 'torch'" in output, "a plain install must not pull torch"
    for name in FILES:
        shutil.copy(ROOT / "tests" / name, tmp_path / name)
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    status, output = run(
        python, "-m", "pytest", "-q", "-p", "no:cacheprovider", FILES[-1], cwd=tmp_path, PATH=path
    )
    assert status == 0, output
    assert " passed" in output
