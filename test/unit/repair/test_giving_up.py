"""The search ends at once where no change can help: the source itself is wrong, or the rules' own translation is refused alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.diagnostics import Unsupported
from xpiler.options import TranslateOptions
from xpiler.propose import judge
from xpiler.propose.kept import Kept
from xpiler.propose.program import module_of
from xpiler.repair import mending
from xpiler.verify.verdict import Answer, Verdict

REFUSED = judge.Examined(Answer(Verdict.REFUTED, "a run differs"), {"n": 8193})


@pytest.fixture
def faulty(translated, tmp_path: Path):
    """An addition on BANG that subtracts, and the subject it is a translation of."""
    _, text = translated("add", "bang")
    subject = judge.Subject.of(
        str(Path(__file__).resolve().parents[3] / "kernels" / "add" / "add.cu"), TranslateOptions(to="bang"), Kept(tmp_path)
    )
    return subject, module_of(text.replace("bang.add", "bang.sub"), "bang", subject.module, verified=False)


def test_it_ends_where_the_rules_are_refused_alike(faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "examine", lambda *_: REFUSED)
    monkeypatch.setattr(mending, "PATIENCE", 1)
    monkeypatch.setattr(mending, "judged_rules", lambda _: REFUSED.refusal)
    with pytest.raises(Unsupported, match="no change helps"):
        mending.mended_program(*faulty, 60.0)


def test_what_the_rules_write_is_judged_like_any_text(faulty) -> None:
    assert judge.judged_rules(faulty[0])[0] is Verdict.PROVED


def test_it_ends_where_the_source_is_wrong(faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    over_source = judge.Examined(Answer(Verdict.UNSUPPORTED, "'A' is read outside", stumbles_over_source=True))
    monkeypatch.setattr(mending, "examine", lambda *_: over_source)
    with pytest.raises(Unsupported, match="nothing is proved of the source: 'A' is read outside"):
        mending.mended_program(*faulty, 60.0)
