"""What `translate` and `verify` do about a source that fails by itself: an error, a warning, or an assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xpiler.diagnostics import Diagnostic, Place, Unsupported
from xpiler.verify.defects.defect import DefectiveSource, Sizes, SourceDefect
from xpiler.verify.defects.examination import examined
from xpiler.verify.defects.executions import Extents
from xpiler.verify.differential import Runs, Text
from xpiler.verify.programs import ProgramFile
from xpiler.verify.proving import Proved
from xpiler.verify.verdict import Answer, Verdict


@dataclass(frozen=True)
class Examination:
    """A source that is examined where the proof or the runs stumble over it; `assume_valid` makes its defects warnings."""

    source: ProgramFile
    assumptions: Sequence[str] = ()
    extents: Extents | None = None
    assume_valid: bool = False

    def after(self, proved: Proved, runs: Runs, answer: Answer) -> tuple[Answer, list[Diagnostic]]:
        """The answer in the light of the source's defects, with warnings. Raises DefectiveSource for a definite defect.

        A difference may be the source's own doing, so it is examined before the output is blamed. What is proved at all the sizes that were
        tried has been executed on the way.
        """
        stumbles = proved.stumbles_over_source
        well = answer.verdict is Verdict.PROVED and not (proved.source_fails or runs.source_fails)
        if well or self.source.platform == "mlir":
            return answer, []
        defects = self._defects([finding.case.sizes for finding in runs.findings[:1]])
        definite = [d for d in defects if d.is_definite]
        if definite and not self.assume_valid:
            raise DefectiveSource(definite)
        warnings = [d.diagnostic(assume_valid=self.assume_valid) for d in defects]
        if stumbles and not defects:
            warnings.append(Diagnostic("warning", f"possible defect: {proved.answer.reason}", Place(str(self.source.path))))
        answer = answer if self.assume_valid else tempered(answer, defects, runs)
        return replace(answer, assumptions=(*answer.assumptions, *self._rests_on(defects))), warnings

    def _defects(self, also: list[Sizes]) -> list[SourceDefect]:
        try:
            return examined(self.source.module(), Text.of(self.source), self.assumptions, self.extents, also)
        except Unsupported:
            return []

    def _rests_on(self, defects: list[SourceDefect]) -> tuple[str, ...]:
        if self.assume_valid:
            return ("the source is free of defects (--assume-valid)",)
        return ("sizes at which the source itself is free of defects",) if defects else ()


def tempered(answer: Answer, defects: Sequence[SourceDefect], runs: Runs) -> Answer:
    """The answer where the source may be wrong: no proof, and no refutation at sizes at which the source itself is wrong."""
    if defects and answer.verdict is Verdict.PROVED:
        return replace(answer, verdict=Verdict.TESTED, reason=f"the source may be wrong: {defects[0].kind}")
    if answer.verdict is Verdict.REFUTED:
        excused = [d for d in defects if runs.findings and d.sizes == runs.findings[0].case.sizes]
        if excused:
            return replace(
                answer, verdict=Verdict.UNSUPPORTED, reason=f"the programs differ where the source may be wrong: {excused[0].message}"
            )
    return answer
