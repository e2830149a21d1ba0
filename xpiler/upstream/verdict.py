"""The verdict on a platform's text as a translation of upstream MLIR: a proof at the module's shapes, else runs.

The module is the source: its kernel as `from_upstream` reads it. The text is read again by the front end, as any text
is. What is proved or tested is thus what the user gave against what the user gets; schedule and lowering are not trusted.
"""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from mlir import ir

from xpiler import frontend
from xpiler.diagnostics import XpilerError
from xpiler.execution import jit
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.platforms.target import target_of
from xpiler.upstream.reader import from_upstream
from xpiler.verify import signature
from xpiler.verify.comparison import difference
from xpiler.verify.differential import KINDS
from xpiler.verify.sampling import MOST_ELEMENTS, arguments
from xpiler.verify.validator import Limits, validate
from xpiler.verify.verdict import Answer, Verdict


def check(
    module: ir.Module, text: str, platform: str, arch: str = "", *, sizes: dict[str, int] | None = None, seconds: float = 60.0
) -> Answer:
    """Whether `text` does what the one kernel of `module` (upstream IR, or CPU platform form) does, at its static shapes.

    `sizes` gives each integer parameter a value. Raises XpilerError where module or text cannot be read.
    """
    source = from_upstream(module) if target_of(module) is None else module
    with tempfile.TemporaryDirectory(prefix="xpiler-check-") as folder:
        path = Path(folder) / f"output{OUTPUT_SUFFIX[platform]}"
        path.write_text(text)
        arch = arch or DEFAULT_ARCH[platform]
        target = frontend.read(path, platform, frontend.ReadOptions(arch=arch))
        runs = _Runs(source, signature.host_launcher(target), path, platform, arch, sizes or {})
        answer = validate(source, target, sizes or {}, runs.witness, Limits(seconds))
        if answer.verdict in (Verdict.PROVED, Verdict.REFUTED):
            return answer
        return runs.tested(answer)


@dataclass
class _Runs:
    """Both programs on the same inputs: the module through MLIR's JIT, the text as a user runs it."""

    source: ir.Module
    launcher: signature.Callable | None
    path: Path
    platform: str
    arch: str
    sizes: dict[str, int]

    def witness(self, extents: dict[str, int]) -> str | None:
        """What shows a difference; "" where all runs agree, None where there can be none."""
        if sum(extents.values()) > MOST_ELEMENTS or self.launcher is None:
            return None
        try:
            return self._compared(signature.kernel(self.source), extents)
        except XpilerError:
            return None

    def tested(self, answer: Answer) -> Answer:
        """The answer where a proof failed: what runs say, with the reason why there is no proof."""
        kernel = signature.kernel(self.source)
        found = self.witness(kernel.extents(self.sizes))
        if found is None:
            return answer
        if found:
            return Answer(Verdict.REFUTED, answer.reason, answer.scope, counterexample=found)
        return replace(answer, verdict=Verdict.TESTED, runs=len(KINDS))

    def _compared(self, kernel: signature.Callable, extents: dict[str, int]) -> str:
        calls = [self._arguments(kernel, extents, position, kind) for position, kind in enumerate(KINDS)]
        expected = copy.deepcopy(calls)
        compiled = jit.compile_module(self.source)
        for call in expected:
            compiled.run(kernel.symbol, call)
        library = build(self.path, self.platform, self.path.with_suffix(".so"), arch=self.arch).library
        actual = run(library, self.launcher.symbol, calls)
        names = [p.name for p in kernel.parameters if p.is_pointer]
        for kind, wanted, got in zip(KINDS, expected, actual, strict=True):
            if not got.ok:
                return f"{kind} input: {got.failure or got.findings[0]['message']}"
            arrays = [value for value in wanted if isinstance(value, np.ndarray)]
            for found in (difference(*pair) for pair in zip(names, arrays, got.arrays, strict=True)):
                if found:
                    return f"{kind} input: {found}"
        return ""

    def _arguments(self, kernel: signature.Callable, extents: dict[str, int], position: int, kind: str) -> list[Any]:
        generator = np.random.default_rng([0, position])
        return arguments(kernel.parameters, self.sizes, extents.__getitem__, generator, kind)
