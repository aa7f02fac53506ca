"""What `import lm_eval_abstain` costs: nothing is parsed, and nothing heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys

CODE = """
import json, sys
import lm_eval_abstain
from lm_eval_abstain.reading import phrases, stages
assert stages.DETECTOR_VERSION == "phrase-v2+rules-v3+classifier-v1"
unread = phrases._languages.cache_info().currsize == 0
modules = sorted({name.split(".")[0] for name in sys.modules})
assert lm_eval_abstain.detect_abstention("I don't know")
print(json.dumps([unread, modules, "numpy" in sys.modules]))
"""
HEAVY = {"numpy", "yaml", "scipy", "lm_eval", "datasets", "torch", "msgspec", "importlib.resources"}


def test_the_phrases_are_read_when_they_are_needed():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    unread, modules, numpy = json.loads(done.stdout)
    assert unread
    assert not HEAVY & set(modules)
    assert not numpy  # nor does reading need it
