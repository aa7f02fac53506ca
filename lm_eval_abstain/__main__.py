"""`python -m lm_eval_abstain` is the command `lm-eval-abstain`."""

import sys

from lm_eval_abstain.cli.main import main

sys.exit(main())
