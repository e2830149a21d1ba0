"""Runs pass a float that is compared with a constant on both sides of it, and exactly there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.verify import signature
from xpiler.verify.model.side import Unit
from xpiler.verify.sampling import arguments
from xpiler.verify.verdict import Verdict

TEXT = """extern "C" void axpby_kernel(const float *x, float *y, int n, float beta) {
  for (int i = 0; i < n; ++i) {
    if (beta == 0.0f) y[i] = x[i];
    else y[i] = x[i] + beta * y[i] + 1.0f;
  }
}
"""


def test_values_lie_around_what_a_parameter_is_compared_with(written) -> None:
    parameters = signature.parameters_of(Unit.of(written(TEXT, ".cpp")).function)
    assert parameters[3].values == (0.0, 0.5, -0.5)
    generator = np.random.default_rng(1)
    made = {float(arguments(parameters, {"n": 1}, lambda name: 1, generator, "random")[3]) for _ in range(50)}
    assert {0.0, 0.5, -0.5} < made


@pytest.mark.parametrize(("old", "new"), [("beta == 0.0f", "false"), ("y[i] = x[i];", "y[i] = x[i] + 1.0f;")])
def test_what_differs_at_the_constant_alone_is_refuted(tmp_path: Path, old: str, new: str) -> None:
    paths = [tmp_path / name for name in ("source.cpp", "target.cpp")]
    assert old in TEXT
    for path, text in zip(paths, (TEXT, TEXT.replace(old, new)), strict=True):
        path.write_text(text)
    assert xpiler.verify(*map(str, paths)).verdict is Verdict.REFUTED
