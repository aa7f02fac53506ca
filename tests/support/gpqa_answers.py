"""A model that is always right on GPQA's rows of the test hub."""

from __future__ import annotations

import re

BASES = ["gpqa_main_zeroshot", "gpqa_diamond_n_shot", "leaderboard_gpqa_main"]
RIGHT = ("hydrogen", "weigh\nthen mix", "doubled")  # the right options of the test hub


def always_right(context, continuation):
    """0 for the label before a right option, less for every other label."""
    question = context.rsplit("Choices:", 1)[1]
    labels = [
        match[1]
        for text in RIGHT
        if (match := re.search(rf"(\([A-E]\)) {re.escape(text)}\n", question))
    ]
    return 0.0 if [continuation.strip()] == labels else -5.0
