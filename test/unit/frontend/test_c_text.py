"""A file in C is read and compiled as the C++ that means the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xpiler import frontend
from xpiler.diagnostics import InvalidInput
from xpiler.execution.build import build
from xpiler.execution.process import run

TEXT = """#include <stdlib.h>
void turned(const float *restrict x, const void *scale, float *restrict y, int n) {
  float *t = malloc(n * sizeof(float));
  const float *s;
  s = scale;
  _Bool doubled = n > 3;
  for (int i = 0; i < n; i++) t[i] = x[n - 1 - i] * (doubled ? 2.0f : 1.0f);
  for (int i = 0; i < n; i++) y[i] = t[i] + s[0];
  free(t);
}
"""
SYMBOL = "_Z6turnedPKfPKvPfi"


def test_words_and_conversions_of_c(tmp_path: Path) -> None:
    path = tmp_path / "turned.c"
    path.write_text(TEXT)
    assert str(frontend.read(path, "vnni")).count("xpiler.restrict") == 2
    library = build(path, "vnni", tmp_path / "turned.so", arch="icelake-server").library
    x, y = np.arange(5, dtype=np.float32), np.zeros(5, np.float32)
    (result,) = run(library, SYMBOL, [[x, np.ones(1, np.float32), y, 5]])
    np.testing.assert_array_equal(result.arrays[2], x[::-1] * 2 + 1)


def test_mistakes_stay_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "wrong.c"
    path.write_text(TEXT.replace("s = scale;", "s = missing;"))
    with pytest.raises(InvalidInput, match="undeclared identifier 'missing'") as error:
        frontend.read(path, "vnni")
    assert error.value.diagnostics[0].place.line == 5
