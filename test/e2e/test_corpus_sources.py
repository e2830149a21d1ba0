"""Every hand-written kernel of the corpus computes its numpy reference, in strict mode: no finding, no false alarm."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.platforms.names import DEFAULT_ARCH

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "kernels"))
from corpus import OPERATORS

LARGEST_ELEMENTS = 20_000  # the fast suite leaves the large shapes to benchmarks/accuracy.py


def small_cases(operator):
    for shape in operator.shapes:
        for kind in ("random", "large"):
            arrays, sizes = operator.inputs(shape, kind, seed=1)
            if sum(a.size for a in arrays.values()) <= LARGEST_ELEMENTS:
                yield arrays, sizes


@pytest.mark.parametrize("platform", DEFAULT_ARCH)
@pytest.mark.parametrize("name", OPERATORS)
def test_source_computes_the_reference(name: str, platform: str, tmp_path: Path) -> None:
    operator = OPERATORS[name]
    built = build(operator.source(platform), platform, tmp_path / "kernel.so", arch=DEFAULT_ARCH[platform])
    cases = list(small_cases(operator))
    results = run(built.library, f"{name}_kernel", [[*a.values(), *(np.int32(v) for v in s.values())] for a, s in cases])
    for (arrays, sizes), result in zip(cases, results, strict=True):
        assert result.ok, (sizes, result.failure, result.findings[:3])
        wrong = operator.wrong(arrays, result.arrays[-1], sizes)
        assert not wrong.any(), (sizes, np.argwhere(wrong)[:3].tolist())
