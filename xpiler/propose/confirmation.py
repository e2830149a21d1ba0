"""Running source and output at telling sizes: what a proof must survive before a proposal counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xpiler.execution.process import RunResult, run
from xpiler.propose.programs import Case, Program, inputs
from xpiler.propose.rounding import Rounding
from xpiler.verify.comparison import difference
from xpiler.verify.differential import Text
from xpiler.verify.limits import PATIENCE
from xpiler.verify.signature import Callable


@dataclass(frozen=True)
class Confirmed:
    """How many calls were made, what the smallest that does not agree shows (empty where all do), and at which sizes."""

    calls: int = 0
    witness: str = ""
    sizes: dict[str, int] | None = None


@dataclass(frozen=True)
class Confirmation:
    """Runs of both texts: the source, and an output with the name that it gives the function to call.

    The output is built once, into `folder`, when it first runs.
    """

    source: Program
    output: Text
    output_symbol: str
    rounding: Rounding
    folder: Path

    def at(self, cases: Sequence[Case]) -> Confirmed:
        """Runs both in every case; those where the source itself fails are left out.

        Raises XpilerError where a text does not compile.
        """
        expected = self.source.at(cases)
        usable = [(case, e) for case, e in zip(cases, expected, strict=True) if e.ok]
        if not usable:
            return Confirmed()
        calls = [inputs(self.source.function, case) for case, _ in usable]
        actual = run(self._library(), self.output_symbol, calls, patience=PATIENCE)
        found = [(self._witness(case, e, a), case[0]) for (case, e), a in zip(usable, actual, strict=True)]
        wrong = [(witness, sizes) for witness, sizes in found if witness]
        return Confirmed(len(usable), *min(wrong, key=lambda w: sum(w[1].values()))) if wrong else Confirmed(len(usable))

    def _library(self) -> Path:
        library = self.folder / "output.so"
        return library if library.exists() else self.output.built(library, strict=True)

    def _witness(self, case: Case, expected: RunResult, actual: RunResult) -> str:
        if not actual.ok:
            return actual.failure or str(actual.findings[0].get("message", "a finding of the simulator"))
        found = _differs(self.source.function, expected, actual)
        return "" if found and self.rounding.explains(case, expected, actual) else found


def _differs(function: Callable, expected: RunResult, actual: RunResult) -> str:
    names = [p.name for p in function.parameters if p.is_pointer]
    for name, e, a in zip(names, expected.arrays, actual.arrays, strict=True):
        found = difference(name, e, a)
        if found:
            return str(found)
    return ""
