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
from corpus import EVERY, OPERATORS

LARGEST_ELEMENTS = 20_000  # the fast suite leaves the large shapes to benchmarks/accuracy.py


def small_cases(operator):
    for shape in operator.shapes:
        for kind in ("random", "large"):
            arrays, sizes = operator.inputs(shape, kind, seed=1)
            if sum(a.size for a in arrays.values()) <= LARGEST_ELEMENTS:
                yield arrays, sizes


SAMPLED = [  # benchmarks/accuracy.py has them all
    *[("depthwise", "cuda"), ("rmsnorm", "hip"), ("quantize", "bang"), ("rope", "vnni")],
    *[("concat", "bang"), ("sign", "vnni"), ("col_mean", "cuda"), ("minpool", "hip")],
    *[("stencil", "bang"), ("prefix_sum", "hip"), ("histogram", "cuda"), ("adamw", "vnni")],
]


@pytest.mark.parametrize(("name", "platform"), [*((name, platform) for name in OPERATORS for platform in DEFAULT_ARCH), *SAMPLED])
def test_source_computes_the_reference(name: str, platform: str, tmp_path: Path) -> None:
    operator = EVERY[name]
    built = build(operator.source(platform), platform, tmp_path / "kernel.so", arch=DEFAULT_ARCH[platform])
    cases = list(small_cases(operator))
    results = run(built.library, f"{name}_kernel", [operator.arguments(a, s) for a, s in cases])
    for (arrays, sizes), result in zip(cases, results, strict=True):
        assert result.ok, (sizes, result.failure, result.findings[:3])
        for parameter, after in zip(operator.parameters, result.arrays, strict=False):
            if parameter.role != "in":
                wrong = operator.wrong(arrays, after, sizes, parameter.name)
                assert not wrong.any(), (sizes, parameter.name, np.argwhere(wrong)[:3].tolist())
