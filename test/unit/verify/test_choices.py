"""Choices without a branch: what they do on the side that no row of sizes takes is not proved; both sides of others are."""

from __future__ import annotations

import pytest

from xpiler.verify.stages import at_sizes
from xpiler.verify.verdict import Verdict

TEXT = 'extern "C" void k_kernel(const float *A, float *T, int n) {{\n{body}\n}}\n'
COPY = "for (int i = 0; i < n; ++i) T[i] = A[i];"
LAUNCHED = """#include <cuda_runtime.h>
__global__ void k(const float *A, float *T, int n) {{
  for (int i = blockIdx.x * 32 + threadIdx.x; i < n; i += {step}) T[i] = A[i];
}}
extern "C" void k_kernel(const float *A, float *T, int n) {{
  float *a, *t;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice);
  {early}
  k<<<{grid}, 32>>>(a, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
}}
"""
# What to execute instead of a copy; each is wrong past sizes that no row reaches, and its twin is not.
UNSEEN = {
    "a conjunction": ("for (int i = 0; i < n; ++i) T[i] = n % 8 == 4 && n > {} && i == n - 1 ? A[i] + 0 * n : A[i];", "300001", "3"),
    "low bits of a subscript": ("for (int i = 0; i < n; ++i) T[i] = A[i & {}];", "0xfffff", "0x7fffffff"),
    "a quotient of a size": ("int m = n / {}; for (int i = 0; i < n; ++i) T[i] = A[i + (m < 0)] + 0 * m;", "300000", "4"),
    "a bit of a size": ("int m = (n & {}) >> 20; for (int i = 0; i < n; ++i) T[i] = A[i] + 0 * m;", "0x100000", "1"),
    "a remainder of a size": ("int m = n % {}; for (int i = 0; i < m; ++i) T[i] = A[i];", "1000003", "2147483647"),
    "a bound that is a float": ("{} m = n; for (int i = 0; i < (int)m; ++i) T[i] = A[i];", "float", "double"),
    "a choice by a subscript": ("for (int i = 0; i < n; ++i) T[i] = i < {} ? A[i] : 0.0f;", "300000", "0x7fffffff"),
    "a truth that is a number": ("int m = n - (n > {}); for (int i = 0; i < m + (n > 2); ++i) T[i] = A[i];", "300000", "2"),
    "a disjunction": ("for (int i = 0; i < n; ++i) if (n % 8 != 4 || n < {}) T[i] = A[i]; else T[i] = A[i];", "300001", "4"),
    "a number of few bits": ("{} m = n; for (int i = 0; i < m; ++i) T[i] = A[i];", "unsigned short", "unsigned"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_side_that_no_row_takes_is_not_proved(written, name: str) -> None:
    body, wrong, right = UNSEEN[name]
    source = written(TEXT.format(body=COPY), ".cpp")
    found = [at_sizes(source, written(TEXT.format(body=body.format(word)), ".cpp"), {}, 20).answer for word in (wrong, right)]
    assert [answer.verdict for answer in found] == [Verdict.UNSUPPORTED, Verdict.PROVED], found
    assert any(words in found[0].reason for words in ("do not exercise", "T[", "bounds"))


LAUNCHES = {
    "a grid that is cut": ("(n + 31) / 32 < 65535 ? (n + 31) / 32 : 65535", "", "(n + 31) / 32 < 4 ? (n + 31) / 32 : 4"),
    "nothing for large sizes": ("(n + 31) / 32", "if (n > (1 << 28)) return;", "(n + 31) / 32"),
}


@pytest.mark.parametrize("name", LAUNCHES)
def test_a_side_of_a_launcher_that_no_row_takes_is_not_proved(written, name: str) -> None:
    grid, early, right = LAUNCHES[name]
    source = written(TEXT.format(body=COPY), ".cpp")
    texts = [
        LAUNCHED.format(step=1 << 22, grid=grid, early=early),
        LAUNCHED.format(step="gridDim.x * 32", grid=right, early=""),
    ]
    found = [at_sizes(source, written(text, ".cu"), {}, 20).answer for text in texts]
    assert [answer.verdict for answer in found] == [Verdict.UNSUPPORTED, Verdict.PROVED], found
    assert "do not exercise the" in found[0].reason


@pytest.mark.parametrize(
    ("step", "verdict"),
    [("gridDim.x * 32", Verdict.PROVED), ("4096 * 32", Verdict.UNSUPPORTED), ("(gridDim.x + 1) * 32", Verdict.UNSUPPORTED)],
)
def test_a_grid_that_is_cut_late_is_cut_early(written, step: str, verdict: Verdict) -> None:
    """What a kernel does with fewer blocks than it has pieces is seen with a smaller number in the launcher."""
    grid = "(n + 31) / 32 < 65535 ? (n + 31) / 32 : 65535"
    target = written(LAUNCHED.format(step=step, grid=grid, early=""), ".cu")
    found = at_sizes(written(TEXT.format(body=COPY), ".cpp"), target, {}, 20).answer
    assert found.verdict is verdict, found
    assert ("executed with 2 in place of 65535 in a launcher" in found.notes) == (verdict is Verdict.PROVED)
