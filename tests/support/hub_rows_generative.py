"""Rows of our own for the benchmarks whose answers are written out.

As in `support.hub_rows`, the words are ours and only the columns are those of the real data sets.
What is odd about a row is odd in the real data too, and a comment says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Splits = dict[str, list[dict[str, Any]]]


def generative_sets() -> dict[str, Mapping[str, Splits]]:
    """The data sets of generative benchmarks alone: name, config, split, rows."""
    math = {config: _math(config) for config in MATH_OWN}
    return {
        "openai/gsm8k": {"main": _gsm8k()},
        "mandarjoshi/trivia_qa": {"rc.nocontext": _triviaqa()},
        "google-research-datasets/nq_open": {"default": _nq_open()},
        "google/IFEval": {"default": _ifeval()},
        "wis-k/instruction-following-eval": {"default": _ifeval()},
        # Two copies of one data set.
        "EleutherAI/hendrycks_math": math,
        "DigitalLearningGmbH/MATH-lighteval": math,
        "HuggingFaceH4/MATH-500": {"default": _math500()},
    }


# ---------------------------------------------------------------------- short answers


def _gsm8k() -> Splits:
    test = [
        (
            "Ola picks 4 baskets of 12 plums and gives 8 plums away. How many plums are left?",
            "Ola picks 4*12 = <<4*12=48>>48 plums.\nShe keeps 48-8 = <<48-8=40>>40 plums.\n#### 40",
        ),
        (
            "A ferry takes 150 cars a trip and makes 8 trips a day. How many cars cross in a day?",
            # Some answers of the real data have a comma.
            "It takes 150*8 = <<150*8=1200>>1200 cars.\n#### 1,200",
        ),
        (
            "Pat had $20 and spent a quarter of it on tea.  How many dollars has Pat now?",
            "Tea cost 20/4 = $<<20/4=5>>5.\nPat has 20-5 = $<<20-5=15>>15 now.\n#### 15",
        ),
        (
            "At noon it was 3 degrees, and by night it was 10 degrees colder. What was it then?",
            "It was 3-10 = <<3-10=-7>>-7 degrees.\n#### -7",
        ),
    ]
    train = [
        (
            f"A box holds {n} pens and a tin holds {n + 2}. How many pens do both hold?",
            f"Both hold {n}+{n + 2} = <<{n}+{n + 2}={sum_}>>{sum_} pens.\n#### {sum_}",
        )
        for n, sum_ in ((n, 2 * n + 2) for n in range(3, 9))
    ]
    return {
        split: [{"question": question, "answer": answer} for question, answer in rows]
        for split, rows in (("train", train), ("test", test))
    }


def _triviaqa() -> Splits:
    def row(number: int, question: str, aliases: Sequence[str]) -> dict[str, Any]:
        # `rc.nocontext` has the columns of the contexts, empty.
        pages = ("doc_source", "filename", "title", "wiki_context")
        found = ("description", "filename", "rank", "title", "url", "search_context")
        return {
            "question": question,
            "question_id": f"own_{number}",
            "question_source": "own",
            "entity_pages": {key: [] for key in pages},
            "search_results": {key: [] for key in found},
            "answer": {
                "aliases": list(aliases),
                "normalized_aliases": [alias.lower() for alias in aliases],
                "matched_wiki_entity_name": "",
                "normalized_matched_wiki_entity_name": "",
                "normalized_value": aliases[0].lower(),
                "type": "WikipediaEntity",
                "value": aliases[0],
            },
        }

    # The real questions come with a question mark and, here and there, without one.
    validation = [
        ("Which river runs through Vienna?", ["Danube", "Donau", "The Danube", "River Danube"]),
        ("Which metal is liquid in a warm room?", ["Mercury", "Quicksilver", "Hg", "hydrargyrum"]),
        ("How many legs has a spider", ["8", "eight", "Eight legs"]),
        ('Who wrote the play "Hamlet"?', ["William Shakespeare", "Shakespeare", "The Bard"]),
    ]
    train = [
        ("What colour is an emerald?", ["Green", "green colour"]),
        ("Which planet has the brightest rings?", ["Saturn", "Planet Saturn"]),
        ("Which city is the capital of Norway?", ["Oslo", "Christiania", "Kristiania"]),
        ("Which instrument has 88 keys?", ["Piano", "The piano", "Pianoforte"]),
        ("What do bees make", ["Honey", "bee honey"]),
        ("Which month has the fewest days?", ["February", "Feb", "Feb."]),
    ]
    return {
        "train": [row(100 + i, *own) for i, own in enumerate(train)],
        "validation": [row(i, *own) for i, own in enumerate(validation)],
    }


def _nq_open() -> Splits:
    # As in the real data: lower case and no question mark; one answer or several.
    validation = [
        ("who painted the ceiling of the sistine chapel", ["Michelangelo"]),
        ("when does the day have as many hours as the night", ["the equinox", "equinox"]),
        ("what is the tallest kind of grass", ["bamboo", "giant bamboo"]),
        ("how many strings has a violin", ["four", "4"]),
    ]
    train = [
        ("where do penguins live", ["the Southern Hemisphere", "Antarctica"]),
        ("what is bread leavened with", ["yeast"]),
        ("who keeps the time in a band", ["the drummer"]),
        ("what is the hardest natural stone", ["diamond"]),
        ("which bird lays the largest egg", ["the ostrich", "ostrich"]),
        ("what do you call a group of wolves", ["a pack", "pack"]),
    ]
    return {
        split: [{"question": question, "answer": answers} for question, answers in rows]
        for split, rows in (("train", train), ("validation", validation))
    }


def truthfulqa_generation() -> Splits:
    """The config `generation`; the other one of the data set is in `rows`."""
    own = [
        (
            "What happens if you swallow a cherry stone?",
            "It passes through you",
            ["It passes through you", "Nothing much happens", "It leaves your body again."],
            ["A tree grows in you", "It stays in you for seven years"],
        ),
        # Stray spaces, which the harness strips, are in the real data too.
        (
            " Do goldfish forget everything within seconds? ",
            "No, goldfish remember things for months",
            ["No, goldfish remember things for months", "No, goldfish can be trained"],
            ["Yes, they forget after three seconds", "Yes"],
        ),
        (
            "Which number will win the next lottery?",
            "I have no comment",
            ["I have no comment", "Nobody can know that", ""],
            ["Number 7 will win", "The number that has not been drawn for longest will win"],
        ),
    ]
    return {
        "validation": [
            {
                "type": "Adversarial",
                "category": "Misconceptions",
                "question": question,
                "best_answer": best,
                "correct_answers": right,
                "incorrect_answers": wrong,
                "source": "https://example.org/own",
            }
            for question, best, right, wrong in own
        ]
    }


# ---------------------------------------------------------------------- BIG-Bench Hard


def bbh_generative() -> dict[str, Splits]:
    """The three subsets that leaderboard_bbh leaves out; the other 24 are in `support.hub_rows`."""
    close = (
        "Complete the rest of the sequence, making sure that the parentheses are closed properly."
    )
    sort = "Sort the following words alphabetically:"
    sets = {
        "dyck_languages": [
            (f"{close} Input: [ (", ") ]"),
            (f"{close} Input: < {{ }} [", "] >"),
            (f"{close} Input: ( ( < > ) {{ [ ]", "} )"),
        ],
        "multistep_arithmetic_two": [
            ("((2 + -3 * 4) - (5 - 1 + 2)) =", "-16"),
            ("((-7 * -2 - 4) + (3 * 3 - 1)) =", "18"),
            ("((6 - 6 + 1) * (-2 + 9 * 1)) =", "7"),
        ],
        "word_sorting": [
            (f"{sort} List: pond kettle", "kettle pond"),
            (f"{sort} List: umbrella orchid otter apple", "apple orchid otter umbrella"),
            (f"{sort} List: sand sandal sad zinc bee", "bee sad sand sandal zinc"),
        ],
    }
    return {
        name: {"test": [{"input": text, "target": target} for text, target in rows]}
        for name, rows in sets.items()
    }


# ---------------------------------------------------------------------- MATH

# (problem, level, solution); the leaderboard keeps what is of level 5.
MATH_OWN = {
    "algebra": [
        ("Solve $2x + 3 = 11$ for $x$.", 1, r"Then $2x = 8$, so $x = \boxed{4}$."),
        (
            "For which $x$ is $\\sqrt{x - 1} + \\sqrt{4 - x}$ defined?",
            5,
            r"We need $x \ge 1$ and $x \le 4$, so $x$ is in $\boxed{[1,4]}$.",
        ),
        (
            "A line runs through $(0, 1)$ and $(4, 4)$. What is its slope?",
            5,
            r"It is $\frac{4 - 1}{4 - 0} = \boxed{\frac{3}{4}}$.",
        ),
        # Now and then the real data has no braces.
        ("What is $f(2)$ if $f(x) = x^2 + 1$?", 5, r"We find $f(2) = 4 + 1 = \boxed 5$."),
    ],
    "counting_and_probability": [
        ("How many words can be made of the letters A, B, C?", 2, r"There are $3! = \boxed{6}$."),
        (
            "Two fair coins are thrown. What is the probability of two heads?",
            5,
            r"It is $\frac{1}{2} \cdot \frac{1}{2} = \boxed{\frac{1}{4}}$.",
        ),
        (
            "In how many ways can 3 of 30 pupils be given first, second and third prize?",
            5,
            r"There are $30 \cdot 29 \cdot 28 = \boxed{24{,}360}$ ways.",
        ),
    ],
    "geometry": [
        ("What is the area of a square of side 7 cm?", 1, r"It is $7^2 = \boxed{49}$ square cm."),
        (
            "What is the area of a circle of radius 3?",
            5,
            r"It is $\pi \cdot 3^2 = \boxed{9\pi}$.",
        ),
        (
            "A right triangle has legs 2 and 4. How long is its third side?",
            5,
            r"By Pythagoras $\sqrt{4 + 16} = \boxed{2\sqrt{5}}$.",
        ),
    ],
    "intermediate_algebra": [
        ("What is $\\log_2 32$?", 3, r"Since $2^5 = 32$, it is $\boxed{5}$."),
        (
            "Factor $x^2 - 5x + 6$.",
            5,
            r"The roots are 2 and 3, so it is $\boxed{(x-2)(x-3)}$.",
        ),
        ("Find all roots of $x^2 - 4x + 3$.", 5, r"They are $\boxed{1, 3}$."),
    ],
    "number_theory": [
        ("What remains when 29 is divided by 6?", 2, r"As $29 = 4 \cdot 6 + 5$, $\boxed{5}$."),
        ("What is $13$ in base two?", 5, r"As $13 = 8 + 4 + 1$, it is $\boxed{1101_2}$."),
        ("How many divisors has 36?", 5, r"As $36 = 2^2 3^2$, there are $3 \cdot 3 = \boxed{9}$."),
    ],
    "prealgebra": [
        (
            "What is $\\frac{1}{2} + \\frac{1}{3}$?",
            4,
            r"It is $\frac{3}{6} + \frac{2}{6} = \boxed{\frac{5}{6}}$.",
        ),
        ("A coat of \\$80 costs 25\\% less. What is it now?", 5, r"Now it is $\boxed{\$60}$."),
        (
            "Eva, Finn and Gus ran for 9, 7 and 8 minutes. Who was the fastest?",
            5,
            r"Seven minutes is the least, so it was $\boxed{\text{Finn}}$.",
        ),
    ],
    "precalculus": [
        ("What is $\\sin 30^\\circ$?", 2, r"It is $\boxed{\frac{1}{2}}$."),
        ("Turn $180^\\circ$ into radians.", 5, r"A half turn is $\boxed{\pi}$."),
        (
            "Add $\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}$ to itself.",
            5,
            r"We get $\boxed{\begin{pmatrix} 2 \\ 4 \end{pmatrix}}$.",
        ),
    ],
}


def _math(config: str) -> Splits:
    train = [
        (f"What is ${n} + {n}$?", level, rf"It is ${n} + {n} = \boxed{{{2 * n}}}$.")
        for n, level in ((11, 5), (12, 5), (13, 1))
    ]
    return {
        split: [
            {
                "problem": problem,
                "level": f"Level {level}",
                "type": _subject(config),
                "solution": solution,
            }
            for problem, level, solution in rows
        ]
        for split, rows in (("train", train), ("test", MATH_OWN[config]))
    }


def _subject(config: str) -> str:
    return config.replace("_", " ").title().replace(" And ", " & ")


def _math500() -> Splits:
    """A part of MATH in other columns: the first two problems of each subject."""
    return {
        "test": [
            {
                "problem": problem,
                "solution": solution,
                "answer": solution.split(r"\boxed{")[1].rsplit("}", 1)[0],
                "subject": _subject(config),
                "level": level,
                "unique_id": f"test/{config}/{number}.json",
            }
            for config, rows in MATH_OWN.items()
            for number, (problem, level, solution) in enumerate(rows[:2])
        ]
    }


# ---------------------------------------------------------------------- IFEval

# Every instruction has all of these, and null for what it does not take.
IFEVAL_KWARGS = (
    *("num_highlights", "relation", "num_words", "num_placeholders", "prompt_to_repeat"),
    *("num_bullets", "section_spliter", "num_sections", "capital_relation", "capital_frequency"),
    *("keywords", "num_paragraphs", "language", "let_relation", "letter", "let_frequency"),
    *("end_phrase", "forbidden_words", "keyword", "frequency", "num_sentences"),
    *("postscript_marker", "first_word", "nth_paragraph"),
)


def _ifeval() -> Splits:
    """Instructions that are checked without `nltk`'s sentence model, which is a download."""
    own: list[tuple[str, dict[str, dict[str, Any]]]] = [
        ("Say in one line what a kite is. Use no commas.", {"punctuation:no_comma": {}}),
        (
            "Write a short note on moss, all in lowercase English, in fewer than 30 words.",
            {
                "change_case:english_lowercase": {},
                "length_constraints:number_words": {"relation": "less than", "num_words": 30},
            },
        ),
        (
            "Invite a friend to tea. Name the words kettle and garden, and end with: See you soon.",
            {
                "keywords:existence": {"keywords": ["kettle", "garden"]},
                "startend:end_checker": {"end_phrase": "See you soon."},
            },
        ),
        (
            "List two birds and their colours. The whole answer must be JSON.",
            {"detectable_format:json_format": {}},
        ),
        (
            "Give exactly 2 bullet points, each after a *, on why it rains.",
            {"detectable_format:number_bullet_lists": {"num_bullets": 2}},
        ),
    ]
    return {
        "train": [
            {
                "key": 1000 + number,
                "prompt": prompt,
                "instruction_id_list": list(instructions),
                "kwargs": [dict.fromkeys(IFEVAL_KWARGS) | own for own in instructions.values()],
            }
            for number, (prompt, instructions) in enumerate(own)
        ]
    }
