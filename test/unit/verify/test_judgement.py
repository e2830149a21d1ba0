"""What proof and runs come to together."""

from __future__ import annotations

import pytest

from xpiler.verify.differential import Case, Finding, Runs
from xpiler.verify.header import with_verdict
from xpiler.verify.judgement import judged
from xpiler.verify.proving import Proved
from xpiler.verify.verdict import Answer, Error, Verdict

PROVED = Proved(Answer(Verdict.PROVED, scope="n = 5", assumptions=("noalias(A, T)",)), rows=(({"n": 5}, {"A": 5}),))
STUMBLED = Proved(Answer(Verdict.UNSUPPORTED, "T[0] is not shown equal"))
AGREED = Runs([Case({"n": 5}, "random", [])], error=Error(0.5, 1e-8))


def found(kind: str, n: int = 5, *, fails: bool = False) -> Runs:
    case = Case({"n": n}, kind, [])
    return Runs([case], [Finding(case, "T[0] is 1, expected 2", fails)])


def test_a_proof_that_runs_confirm_stands() -> None:
    answer = judged(PROVED, AGREED)
    assert (answer.verdict, answer.scope, answer.runs) == (Verdict.PROVED, "n = 5", 1)
    assert answer.error.ulp == 0.5


@pytest.mark.parametrize("runs", [found("huge", 7), found("tiny", 7), found("equal", 7), found("random")])
def test_what_only_floats_do_demotes_a_proof(runs: Runs) -> None:
    answer = judged(PROVED, runs)
    assert answer.verdict is Verdict.TESTED
    assert "equal over the reals" in answer.reason


@pytest.mark.parametrize("runs", [found("random", 7), found("huge", fails=True)])
def test_what_reals_do_not_explain_refutes(runs: Runs) -> None:
    assert judged(PROVED, runs).verdict is Verdict.REFUTED


def test_without_a_proof_the_runs_decide_and_the_reason_is_kept() -> None:
    answer = judged(STUMBLED, AGREED)
    assert answer.verdict is Verdict.TESTED
    assert answer.reason == "not proved: T[0] is not shown equal"
    assert judged(STUMBLED, found("random")).verdict is Verdict.REFUTED
    assert judged(Proved(Answer(Verdict.TIMEOUT, "late")), Runs(why="no compiler")).verdict is Verdict.TIMEOUT


def test_what_no_run_confirms_is_not_said_to_be_shown() -> None:
    answer = judged(PROVED, Runs(why="no compiler"))
    assert answer.verdict is Verdict.PROVED and answer.notes[-1] == "not confirmed by a run: no compiler"
    assert answer.side_conditions == PROVED.answer.side_conditions


def test_the_verdict_stands_behind_the_first_line_of_the_output() -> None:
    text = with_verdict("// add: translated from add.cu\n\nint x;\n", judged(PROVED, AGREED))
    assert text.splitlines() == [
        "// add: translated from add.cu",
        "// verdict: proved (n = 5)",
        "//   assuming noalias(A, T)",
        "//   against a float64 run: largest error 0.5 ulp, 1e-08 relative",
        "",
        "int x;",
    ]
    assert with_verdict("// k\n", Answer(Verdict.NONE)) == "// k\n"
