"""Running source and output at telling sizes: what a proof at small sizes must survive before a proposal counts."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xpiler.execution.process import RunResult, run
from xpiler.verify.comparison import difference
from xpiler.verify.differential import Text
from xpiler.verify.sampling import arguments
from xpiler.verify.signature import Callable


@dataclass(frozen=True)
class Confirmed:
    """How many calls agreed, and the first that did not (empty where all did)."""

    calls: int
    witness: str = ""


@dataclass(frozen=True)
class Called:
    """Both texts, the source's function to call, and the name that the output gives it."""

    source: Text
    output: Text
    function: Callable
    output_symbol: str


def confirm(called: Called, rows: Sequence[dict[str, int]], *, source_library: Path | None = None, seed: int = 0) -> Confirmed:
    """Runs both texts on every row of sizes; rows where the source itself fails are left out.

    `source_library` is where the source's build is kept for the next call. Raises XpilerError where a text does not compile.
    """
    with tempfile.TemporaryDirectory(prefix="xpiler-confirm-") as folder:
        library = source_library or Path(folder) / "source.so"
        if not library.exists():
            _build(called.source, library)
        function = called.function
        calls = [_call(function, row, seed + k, kind) for k, row in enumerate(rows) for kind in _kinds(k)]
        expected = run(library, function.symbol, calls)
        usable = [(call, e) for call, e in zip(calls, expected, strict=True) if e.ok]
        built = _build(called.output, Path(folder) / "output.so")
        actual = run(built, called.output_symbol, [call for call, _ in usable])
    for (_, e), a in zip(usable, actual, strict=True):
        found = _differs(function, e, a)
        if found:
            return Confirmed(len(usable), found)
    return Confirmed(len(usable))


def _kinds(position: int) -> tuple[str, ...]:
    return ("random", "negative", "equal", "large") if position == 0 else ("random",)


def _build(text: Text, library: Path) -> Path:
    return text.built(library, strict=True)


def _call(function: Callable, sizes: dict[str, int], seed: int, kind: str) -> list:
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
