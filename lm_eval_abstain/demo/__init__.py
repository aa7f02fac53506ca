"""A demonstration that needs no data set hub: real questions and a small real model."""

from lm_eval_abstain.demo.questions import load_questions, questions_dataset
from lm_eval_abstain.demo.weights import DemoError, fetch_weights

__all__ = ["DemoError", "fetch_weights", "load_questions", "questions_dataset"]
