"""Which versions of the harness are supported."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.harness.supported import FIRST, UNTIL, check_version
from support.environment import REPOSITORY


@pytest.mark.parametrize("version", ["0.4.13", "0.4.13.dev0", "0.4.14", "0.4.99+local.7"])
def test_supported(version):
    check_version(version)


@pytest.mark.parametrize("version", ["0.4.12", "0.4.9.2", "0.5.0.dev1", "0.5", "0.5.0rc1", "1.0"])
def test_not_supported(version):
    with pytest.raises(AbstainError, match=rf"^lm-eval {re.escape(version)} .*<0\.5'"):
        check_version(version)


def test_pyproject_says_the_same():
    text = (Path(REPOSITORY) / "pyproject.toml").read_text()
    first, until = (".".join(map(str, numbers)) for numbers in (FIRST, UNTIL))
    ranges = re.findall(r'"lm-eval(?:\[[\w,]+\])?([<>=][^"]*)"', text)
    assert ranges
    assert set(ranges) == {f">={first},<{until}"}


OTHER = (
    "import importlib.metadata as m, sys; version = m.version;"
    "m.version = lambda name: {version!r} if name == 'lm_eval' else version(name);"
)


def run_with(version, code, *arguments):
    """Python code in a process of its own where lm-eval seems to have another version."""
    line = [sys.executable, "-c", OTHER.format(version=version) + code, *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        *("path", "ls winogrande", "new winogrande_closed -o out", "run", "run --tasks mmlu"),
        *("demo", "rescore out", "audit out", "report out -o out.html"),
    ],
)
def test_every_command_says_in_one_sentence_that_lm_eval_is_too_old(command, tmp_path):
    code = "from lm_eval_abstain.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = run_with("0.4.9", code, *command.split())
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("lm-eval-abstain: lm-eval 0.4.9 is installed")
    assert line.endswith("pip install 'lm-eval>=0.4.13,<0.5'")
    assert not done.stdout


def test_the_version_and_the_help_are_told_all_the_same():
    code = "from lm_eval_abstain.cli.main import main; sys.exit(main(sys.argv[1:]))"
    for arguments in (["--version"], ["rescore", "--help"]):
        assert run_with("0.4.9", code, *arguments).returncode == 0


@pytest.mark.parametrize("name", ["TaskManager", "Variant"])
def test_python_and_task_files_say_so_too(name):
    done = run_with("0.5.0.dev1", f"import lm_eval_abstain; lm_eval_abstain.{name}")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("lm_eval_abstain.errors.AbstainError: lm-eval 0.5.0.dev1 is installed")


def test_to_look_does_not_import_the_harness():
    code = (
        "from lm_eval_abstain.harness.supported import check_installed; check_installed();"
        "sys.exit('lm_eval' in sys.modules or 'numpy' in sys.modules)"
    )
    assert run_with("0.4.13", code).returncode == 0
