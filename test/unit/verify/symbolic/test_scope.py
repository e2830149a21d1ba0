"""The box of sizes of a verdict: what overflows is outside of it, and a box without sizes proves nothing."""

from __future__ import annotations

import pytest
from proof_subjects import corpus

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.stage import prove

COPY = """
extern "C" void copy(const float *A, float *T, int n) { for (int i = 0; i < n; ++i) T[i] = A[i]; }
extern "C" void copy_kernel(const float *A, float *T, int n) { copy(A, T, n); }
"""
WRAPS = """
extern "C" void copy(const float *A, float *T, int n) {
  for (int i = 0; i < n; ++i) {
    unsigned k = ((unsigned)i + 1u) * 65536u * 65536u + (unsigned)i;
    if (k < (unsigned)n) T[k] = A[k];
  }
}
extern "C" void copy_kernel(const float *A, float *T, int n) { copy(A, T, n); }
"""


def test_the_scope_leaves_out_what_overflows() -> None:
    found = prove(corpus("add", ".cpp"), corpus("add", ".cu"), 60.0, {"n": 37})
    assert found.scope == "all sizes with 1 <= n <= 2147483392"
    assert found.elements == {"A": 37, "B": 37, "T": 37}


def test_a_box_without_sizes_proves_nothing(written) -> None:
    with pytest.raises(NotModelled):
        prove(written(COPY, ".cpp"), written(WRAPS, ".cpp"), 60.0)


@pytest.mark.parametrize(("word", "narrowed"), [("unsigned short", {"n": 32767}), ("long", {})])
def test_sizes_that_only_the_source_takes_are_told(written, word: str, narrowed: dict[str, int]) -> None:
    found = prove(written(COPY, ".cpp"), written(COPY.replace("i < n", "i < m").replace("{ for", f"{{ {word} m = n; for"), ".cpp"), 60.0)
    assert found.narrowed == narrowed
