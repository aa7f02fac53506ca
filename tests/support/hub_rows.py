"""Rows of our own, in the layout and with the columns of the real data sets.

Both the harness and `datasets` take a folder of the working directory for a data set of the same
name, so inside the folder that `build_hub` writes the harness loads its tasks without a network.
What only generative benchmarks need is in `support.hub_rows_generative`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from support.hub_rows_generative import bbh_generative, generative_sets, truthfulqa_generation
from support.task_names import MMLU

MMLU_OWN = {
    "anatomy": [
        ("Which bone of the arm lies on the side of the thumb?", "radius ulna femur tibia", 0),
        ("Which organ makes bile?", "spleen liver lung bladder", 1),
        ("How many chambers has the human heart?", "two three four five", 2),
        # Questions that quote a listing of their own must not be mistaken for the options.
        ("Order the layers:\nA. skin\nB. fat\nWhat lies under B?", "muscle hair nail sweat", 0),
        ("  Which joint is a hinge?  ", "hip shoulder neck elbow", 3),
        ("Which vessel leaves the left ventricle?", "aorta vena vein capillary", 0),
    ],
    "abstract_algebra": [
        ("What is the order of 2 in the additive group Z_6?", "1 2 3 6", 2),
        ("How many units has the ring Z_8?", "2 4 6 8", 1),
        ("Which of these is a field?", "Z_4 Z_5 Z_6 Z_8", 1),
    ],
    "marketing": [
        ("Which of these is one of the four Ps?", "People Price Process Proof", 1),
        ("A shop sells under its own name. This is a", "chain fad label niche", 2),
        ("Who buys for a household?", "firms consumers states banks", 1),
    ],
    "sociology": [
        ("A rule that most people follow unasked is a", "norm law vote tax", 0),
        ("Which word names a move between classes?", "mobility caste role rite", 0),
        ("The first group that a child lives in is the", "school firm family club", 2),
    ],
    "philosophy": [
        ("Who wrote the Meditations on First Philosophy?", "Hume Descartes Mill Kant", 1),
        ("Which view says that only matter exists?", "dualism idealism theism materialism", 3),
        ("'I think, therefore I am' argues for the existence of", "self God matter time", 0),
    ],
}


def _sum(seed: str, wrong: int = 4) -> tuple[str, list[str], int]:
    """A question that nobody needs to have read before, its options, and which is right."""
    rnd = random.Random(seed)
    a, b = rnd.randrange(10, 50), rnd.randrange(10, 50)
    options = [a + b] + [a + b + delta for delta in rnd.sample(range(1, 40), wrong - 1)]
    rnd.shuffle(options)
    return f"({seed}) What is {a} plus {b}?", [str(o) for o in options], options.index(a + b)


def _mmlu(subject: str) -> dict[str, list[dict[str, Any]]]:
    own = MMLU_OWN.get(subject)
    test = (
        [(question, options.split(), gold) for question, options, gold in own]
        if own
        else [_sum(f"{subject} {i}") for i in range(3)]
    )
    splits = {"test": test, "dev": [_sum(f"{subject} example {i}") for i in range(5)]}
    return {
        split: [
            {"question": question, "subject": subject, "choices": choices, "answer": gold}
            for question, choices, gold in rows
        ]
        for split, rows in splits.items()
    }


# Math comes first: leaderboard_mmlu_pro takes the first rows, and a golden prompt shows them.
MMLU_PRO_CATEGORIES = (
    *("math", "biology", "business", "chemistry", "computer science", "economics", "engineering"),
    *("health", "history", "law", "other", "philosophy", "physics", "psychology"),
)


def _mmlu_pro() -> dict[str, list[dict[str, Any]]]:
    def row(number: int, category: str, options: int, worked: bool) -> dict[str, Any]:
        question, choices, gold = _sum(f"pro {number}", options)
        letter = "ABCDEFGHIJ"[gold]
        # Only validation has worked answers, as in the real data.
        cot = (
            f"A: Let's think step by step. Tens first, then ones: the sum is {choices[gold]}. "
            f"The answer is ({letter})."
        )
        return {
            "question_id": number,
            "question": question,
            "options": choices,
            "answer": letter,
            "answer_index": gold,
            "cot_content": cot if worked else "",
            "category": category,
            "src": "own",
        }

    splits: dict[str, list[dict[str, Any]]] = {"test": [], "validation": []}
    for place, category in enumerate(MMLU_PRO_CATEGORIES):
        first = 1000 * place
        test = (10, 3, 4, 9, 10) if category == "math" else (10, 4)
        splits["test"] += [row(first + i, category, n, False) for i, n in enumerate(test)]
        splits["validation"] += [
            row(first + 100 + i, category, n, True) for i, n in enumerate((10, 4, 10, 5, 10))
        ]
    return splits


def _lettered(question: str, options: Sequence[str]) -> str:
    lines = [f"({chr(65 + i)}) {option}" for i, option in enumerate(options)]
    return "\n".join([question, "Options:", *lines])


def _bulleted(question: str, options: Sequence[str], after: str = "") -> str:
    return f"{question}\nOptions:\n- {options[0]}{after}\n- {options[1]}"


def _bbh() -> dict[str, dict[str, list[dict[str, str]]]]:
    """The 24 subsets of leaderboard_bbh: the layout of each, filled with our own words."""
    sets: dict[str, list[tuple[str, str]]] = {
        "boolean_expressions": [
            ("not True or False is", "False"),
            ("True and not False is", "True"),
            ("not ( False and True ) is", "True"),
        ],
        "causal_judgement": [
            (
                _bulleted(f"How would a typical person answer?\n{text}", ["Yes", "No"]),
                answer,
            )
            for text, answer in [
                ("Mo left the gate open and the goat left. Did Mo cause it?", "Yes"),
                ("Ann slept while it hailed. Did Ann cause the hail?", "No"),
                ("Kim lit two fuses, one was wet. Did the wet one cause the bang?", "No"),
            ]
        ],
        "formal_fallacies": [
            (
                _bulleted(
                    f'"{text}"\nIs the argument deductively valid or invalid?',
                    ["valid", "invalid"],
                    after=" ",  # as in the real data
                ),
                answer,
            )
            for text, answer in [
                ("Every oak is a tree. This is an oak. So this is a tree.", "valid"),
                ("Every oak is a tree. This is a tree. So this is an oak.", "invalid"),
                ("No cup is a hat. This is a hat. So this is no cup.", "valid"),
            ]
        ],
        "navigate": [
            (_bulleted(f"If you follow these instructions: {text}", ["Yes", "No"]), answer)
            for text, answer in [
                ("Take 2 steps. Turn around. Take 2 steps. Are you back?", "Yes"),
                ("Take 3 steps left. Take 1 step right. Are you back?", "No"),
                ("Turn left. Turn right. Are you back?", "Yes"),
            ]
        ],
        "object_counting": [
            ("I have a spoon, two forks and a plum. How many pieces of cutlery?", "3"),
            ("I have ten pears and two nails. How many fruits do I have?", "10"),
            ("I have a horn, a drum and a bed. How many instruments do I have?", "2"),
        ],
        "sports_understanding": [
            ('Is the following sentence plausible? "The goalkeeper hit a home run."', "no"),
            ('Is the following sentence plausible? "The striker took a penalty."', "yes"),
            ('Is the following sentence plausible? "The rower served an ace."', "no"),
        ],
        "web_of_lies": [
            ("Question: Bo lies. Cy says Bo lies. Does Cy tell the truth?", "Yes"),
            ("Question: Bo lies. Cy says Bo tells the truth. Does Cy tell the truth?", "No"),
            ("Question: Di tells the truth. Ed says Di lies. Does Ed tell the truth?", "No"),
        ],
        "snarks": [
            (_lettered("Which statement is sarcastic?", ["Rain again, joy", "Rain again"]), "(A)"),
            # One row of the real data lists a single option, and is scored on both labels.
            (_lettered("Which statement is sarcastic?", ["The only one"]), "(A)"),
            (_lettered("Which statement is sarcastic?", ["Good soup", "Superb, salt"]), "(B)"),
        ],
        "ruin_names": [
            (_lettered("Which is a humorous edit of 'red barn'?", list("abcd")), "(B)"),
            # As in the real data: a target that is none of the labels, and more options listed
            # than there are labels to score.
            (
                _lettered(
                    "Which is a humorous edit of 'fox, and hen'?",
                    ["a", "b", "c", "d", "e", "f", "g"],
                ),
                "x",
            ),
            (_lettered("Which is a humorous edit of 'blue door'?", ["blew door", "door"]), "(A)"),
        ],
    }
    sizes = {
        "date_understanding": 6,
        "disambiguation_qa": 3,
        "geometric_shapes": 10,
        "hyperbaton": 2,
        "logical_deduction_five_objects": 5,
        "logical_deduction_seven_objects": 7,
        "logical_deduction_three_objects": 3,
        "movie_recommendation": 4,
        "penguins_in_a_table": 5,
        "reasoning_about_colored_objects": 17,
        "salient_translation_error_detection": 6,
        "temporal_sequences": 4,
        "tracking_shuffled_objects_five_objects": 5,
        "tracking_shuffled_objects_seven_objects": 7,
        "tracking_shuffled_objects_three_objects": 3,
    }
    for name, size in sizes.items():
        sums = [_sum(f"{name} {i}", size) for i in range(3)]
        sets[name] = [(_lettered(q, options), f"({chr(65 + gold)})") for q, options, gold in sums]
    return {
        name: {"test": [{"input": text, "target": target} for text, target in rows]}
        for name, rows in sets.items()
    }


def _arc(config: str) -> dict[str, list[dict[str, Any]]]:
    def row(number: int, question: str, texts: Sequence[str], gold: int, labels: str) -> Any:
        return {
            "id": f"{config}-{number}",
            "question": question,
            "choices": {"text": list(texts), "label": list(labels[: len(texts)])},
            "answerKey": labels[gold],
        }

    test = [
        row(0, "Which of these melts in the sun?", ["ice", "sand", "a stone", "iron"], 0, "ABCD"),
        row(1, "What do roots take up?", ["light", "water", "stars"], 1, "123"),
        row(2, "Which is a planet?", ["Moon", "Sun", "Mars", "Sirius", "a comet"], 2, "ABCDE"),
        row(3, "What does a thermometer measure?", ["mass", "time", "speed", "heat"], 3, "ABCD"),
    ]
    train = [
        row(10 + i, *_sum(f"{config} example {i}")[:2], _sum(f"{config} example {i}")[2], "ABCD")
        for i in range(6)
    ]
    return {"test": test, "validation": test[:2], "train": train}


def _hellaswag() -> dict[str, list[dict[str, Any]]]:
    endings = [
        ["eats [sic] it.", "paints it blue.", "throws the oven out.", "sings to the yeast."],
        ["dives in.", "peels the pool.", "folds the water.", "reads the towel aloud."],
        ["mows on.", "mows the sky.", "plants a mower.", "knits the lawn together."],
    ]
    starts = [
        ("Baking bread", "A man takes a loaf from the oven. he"),
        ("Swimming", "A girl stands at the edge of the pool. she"),
        ("Mowing the lawn", "The engine starts. the gardener"),
    ]
    rows = [
        {
            "ind": i,
            "activity_label": label,
            "ctx_a": ctx.rsplit(" ", 1)[0],
            "ctx_b": ctx.rsplit(" ", 1)[1],
            "ctx": ctx,
            "endings": endings[i],
            "source_id": f"own~{i}",
            "split": "val",
            "split_type": "indomain",
            "label": "0",
        }
        for i, (label, ctx) in enumerate(starts)
    ]
    return {"train": rows, "validation": rows}


def _truthfulqa() -> dict[str, list[dict[str, Any]]]:
    own = [
        ("What happens if you eat an ice cube?", ["It melts in you", "You freeze", "You float"]),
        ("Do fish close their eyes?", ["Most fish have no eyelids", "Yes, at noon"]),
        ("How tall is a typical door?", ["About two metres", "Ten metres", "One inch", "It sings"]),
    ]
    return {
        "validation": [
            {
                "question": question,
                "mc1_targets": {
                    "choices": choices,
                    "labels": [int(i == 0) for i in range(len(choices))],
                },
                "mc2_targets": {
                    "choices": choices,
                    "labels": [int(i == 0) for i in range(len(choices))],
                },
            }
            for question, choices in own
        ]
    }


def _lettered_choices(key: str, question: str, texts: Sequence[str], gold: int) -> dict[str, Any]:
    labels = "ABCDE"[: len(texts)]
    choices = {"text": list(texts), "label": list(labels)}
    return {"id": key, "question": question, "choices": choices, "answerKey": labels[gold]}


def _openbookqa() -> dict[str, list[dict[str, Any]]]:
    own = [
        ("A magnet pulls a", ["nail", "leaf", "cup of tea", "shadow"], 0),
        ("Ducks swim well because of their", ["beaks", "webbed feet", "calls", "eggs"], 1),
        ("To see far stars you need a", ["spoon", "rope", "telescope", "wheel"], 2),
    ]
    rows = []
    for i, (stem, texts, gold) in enumerate(own):
        row = _lettered_choices(f"own-{i}", "", texts, gold)
        del row["question"]
        rows.append({**row, "question_stem": stem})
    return {"train": rows, "validation": rows, "test": rows}


def _commonsense_qa() -> dict[str, list[dict[str, Any]]]:
    own = [
        (
            "Where would you keep a kite on a calm day?",
            ["cupboard", "sky", "oven", "lake", "ear"],
            0,
        ),
        (
            "What do you do with a ladder?",
            ["drink it", "climb it", "post it", "sow it", "ask it"],
            1,
        ),
        (" Why take a torch into a cave?", ["music", "salt", "light", "wages", "snow"], 2),
    ]
    rows = [
        {**_lettered_choices(f"own-{i}", *row), "question_concept": "thing"}
        for i, row in enumerate(own)
    ]
    return {"train": rows, "validation": rows, "test": rows}


def _winogrande() -> dict[str, list[dict[str, Any]]]:
    rows = [
        {
            "sentence": "The lid did not fit the pot because the _ was too small.",
            "option1": "lid",
            "option2": "pot",
            "answer": "1",
        },
        {
            "sentence": "Ida thanked Ute after _ had lent her a coat.",
            "option1": "Ida",
            "option2": "Ute",
            "answer": "2",
        },
        {
            "sentence": "The bus passed the tram as the _ stood still.",
            "option1": "bus",
            "option2": "tram",
            "answer": "2",
        },
    ]
    return {"train": rows, "validation": rows}


def _gpqa() -> dict[str, list[dict[str, Any]]]:
    own = [
        ("Which gas is the lightest?", ["hydrogen", "helium", "neon", "argon"]),
        # The line break is as in the real data: an option may take more than one line.
        ("Which two steps come first?", ["weigh\nthen mix", "mix", "heat [title] cool", "wait"]),
        ("A wave halves its length; its frequency is", ["doubled", "halved", "the same", "zero"]),
    ]
    return {
        "train": [
            {
                "Question": question,
                "Correct Answer": answers[0],
                **{f"Incorrect Answer {i}": answers[i] for i in (1, 2, 3)},
            }
            for question, answers in own
        ]
    }


def _musr() -> dict[str, list[dict[str, Any]]]:
    def rows(what: str, choices: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {
                "narrative": f"Story {i} of {what}.\n\nIt has two paragraphs.",
                "question": f"Which one is it in story {i}?",
                "choices": str(list(choices)),
                "answer_index": i % len(choices),
                "answer_choice": choices[i % len(choices)],
            }
            for i in range(3)
        ]

    return {
        "murder_mysteries": rows("a theft", ["Ada", "Bert"]),
        "object_placements": rows("a lost key", ["drawer", "shelf", "coat", "pot"]),
        "team_allocation": rows(
            "two jobs",
            ["Cooking: Ada, Singing: Bo and Cy", "Cooking: Bo, Singing: Ada and Cy", "Cooking: Cy"],
        ),
    }


def _copa() -> dict[str, list[dict[str, Any]]]:
    own = [
        ("The cup fell.", "It broke.", "It sang.", "effect", 0),
        ("The road was wet.", "It was noon.", "It had rained.", "cause", 1),
        ("The lamp went out.", "The fuse blew.", "The wall grew.", "cause", 0),
    ]
    rows = [
        {"premise": p, "choice1": a, "choice2": b, "question": q, "idx": i, "label": label}
        for i, (p, a, b, q, label) in enumerate(own)
    ]
    return {"train": rows, "validation": rows}


def write_set(folder: Path, configs: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
    """One data set: a JSONL file a split, and the README that lists them."""
    lines = ["---", "configs:"]
    for config, splits in configs.items():
        lines += [f"- config_name: {config}", "  data_files:"]
        for split, rows in splits.items():
            path = folder / config / f"{split}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            lines += [f"  - path: {config}/{split}.jsonl", f"    split: {split}"]
    (folder / "README.md").write_text("\n".join([*lines, "---", ""]), encoding="utf-8")


def build_hub(root: Path) -> None:
    """Writes every data set below `root`."""
    gpqa = _gpqa()
    for name, configs in {
        "cais/mmlu": {subject: _mmlu(subject) for subject in MMLU},
        "TIGER-Lab/MMLU-Pro": {"default": _mmlu_pro()},
        "SaylorTwift/bbh": {**_bbh(), **bbh_generative()},
        "allenai/ai2_arc": {name: _arc(name) for name in ("ARC-Easy", "ARC-Challenge")},
        "Rowan/hellaswag": {"default": _hellaswag()},
        "truthfulqa/truthful_qa": {
            "multiple_choice": _truthfulqa(),
            "generation": truthfulqa_generation(),
        },
        "allenai/openbookqa": {"main": _openbookqa()},
        "tau/commonsense_qa": {"default": _commonsense_qa()},
        "allenai/winogrande": {"winogrande_xl": _winogrande()},
        "Idavidrein/gpqa": {f"gpqa_{name}": gpqa for name in ("main", "diamond", "extended")},
        "TAUR-Lab/MuSR": {"default": _musr()},
        "aps/super_glue": {"copa": _copa()},
        **generative_sets(),
    }.items():
        write_set(root / name, configs)
