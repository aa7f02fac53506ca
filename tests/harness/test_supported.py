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


@pytest.mark.parametrize("command", ["path", "run"])
def test_a_command_that_needs_the_harness_says_so_in_one_sentence(command):
    code = (
        "import importlib.metadata as m, sys; version = m.version;"
        "m.version = lambda name: '0.5.0.dev1' if name == 'lm_eval' else version(name);"
        f"from lm_eval_abstain.cli.main import main; sys.exit(main(['{command}']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("lm-eval-abstain: lm-eval 0.5.0.dev1 is installed")
    assert not done.stdout
