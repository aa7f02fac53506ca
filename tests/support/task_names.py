"""Names of the harness's tasks: subsets of benchmarks, and the members of generative ones."""

from __future__ import annotations

LEADERBOARD_BBH = (
    "boolean_expressions",
    "causal_judgement",
    "date_understanding",
    "disambiguation_qa",
    "formal_fallacies",
    "geometric_shapes",
    "hyperbaton",
    "logical_deduction_five_objects",
    "logical_deduction_seven_objects",
    "logical_deduction_three_objects",
    "movie_recommendation",
    "navigate",
    "object_counting",
    "penguins_in_a_table",
    "reasoning_about_colored_objects",
    "ruin_names",
    "salient_translation_error_detection",
    "snarks",
    "sports_understanding",
    "temporal_sequences",
    "tracking_shuffled_objects_five_objects",
    "tracking_shuffled_objects_seven_objects",
    "tracking_shuffled_objects_three_objects",
    "web_of_lies",
)
BBH = (*LEADERBOARD_BBH, "dyck_languages", "multistep_arithmetic_two", "word_sorting")
MATH = ("algebra", "counting_and_prob", "geometry", "intermediate_algebra", "num_theory")
MMLU = (
    "abstract_algebra",
    "anatomy",
    "astronomy",
    "business_ethics",
    "clinical_knowledge",
    "college_biology",
    "college_chemistry",
    "college_computer_science",
    "college_mathematics",
    "college_medicine",
    "college_physics",
    "computer_security",
    "conceptual_physics",
    "econometrics",
    "electrical_engineering",
    "elementary_mathematics",
    "formal_logic",
    "global_facts",
    "high_school_biology",
    "high_school_chemistry",
    "high_school_computer_science",
    "high_school_european_history",
    "high_school_geography",
    "high_school_government_and_politics",
    "high_school_macroeconomics",
    "high_school_mathematics",
    "high_school_microeconomics",
    "high_school_physics",
    "high_school_psychology",
    "high_school_statistics",
    "high_school_us_history",
    "high_school_world_history",
    "human_aging",
    "human_sexuality",
    "international_law",
    "jurisprudence",
    "logical_fallacies",
    "machine_learning",
    "management",
    "marketing",
    "medical_genetics",
    "miscellaneous",
    "moral_disputes",
    "moral_scenarios",
    "nutrition",
    "philosophy",
    "prehistory",
    "professional_accounting",
    "professional_law",
    "professional_medicine",
    "professional_psychology",
    "public_relations",
    "security_studies",
    "sociology",
    "us_foreign_policy",
    "virology",
    "world_religions",
)
MMLU_PRO = (
    *("biology", "business", "chemistry", "computer_science", "economics", "engineering"),
    *("health", "history", "law", "math", "other", "philosophy", "physics", "psychology"),
)
GENERATIVE: dict[str, tuple[str, ...]] = {
    **{
        name: tuple(f"{name}_{subset}" for subset in BBH)
        for name in ("bbh_cot_fewshot", "bbh_cot_zeroshot", "bbh_fewshot", "bbh_zeroshot")
    },
    **{
        name: (name,)
        for name in (
            *(
                f"gpqa_{subset}_{form}"
                for subset in ("main", "diamond", "extended")
                for form in ("cot_zeroshot", "cot_n_shot", "generative_n_shot")
            ),
            *("gsm8k", "ifeval", "leaderboard_ifeval", "nq_open", "triviaqa", "truthfulqa_gen"),
        )
    },
    **{
        name: tuple(f"{name}_{subset}" for subset in (*MATH, "prealgebra", "precalc"))
        for name in ("hendrycks_math", "minerva_math")
    },
    "leaderboard_math_hard": tuple(
        f"leaderboard_math_{subset}_hard" for subset in (*MATH, "prealgebra", "precalculus")
    ),
    "mmlu_generative": tuple(f"mmlu_{subject}_generative" for subject in MMLU),
    "mmlu_pro": tuple(f"mmlu_pro_{subject}" for subject in MMLU_PRO),
}
"""What people type, and the tasks that it runs."""
