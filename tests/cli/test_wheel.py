"""The built wheel, in a clean environment outside the checkout, runs what it ships.

Of the end-to-end tests it passes those that are marked `wheel`: one for the task files under the
plain harness, one for the command, one for reading logs.
"""

import os
import shutil
import subprocess
import sys
import venv
import zipfile

import pytest

from support.environment import REPOSITORY

# Building and installing take the package index and a minute.
pytestmark = pytest.mark.slow


def run(*command, cwd, **env):
    ours = ("PYTHONPATH", "LM_EVAL_ABSTAIN_TESTS", "PYTEST_XDIST_WORKER")
    clean = {key: value for key, value in os.environ.items() if key not in ours}
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
        sys.executable, "-m", "build", "--wheel", "--outdir", folder, REPOSITORY, cwd=folder
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
        f"lm_eval_abstain/{path.relative_to(REPOSITORY).as_posix()}"
        for path in (REPOSITORY / "task_configs").rglob("*.yaml")
    }
    assert len(shipped) > 100
    code_and_data = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "lm_eval_abstain").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert {"lm_eval_abstain/py.typed", "lm_eval_abstain/reading/phrases.yaml"} <= code_and_data
    assert shipped | code_and_data <= names
    assert not [name for name in names if name.startswith(("tests/", "task_configs/"))]


def test_the_wheel_passes_its_end_to_end_tests(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [python, "-m", "pip", "install", "--quiet", wheel, "pytest"]
    status, output = run(*install, cwd=tmp_path)
    if status and not os.environ.get("CI"):
        pytest.skip(f"its dependencies cannot be installed here: {output[-300:]}")
    assert status == 0, output
    status, output = run(python, "-c", "import torch", cwd=tmp_path)
    assert "No module named 'torch'" in output, "a plain install must not pull torch"
    tests = REPOSITORY / "tests"
    shutil.copytree(tests / "support", tmp_path / "support")
    for path in (tests / "conftest.py", tests / "harness" / "test_end_to_end.py"):
        shutil.copy(path, tmp_path / path.name)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\nmarkers = slow\n    wheel\n")
    options = ["-q", "--strict-markers", "-m", "wheel", "-p", "no:cacheprovider"]
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    command = [python, "-m", "pytest", *options, "test_end_to_end.py"]
    status, output = run(*command, cwd=tmp_path, PATH=path)
    assert status == 0, output
    assert "3 passed" in output
