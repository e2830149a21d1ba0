"""Programs that stay the same while proposals for one source are judged: built once, and run once at each row of sizes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xpiler.execution.process import Argument, RunResult, run
from xpiler.propose.kept import Kept
from xpiler.verify.differential import Text
from xpiler.verify.limits import PATIENCE
from xpiler.verify.sampling import arguments
from xpiler.verify.signature import Callable

Case = tuple[dict[str, int], str]  # sizes, and the kind of input


def inputs(function: Callable, case: Case) -> list[Argument]:
    """The arguments of a call; a case's are the same whatever other cases there are."""
    sizes, kind = case
    seed = zlib.crc32(repr((sorted(sizes.items()), kind)).encode())
    return arguments(function.parameters, sizes, function.extents(sizes).__getitem__, np.random.default_rng(seed), kind)


@dataclass(frozen=True)
class Program:
    """A text that is called like `function`, by a symbol of its own; `name` is its own among those that are kept."""

    name: str
    text: Text
    function: Callable
    symbol: str
    kept: Kept

    def at(self, cases: Sequence[Case]) -> list[RunResult]:
        """The results. Raises XpilerError where the text does not compile."""
        names = [f"{self.name} {(self.symbol, sorted(row.items()), kind)!r}" for row, kind in cases]

        def compute(missing: list[int]) -> list[RunResult]:
            library = self.kept.library(self.name, self.text)
            return run(library, self.symbol, [inputs(self.function, cases[k]) for k in missing], patience=PATIENCE)

        return self.kept.results(names, compute)
