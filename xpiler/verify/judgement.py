"""The verdict on a translation: the proof, and runs of both texts that confirm it or stand in for it (proof contract, rules 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from xpiler.diagnostics import Unsupported, XpilerError
from xpiler.verify.buffer_extents import Extents
from xpiler.verify.differential import EXTREME, Comparison, Finding, Runs
from xpiler.verify.paired_files import texts_of
from xpiler.verify.programs import ProgramFile
from xpiler.verify.proving import Proved
from xpiler.verify.sampling import size_choices
from xpiler.verify.signature import ON_HOST, Convention
from xpiler.verify.validator import Sizes
from xpiler.verify.verdict import Answer, Verdict

# Inputs on which floats may differ from reals in a program that is right: all rows equal (differences cancel), and the extremes.
FLOATS_MAY_DIFFER = ("equal", *EXTREME)


def judged(proved: Proved, runs: Runs) -> Answer:
    """A proof that runs confirm stands; one that they contradict does not. Without a proof the runs decide."""
    if proved.answer.verdict is Verdict.PROVED:
        return _confirmed(proved, runs)
    answer = runs.answer()
    if proved.answer.verdict is Verdict.NONE:
        return answer
    reason = f"not proved: {proved.answer.reason}"
    if answer.verdict is Verdict.TESTED:
        return replace(answer, reason=reason)
    if answer.verdict is Verdict.REFUTED:
        return answer
    verdict = Verdict.TIMEOUT if proved.answer.verdict is Verdict.TIMEOUT else Verdict.UNSUPPORTED
    return replace(answer, verdict=verdict, reason=f"{reason}; not run: {answer.reason}")


def _confirmed(proved: Proved, runs: Runs) -> Answer:
    """What is proved over the reals and differs in floats is demoted; what fails, or differs at sizes that were not proved, is refuted."""
    notes = (*proved.answer.notes, *runs.notes)
    answer = replace(proved.answer, runs=len(runs.usable), largest_error=runs.largest_error, error=runs.error, notes=notes)
    if runs.why:
        return replace(answer, notes=(*answer.notes, f"not confirmed by a run: {runs.why}"))
    against = [f for f in runs.findings if not _is_numerical(f, proved)]
    if against:
        return Answer(Verdict.REFUTED, against[0].reason, counterexample=str(against[0]), error=runs.error)
    if runs.findings:
        found = runs.findings[0]
        return replace(
            answer, verdict=Verdict.TESTED, scope=runs.scope, reason=f"equal over the reals, but on {found} floats differ: {found.reason}"
        )
    return answer


def _is_numerical(finding: Finding, proved: Proved) -> bool:
    """Whether rounding explains a finding: both programs ran, and the input or the sizes are ones where the proof says they are equal."""
    sizes = [row for row, _ in proved.rows]
    return not finding.fails and (finding.case.kind in FLOATS_MAY_DIFFER or finding.case.sizes in sizes)


@dataclass(frozen=True)
class Called:
    """The function that is run, with the elements of its buffers at the sizes that were executed."""

    symbol: str
    parameters: list
    rows: tuple[tuple[Sizes, dict[str, int]], ...]
    convention: Convention = ON_HOST
    stated: Extents | None = None
    turns: tuple[Sizes, ...] = ()  # at which a launcher takes another branch than at small sizes
    further: tuple[Sizes, ...] = ()  # beside the rows, run once each

    def sizes(self) -> Iterator[Sizes]:
        """The rows to run: ours where the launcher states the extents, and the first and last that were executed."""
        if self.stated is not None:
            yield from (sizes for sizes in (*size_choices(self.parameters), *self.turns) if self._is_told(sizes))
        executed = [row for row, _ in self.rows]
        yield from executed[:1] + executed[1:][-1:]

    def _is_told(self, sizes: Sizes) -> bool:
        try:
            self.extents(sizes)
        except Unsupported:
            return False
        return True

    def why_untold(self) -> str:
        """Why the elements of the buffers are not known."""
        try:
            self.extents(next(size_choices(self.parameters)))
        except XpilerError as error:
            return error.diagnostics[0].message
        return "the extents of the buffers are not known"

    def extents(self, sizes: Sizes) -> dict[str, int]:
        """Elements of every buffer: as the launcher states them, else as they were at a proof. Raises Unsupported."""
        if self.stated is not None:
            with suppress(Unsupported):
                return self.stated(sizes)
        for row, elements in self.rows:
            if row == sizes:
                return elements
        raise Unsupported("the extents of the buffers are not known at sizes that were not executed")


def run_both(sides: tuple[ProgramFile, ProgramFile], called: Called, proved: Proved, *, seed: int, seconds: float) -> Runs:
    """Runs of both texts; why there are none where they cannot be made."""
    texts = texts_of(sides, called)
    rows = tuple(called.sizes())
    if not rows:
        return Runs(why=called.why_untold())
    extreme = proved.answer.verdict is Verdict.PROVED
    reference = proved.reference  # of the function that was proved, which need not be the one that is run
    if reference is not None and list(reference.parameters) != list(called.parameters):
        reference = None
    sizes = {"rows": rows, "further": called.further}
    try:
        return Comparison(*texts, called, seed, seconds, strict_output=True, extreme=extreme, reference=reference, **sizes).runs()
    except XpilerError as error:
        return Runs(why=error.diagnostics[0].message)
