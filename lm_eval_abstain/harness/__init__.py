"""The only room that knows the harness: task files, task classes, task manager, `run`.

`variant` is where every task file enters. It finds the base by `lookup`, `variant_index` derives
the variant's definition, and the harness builds it from the task classes that `kinds` lists.
"""

from lm_eval_abstain.harness.supported import check_installed

check_installed()
