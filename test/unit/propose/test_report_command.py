"""`xpiler report` sums up a log."""

from __future__ import annotations

import argparse

from xpiler.propose.llm.records import Recorder
from xpiler.propose.llm.request import Reply, Request
from xpiler.propose.proposal import Judgement, Kind, Proposal
from xpiler.tools.commands import report
from xpiler.verify.verdict import Verdict


def test_exchanges_verdicts_and_costs_are_shown(tmp_path, capsys) -> None:
    recorder, request = Recorder(tmp_path / "log.jsonl"), Request("pattern/propose", "1", "s", "u")
    recorder.exchange(request, "m", Reply("text", 100, 20, 0.5))
    recorder.judgement(request.digest("m"), Judgement(Proposal(Kind.PATTERN, "text"), Verdict.PROVED, repair="4 becomes 8"))
    assert report.execute(argparse.Namespace(file=tmp_path / "log.jsonl")) == 0
    printed = capsys.readouterr().out
    assert "pattern/propose@1 by m: 100 + 20 tokens" in printed and "pattern: proved - 4 becomes 8" in printed
    assert printed.endswith("1 exchanges, 120 tokens, 0.5000 USD: 1 proved\n")
