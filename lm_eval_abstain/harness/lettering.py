"""A multiple-choice task's own questions and right options, as questions after a letter.

What a question says and which option is right is asked of the harness: the base task's definition
renders each document, and scores each option as if the model had preferred it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from lm_eval.api.task import ConfigurableTask
from lm_eval.config.task import TaskConfig

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.best_option import check_best_option
from lm_eval_abstain.harness.derived_task import spread
from lm_eval_abstain.prompts.layout import Question
from lm_eval_abstain.prompts.lettered import ONE_PROMPT_EACH, Lettered, LetterStyle
from lm_eval_abstain.reading.stated_answer import stated_option

__all__ = ["NO_LETTER", "Lettering", "LetteringField"]

NO_LETTER = "[invalid]"
"""What stands in a letter's place where none is read, as the harness's own filters have it."""
_NONE_RIGHT = "[none is right]"


class _Base(ConfigurableTask):
    """The base task's rendering and scoring, without its data."""

    def __init__(self, definition: Mapping[str, Any], headline: str) -> None:
        self._config = TaskConfig(**definition)
        self.OUTPUT_TYPE = self._config.output_type
        self.prompt = None
        self.multiple_input = self.multiple_target = 0
        self._metric_fn_list = {headline: None}
        self._known: dict[str, Any] = {}

    def at(self, doc: Mapping[str, Any]) -> _Base:
        """The same task at a document, whose fields are rendered once."""
        self.features, self._known = list(doc), {}
        self.multiple_target = int(isinstance(self.doc_to_target(doc), list))
        return self

    def doc_to_choice(self, doc: Any, doc_to_choice: Any = None) -> list[str]:
        """The options; scoring one after the other would render them again and again."""
        return self._once("choice", super().doc_to_choice, doc, doc_to_choice)

    def doc_to_target(self, doc: Any, doc_to_target: Any = None) -> Any:
        """The right option, as the definition gives it."""
        return self._once("target", super().doc_to_target, doc, doc_to_target)

    def _once(self, name: str, render: Callable[..., Any], doc: Any, other: Any) -> Any:
        if name not in self._known:
            self._known[name] = render(doc, other)
        return self._known[name]


