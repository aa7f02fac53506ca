"""How a page names models that are named by a path."""

import pytest

from lm_eval_abstain.reports.model_names import names_without_folders


@pytest.mark.parametrize(
    ("models", "names"),
    [
        ([], ()),
        (["/home/me/a/final"], ("final",)),
        (["/home/me/a/final/"], ("final",)),
        (["__home__me__final"], ("final",)),
        (["~/final", "../out/last", r"C:\models\best"], ("final", "last", "best")),
        (["EleutherAI/pythia-70m", "gpt2", "a/b/c"], ("EleutherAI/pythia-70m", "gpt2", "a/b/c")),
        (["/x/a/model", "/x/b/model"], ("a/model", "b/model")),
        (["/x/a/m", "/x/b/m", "/x/c/other"], ("a/m", "b/m", "other")),
        (["/x/a/m", "/y/a/m"], ("x/a/m", "y/a/m")),
        (["org/model", "/home/org/model"], ("org/model", "model")),
        (["a/m", "/x/a/m", "/y/a/m"], ("a/m", "x/a/m", "y/a/m")),
        (["model", "/x/model"], ("model", "x/model")),
        (["./m", "m"], ("./m", "m")),
        (["/", "."], ("/", ".")),
    ],
)
def test_names(models, names):
    assert names_without_folders(models) == names


def test_all_are_different():
    parts = ("a", "b", "m")
    models = [f"/{one}/{two}/{end}" for one in parts for two in parts for end in parts]
    models += [*parts, *(f"{one}/{two}" for one in parts for two in parts), "./m", "~/a/m"]
    names = names_without_folders(models)
    assert len(set(names)) == len(models)
