"""What `translate` and `verify` do about a source that fails by itself: an error, a warning, or an assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xpiler.diagnostics import Diagnostic, Place, Unsupported
from xpiler.verify.defects.defect import DefectiveSource, SourceDefect
from xpiler.verify.defects.examination import examined
from xpiler.verify.defects.executions import Extents
from xpiler.verify.differential import Runs, Text
from xpiler.verify.programs import ProgramFile
from xpiler.verify.proving import Proved


@dataclass(frozen=True)
class Examination:
    """A source that is examined where the proof or the runs stumble over it; `assume_valid` makes its defects warnings."""

    source: ProgramFile
    assumptions: Sequence[str] = ()
    extents: Extents | None = None
    assume_valid: bool = False

    def after(self, proved: Proved, runs: Runs) -> tuple[list[Diagnostic], tuple[str, ...]]:
        """Warnings, and what the verdict rests on because of them. Raises DefectiveSource for a definite defect.

        A difference may be the source's own doing, so it is examined before the output is blamed.
        """
        stumbles = proved.stumbles_over_source
        if not (stumbles or runs.source_fails or runs.findings) or self.source.platform == "mlir":
            return [], ()
        defects = self._defects()
        definite = [d for d in defects if d.is_definite]
        if definite and not self.assume_valid:
            raise DefectiveSource(definite)
        warnings = [d.diagnostic(assume_valid=self.assume_valid) for d in defects]
        if stumbles and not defects:
            warnings.append(Diagnostic("warning", f"possible defect: {proved.answer.reason}", Place(str(self.source.path))))
        return warnings, self._rests_on(defects)

    def _defects(self) -> list[SourceDefect]:
        reading = self.source.reading
        text = Text(self.source.path, self.source.platform, reading.arch, reading.include_dirs)
        try:
            return examined(self.source.module(), text, self.assumptions, self.extents)
        except Unsupported:
            return []

    def _rests_on(self, defects: list[SourceDefect]) -> tuple[str, ...]:
        if self.assume_valid:
            return ("the source is free of defects (--assume-valid)",)
        return ("sizes at which the source itself is free of defects",) if defects else ()
