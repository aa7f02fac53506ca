"""The audits of the page are those of the command."""

import numpy as np
import pytest

from lm_eval_abstain.audits import audit
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.printing.audit_remarks import audit_remarks
from lm_eval_abstain.printing.audit_tables import audit_tables, member_table
from lm_eval_abstain.printing.audit_verdicts import verdict_sentences
from lm_eval_abstain.reports.audits import audit_part, audit_samples
from support.report_logs import MODELS, write_choices


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audited")
    write_choices(folder, MODELS[0])
    return load_samples(folder)


def test_the_page_has_the_tables_and_sentences_of_the_command(samples):
    audits = audit(samples)
    section = audit_samples(samples, "wrong", "answer", 0.95)
    assert [one.verdict for one in section.audits] == [one.verdict for one in audits.audits]
    (audited,) = audits.audits
    shown = audit_part(audited)
    assert [shown.table, shown.policies, shown.abstentions] == audit_tables(
        audited, thousands=True
    )[:3]
    assert shown.statement == verdict_sentences(audited)
    assert shown.remarks == tuple(audit_remarks(audited))
    assert section.members == member_table(audits.members, thousands=True)
    assert len(section.members.rows) == 3


def test_a_page_without_a_sweep_says_why(samples):
    closed = [place for place, s in enumerate(samples.signatures) if s.rubric == "closed"]
    section = audit_samples(
        samples.select(np.isin(samples.signature, closed)), "wrong", "answer", 0.95
    )
    assert section.audits == ()
    assert section.members.rows == ()
    assert "run <base>_abstain_sweep" in section.notes[0]
