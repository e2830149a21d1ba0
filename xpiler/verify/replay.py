"""Running both texts at given sizes: what a counterexample must survive before anything is called refuted."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xpiler.diagnostics import XpilerError
from xpiler.execution.process import RunResult, run
from xpiler.verify.comparison import difference
from xpiler.verify.differential import Text
from xpiler.verify.sampling import MOST_ELEMENTS, arguments
from xpiler.verify.signature import Callable

KINDS = ("random", "random", "negative", "equal", "large")


@dataclass(frozen=True)
class Replay:
    """Both texts, the function to call, and where to call it."""

    source: Text
    target: Text
    function: Callable
    sizes: dict[str, int]
    seed: int = 0
    timeout_s: float = 60.0

    def __call__(self, extents: dict[str, int]) -> str | None:
        """What shows that the target is wrong; "" where all runs agree, None where they could not be made."""
        try:
            if sum(extents.values()) > MOST_ELEMENTS:
                return None
            return self._witness(extents)
        except XpilerError:
            return None

    def _witness(self, extents: dict[str, int]) -> str | None:
        calls = [self._arguments(extents, position, kind) for position, kind in enumerate(KINDS)]
        with tempfile.TemporaryDirectory(prefix="xpiler-replay-") as folder:
            expected = self._run(self.source, Path(folder) / "source.so", calls)
            if not all(result.ok for result in expected):
                return None
            actual = self._run(self.target, Path(folder) / "target.so", calls)
        if any(result.unfinished for result in actual):
            return None
        for kind, e, a in zip(KINDS, expected, actual, strict=True):
            found = self._found(e, a)
            if found:
                return f"{kind} input, {', '.join(f'{k} = {v}' for k, v in self.sizes.items()) or 'the given shape'}: {found}"
        return ""

    def _arguments(self, extents: dict[str, int], position: int, kind: str) -> list[object]:
        generator = np.random.default_rng([self.seed, position])
        return arguments(self.function.parameters, self.sizes, extents.__getitem__, generator, kind)

    def _run(self, text: Text, library: Path, calls: list[list[object]]) -> list[RunResult]:
        text.built(library, strict=True)
        passed = [self.function.convention.passed(self.function.parameters, made) for made in calls]
        return run(library, text.symbol or self.function.symbol, passed, timeout_s=self.timeout_s)

    def _found(self, expected: RunResult, actual: RunResult) -> str:
        if not actual.ok:
            return actual.failure or str(actual.findings[0].get("message", "a finding of the simulator"))
        names = [p.name for p in self.function.parameters if p.is_pointer]
        for name, e, a in zip(names, expected.arrays, actual.arrays, strict=True):
            found = difference(name, e, a)
            if found:
                return str(found)
        return ""