class Lettering:
    """The questions of a multiple-choice task, to be answered with a letter.

    Its three functions stand in a definition of the harness, as `doc_to_text`, `doc_to_target` and
    a filter.

    Args:
        definition: The base task's, functions resolved.
        headline: Its metric that says right or wrong.
        docs: Gives its documents, once they are loaded.
        abstain_text: What the prompt asks the model to say when it abstains.
    """

    def __init__(
        self,
        definition: Mapping[str, Any],
        headline: str,
        docs: Callable[[], Any],
        abstain_text: str,
    ) -> None:
        self._name = str(definition.get("task"))
        self._headline = headline
        self._base = _Base(definition, headline)
        self._docs, self._abstain_text = docs, abstain_text
        self._definition = definition
        # By the document's own words: the harness asks for each again and again, in new objects.
        self._known: dict[str, tuple[Lettered, Any]] = {}
        self.text = LetteringField(self, "question", self._text)
        self.target = LetteringField(self, "right letter", self._target)
        self.read = LetteringField(self, "letter of a response", self._read)

    def __deepcopy__(self, memo: Any) -> Lettering:
        """Itself: nothing of it changes, and it leads to all documents."""
        return self

    def __repr__(self) -> str:
        """What it is made of; the harness writes that into the results."""
        asked = self._definition.get("doc_to_text")
        return f"{self._name}: {getattr(asked, '__qualname__', asked)!r}"

    @cached_property
    def style(self) -> LetterStyle:
        """How the task's questions are lettered."""
        config = self._base.config
        if config.process_results is not None:
            check_best_option(
                self._name,
                self._headline,
                ((doc, self._base.at(doc).doc_to_choice(doc)) for doc in spread(self._docs())),
                lambda doc, results: self._base.process_results(doc, results).get(self._headline),
            )
        sample, right = zip(*(self._question(doc) for doc in spread(self._docs())))
        return self._located(
            lambda: LetterStyle.read(
                sample,
                right,
                delimiter=config.fewshot_delimiter,
                fixed_choices=isinstance(config.doc_to_choice, (list, dict)),
                instruction=str(config.description or ""),
            )
        )

    @property
    def sampled_options(self) -> list[list[str]]:
        """The options of some questions from all over the data set."""
        return [list(self._lettered(doc)[0].options.values()) for doc in spread(self._docs())]

    def _question(self, doc: Mapping[str, Any]) -> tuple[Question, list[int]]:
        """A document's question, and the places of its right options."""
        base = self._base.at(doc)
        text, choices = base.doc_to_text(doc), base.doc_to_choice(doc)
        if not isinstance(text, str):
            raise self._unsupported(ONE_PROMPT_EACH)
        return Question(text, tuple(map(str, choices))), self._right(doc, len(choices))

    def _right(self, doc: Mapping[str, Any], n: int) -> list[int]:
        """The options that the base task calls right, each as if the model preferred it."""
        right: list[int] = []
        for place in range(n):
            results = [(-1.0 if i == place else -1e6, i == place) for i in range(n)]
            score = self._base.process_results(doc, results).get(self._headline)
            if score not in (0, 1):
                raise self._unsupported(
                    f"its {self._headline} is {score!r} for one of its options, which is neither "
                    "right nor wrong."
                )
            if score:
                right.append(place)
        return right

    def _lettered(self, doc: Mapping[str, Any]) -> tuple[Lettered, Any]:
        """A document's question, and the right letter or letters."""
        key = repr(doc)
        if key not in self._known:
            style = self.style
            question, right = self._question(doc)
            lettered = self._located(lambda: style.letter(question))
            letters = [lettered.letters[place] for place in right] or [_NONE_RIGHT]
            several = self._base.multiple_target or self._base.config.process_results is not None
            self._known[key] = (lettered, letters if several else letters[0])
        return self._known[key]

    def _located(self, function: Callable[[], Any]) -> Any:
        try:
            return function()
        except AbstainError as error:
            raise self._unsupported(str(error)) from None

    def _unsupported(self, reason: str) -> UnsupportedTaskError:
        return UnsupportedTaskError(self._name, reason, what="generated form")

    def _text(self, doc: Mapping[str, Any]) -> str:
        return self._lettered(doc)[0].text

    def _target(self, doc: Mapping[str, Any]) -> Any:
        return self._lettered(doc)[1]

    def _read(self, responses: Iterable[Sequence[str]], docs: Iterable[Any]) -> list[list[str]]:
        """The harness's filter: the letter of each response, one list a document."""
        found: list[list[str]] = []
        for drawn, doc in zip(responses, docs):
            lettered, _ = self._lettered(doc)
            found.append([self._letter(response, lettered) for response in drawn])
        return found

    def _letter(self, response: str, lettered: Lettered) -> str:
        letter = stated_option(
            response,
            lettered.options,
            abstain_text=self._abstain_text,
            question=lettered.text,
        )
        return letter or NO_LETTER


class LetteringField:
    """A function of a definition, with words for the results file and for keys.

    Attributes:
        lettering: What it belongs to.
    """

    def __init__(self, lettering: Lettering, what: str, function: Callable[..., Any]) -> None:
        self.lettering, self._what, self._function = lettering, what, function

    def __call__(self, *args: Any) -> Any:
        """As the harness calls it: with a document, or as a filter with responses and documents."""
        return self._function(*args)

    def __deepcopy__(self, memo: Any) -> LetteringField:
        """Itself, as `Lettering`."""
        return self

    def __repr__(self) -> str:
        return f"<{self._what}, lettered, of {self.lettering!r}>"
