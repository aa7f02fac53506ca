"""How often the reader of stated options agrees with the extraction that MMLU-Pro published.

    python docs/benchmarks/stated_options.py FOLDER

The folder holds published outputs, zip or JSON (see `lm_eval_abstain/logs/formats/mmlu_pro.py`).
For each file: the responses, those in which an option is read, those of them for which the file's
own `pred` is a letter, and those in which both are the same. With `--show` the others are printed.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from pathlib import Path
from typing import Any

from lm_eval_abstain.reading.stated_answer import stated_option
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT

OUTPUTS = ("model_outputs", "generated_text", "response")


def records(path: Path) -> list[dict[str, Any]]:
    """The responses of one file."""
    if path.suffix == ".json":
        return json.loads(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(archive.namelist()[0]))


def main() -> None:
    """Count, file by file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    for path in sorted([*given.folder.glob("*.zip"), *given.folder.glob("*.json")]):
        responses = read = compared = same = 0
        for record in records(path):
            text = next((record[name] for name in OUTPUTS if record.get(name)), "")
            options = dict(zip("ABCDEFGHIJ", record["options"]))
            letter = stated_option(
                text, options, abstain_text=DEFAULT_ABSTAIN_TEXT, question=record["question"]
            )
            published = record.get("pred")
            responses += bool(text)
            read += letter is not None
            compared += letter is not None and published is not None
            same += letter is not None and published == letter
            if given.show and letter and published and published != letter:
                print(f"read {letter}, published {published}: {text[-300:]!r}")
        print(
            f"{path.name}: {responses} responses, {read} read, {compared} compared, {same} the same"
        )


if __name__ == "__main__":
    main()
