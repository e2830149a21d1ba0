"""Running source and output at telling sizes: what a proof must survive before a proposal counts."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xpiler.execution.process import Argument, RunResult, run
from xpiler.propose.kept import Kept
from xpiler.verify.comparison import difference
from xpiler.verify.differential import Text
from xpiler.verify.sampling import arguments
from xpiler.verify.signature import Callable

Case = tuple[dict[str, int], str]  # sizes, and the kind of input


@dataclass(frozen=True)
class Confirmed:
    """How many calls were made, what the smallest that does not agree shows (empty where all do), and at which sizes."""

    calls: int = 0
    witness: str = ""
    sizes: dict[str, int] | None = None


@dataclass(frozen=True)
class Confirmation:
    """Runs of both texts: the source's function to call, and the name that the output gives it.

    The output is built once, into `folder`, when it first runs.
    """

    source: Text
    output: Text
    function: Callable
    output_symbol: str
    kept: Kept
    folder: Path

    def at(self, cases: Sequence[Case]) -> Confirmed:
        """Runs both in every case; those where the source itself fails are left out.

        Raises XpilerError where a text does not compile.
        """
        expected = self._expected(cases)
        usable = [(case, e) for case, e in zip(cases, expected, strict=True) if e.ok]
        if not usable:
            return Confirmed()
        actual = run(self._library(), self.output_symbol, [self._call(*case) for case, _ in usable])
        found = [(_differs(self.function, e, a), case[0]) for (case, e), a in zip(usable, actual, strict=True)]
        wrong = [(witness, sizes) for witness, sizes in found if witness]
        return Confirmed(len(usable), *min(wrong, key=lambda w: sum(w[1].values()))) if wrong else Confirmed(len(usable))

    def _expected(self, cases: Sequence[Case]) -> list[RunResult]:
        names = [repr((self.function.symbol, sorted(row.items()), kind)) for row, kind in cases]

        def compute(missing: list[int]) -> list[RunResult]:
            return run(self.kept.library(self.source), self.function.symbol, [self._call(*cases[k]) for k in missing])

        return self.kept.results(names, compute)

    def _library(self) -> Path:
        library = self.folder / "output.so"
        return library if library.exists() else self.output.built(library, strict=True)

    def _call(self, sizes: dict[str, int], kind: str) -> list[Argument]:
        seed = zlib.crc32(repr((sorted(sizes.items()), kind)).encode())  # a row's inputs are the same whatever other rows there are
        function = self.function
        return arguments(function.parameters, sizes, function.extents(sizes).__getitem__, np.random.default_rng(seed), kind)


def _differs(function: Callable, expected: RunResult, actual: RunResult) -> str:
    if not actual.ok:
        return actual.failure or str(actual.findings[0].get("message", "a finding of the simulator"))
    names = [p.name for p in function.parameters if p.is_pointer]
    for name, e, a in zip(names, expected.arrays, actual.arrays, strict=True):
        found = difference(name, e, a)
        if found:
            return str(found)
    return ""
