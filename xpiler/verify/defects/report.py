"""What `translate` and `verify` do about a source that fails by itself: an error, a warning, or an assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xpiler.diagnostics import Diagnostic, Place, Unsupported
from xpiler.verify.defects.defect import DefectiveSource, Sizes, SourceDefect
from xpiler.verify.defects.examination import CAPACITIES, CONSEQUENCES, SIMULATED, examined
from xpiler.verify.defects.executions import Extents, is_right
from xpiler.verify.defects.overlapping_parts import KIND as OVERLAP
from xpiler.verify.defects.short_arrays import KIND as CAPACITY
from xpiler.verify.defects.wide_shifts import KIND as SHIFT
from xpiler.verify.differential import Runs, Text
from xpiler.verify.judgement import judged
from xpiler.verify.programs import ProgramFile
from xpiler.verify.proving import Proved
from xpiler.verify.undefined_results import UNWRITTEN
from xpiler.verify.verdict import Answer, Verdict


@dataclass(frozen=True)
class Examination:
    """A source that is examined where the proof or the runs stumble over it; `assume_valid` makes its defects warnings."""

    source: ProgramFile
    assumptions: Sequence[str] = ()
    extents: Extents | None = None
    assume_valid: bool = False
    possible: Sequence[SourceDefect] = ()  # what was found without running it
    launched: Text | None = None  # the source with a launcher behind it, where it has none of its own

    def after(self, proved: Proved, runs: Runs) -> tuple[Answer, Runs, list[Diagnostic]]:
        """The answer in the light of the source's defects, the runs that it rests on, and warnings.

        A difference may be the source's own doing, so it is examined before the output is blamed, and runs at sizes at which the source is
        wrong are left out. What is proved at all the sizes that were tried has been executed on the way. Raises DefectiveSource for a
        definite defect.
        """
        answer = judged(proved, runs)
        stumbles = proved.stumbles_over_source
        well = answer.verdict is Verdict.PROVED and not (proved.source_fails or runs.source_fails)
        if (well and not self.possible) or self.source.platform == "mlir":
            return answer, runs, []
        told = {d.place.line for d in self.possible if d.kind == CAPACITY}  # with the least size that shows it
        found = [] if well else self._defects([*_rows_of(runs), *runs.broken])
        defects = [d for d in _causes(found) if d.is_definite or not (d.place.line in told or (told and _follows_overflow(d)))]
        defects += self.possible
        definite = [d for d in defects if d.is_definite]
        if definite and not self.assume_valid:
            raise DefectiveSource(definite)
        warnings = [d.diagnostic(assume_valid=self.assume_valid) for d in defects]
        if stumbles and not defects:
            warnings.append(Diagnostic("warning", f"possible defect: {proved.answer.reason}", Place(str(self.source.path))))
        if not self.assume_valid:
            runs = runs.without([*(defect.sizes for defect in defects), *(self._uncleared(runs) if defects else [])])
            answer = tempered(judged(proved, runs), defects, proved)
        return replace(answer, assumptions=(*answer.assumptions, *rests_on(defects, assume_valid=self.assume_valid))), runs, warnings

    def _defects(self, also: list[Sizes]) -> list[SourceDefect]:
        try:
            return examined(self.source.module(), Text.of(self.source), self.assumptions, self.extents, also, self.launched)
        except Unsupported:
            return []

    def _uncleared(self, runs: Runs) -> list[Sizes]:
        """Sizes at which something was found and the source is not known to be right: a native run shows no race of it."""
        if self.source.platform in SIMULATED:
            return []
        return [sizes for sizes in _rows_of(runs) if not is_right(self.source.module(), sizes, self.extents)]


def rests_on(defects: Sequence[SourceDefect], *, assume_valid: bool = False) -> tuple[str, ...]:
    """What is assumed of a source of which something was found."""
    if assume_valid:
        return ("the source is free of defects (--assume-valid)",)
    what = "sizes and data" if any(d.is_of_data for d in defects) else "sizes"
    return (f"{what} at which the source itself is free of defects",) if defects else ()


def _causes(defects: Sequence[SourceDefect]) -> list[SourceDefect]:
    """The defects, of possible ones at an array's end the first at each row: what reads the same elements later says nothing new."""
    kept: list[SourceDefect] = []
    for defect in defects:
        again = not defect.is_definite and _follows_overflow(defect)
        if not (again and any(d.sizes == defect.sizes and not d.is_definite and d.kind in CAPACITIES for d in kept)):
            kept.append(defect)
    return kept


def _follows_overflow(defect: SourceDefect) -> bool:
    """Whether a defect is of the kind that comes of an array's end: said once, with the least size, it is said."""
    return defect.kind in CAPACITIES or any(word in defect.kind for word in CONSEQUENCES)


def _rows_of(runs: Runs) -> list[Sizes]:
    """Sizes at which something was found, each once."""
    found: list[Sizes] = []
    for finding in runs.findings:
        found += [finding.case.sizes] if finding.case.sizes not in found else []
    return found


def tempered(answer: Answer, defects: Sequence[SourceDefect], proved: Proved) -> Answer:
    """The answer where the source may be wrong: no proof of sizes at which it is."""
    rows = [row for row, _ in proved.rows]
    asked = [d for d in defects if d.kind != CAPACITY]  # sizes past which a source overruns its arrays are none that it is for
    within = [d for d in asked if proved.is_for_all_sizes or d.kind in (UNWRITTEN, OVERLAP, SHIFT) or d.sizes in rows]
    if answer.verdict is not Verdict.PROVED or not within:
        return answer
    return replace(answer, verdict=Verdict.TESTED, reason=f"the source may be wrong: {within[0].message}")
