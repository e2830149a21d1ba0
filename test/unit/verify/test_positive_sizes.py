"""Branches that no size of one and more takes need no row; those that some size takes do, however far away it is."""

from __future__ import annotations

import pytest

from xpiler.verify import signature
from xpiler.verify.coverage import Coverage
from xpiler.verify.model.side import Unit
from xpiler.verify.positive_sizes import PositiveSizes
from xpiler.verify.stages import at_sizes
from xpiler.verify.verdict import Verdict

TEXT = """#include <algorithm>
#include <cstdint>
static inline int64_t floor_div(int64_t a, int64_t b) {{ return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }}
extern "C" void k_kernel(const float *A, float *T, int n, int m, unsigned u, short s, int f) {{
  for (int i = 0; i < m; ++i) T[i] = A[i];
  for (unsigned i = 0; i < u; ++i) T[i] = A[i];
  for (int i = 0; i < s; ++i) T[i] = A[i];
  {body}
}}
"""
BRANCH = "if ({condition}) {{ for (int i = 0; i < n; ++i) T[i] = A[i]; }}"
ALWAYS, NEVER, EITHER = True, False, None
DECIDED = [
    ("n > 0", ALWAYS),
    ("n > 0 && m > 0", ALWAYS),
    ("n < 1 || m < 1", NEVER),
    ("n > 1", EITHER),
    ("n != 2", EITHER),
    ("n * 16 > 0", ALWAYS),
    ("n * m >= n", ALWAYS),
    ("n * m > n", EITHER),
    ("n + m > 2", EITHER),
    ("n + m >= 2", ALWAYS),
    ("n - m < 0", EITHER),
    ("n * m % m != 0", NEVER),
    ("(n * m + 1) % m != 0", EITHER),
    ("n * m % std::max(m, 1) != 0", NEVER),
    ("n * m % std::max(m, 2) != 0", EITHER),
    ("n * m * s / (n * s) == m", ALWAYS),
    ("2 * n % 4 != 0", EITHER),
    ("4 * n * m % (2 * m) != 0", NEVER),
    ("(n - 5) % m < 0", EITHER),  # a remainder of what is negative
    ("(n - 1) % m < 0", NEVER),
    ("(n - 1) / m < 0", NEVER),
    ("(n - 5) / m < 0", EITHER),
    ("n % m >= m", EITHER),  # it is not, which bounds do not tell
    ("n % 16 > 15", NEVER),
    ("n % 16 > 14", EITHER),
    ("std::min(n, 65535) > 65535", NEVER),
    ("std::min(n, 65535) > 65534", EITHER),
    ("u > 0u", ALWAYS),
    ("u + 1 > 0u", EITHER),  # it may wrap
    ("u * u > 0u", EITHER),
    ("(int64_t)s * s > 40000", EITHER),
    ("(unsigned)s * s > 2000000000u", NEVER),  # of 16 bits each
    ("(n > 3 ? n : 4) > 3", EITHER),
    ("(n > 0 ? n : -1) < 0", NEVER),
    ("floor_div(n * m, m) < 0", NEVER),
    ("floor_div(n - 9, m) < 0", EITHER),
]


FLAGS = [("flag > 0", EITHER), ("flag != 0", EITHER), ("n > 0 && flag > 0", EITHER), ("n < 1 && flag > 0", NEVER)]


@pytest.mark.parametrize(("condition", "truth"), FLAGS)
def test_what_measures_nothing_may_be_zero(written, condition: str, truth: bool | None) -> None:
    assert branch(written, condition.replace("flag", "f")) is truth


def branch(written, condition: str) -> bool | None:
    """What is told of the outermost branch of a text."""
    function = Unit.of(written(TEXT.format(body=BRANCH.format(condition=condition)), ".cpp")).function
    found = [op for op in signature.inside(function) if op.name == "scf.if" and not op.results]
    return PositiveSizes(function, [function]).truth(found[-1].operands[0])


@pytest.mark.parametrize(("condition", "truth"), DECIDED)
def test_what_sizes_decide(written, condition: str, truth: bool | None) -> None:
    assert branch(written, condition) is truth


ROUNDED = "int rows = {quotient}; for (int i = 0; i < rows; ++i) T[i] = A[i];"


@pytest.mark.parametrize(
    ("quotient", "verdict"), [("floor_div(n * m, m)", Verdict.PROVED), ("n - (n % 1000003 > 1000000 && n % m >= 0)", Verdict.UNSUPPORTED)]
)
def test_a_quotient_rounded_down_needs_no_row_for_what_is_left_over(written, quotient: str, verdict: Verdict) -> None:
    """The twin's branch is taken at a million only, where it leaves out an element."""
    source, target = (written(TEXT.format(body=ROUNDED.format(quotient=of)), ".cpp") for of in ("n", quotient))
    found = at_sizes(source, target, {}, 20).answer
    assert found.verdict is verdict
    assert verdict is Verdict.PROVED or "do not exercise" in found.reason


LAUNCHED = """#include <cuda_runtime.h>
__global__ void k(const float *A, float *T, int total, int each) {{
  int i = blockIdx.x * 32 + threadIdx.x;
  if (i < total) {{
    float value = A[i];
    if ({condition}) value = 0.0f;
    T[i] = value;
  }}
}}
extern "C" void k_kernel(const float *A, float *T, int n, int m) {{
  float *a, *t;
  cudaMalloc(&a, n * m * sizeof(float));
  cudaMalloc(&t, n * m * sizeof(float));
  cudaMemcpy(a, A, n * m * sizeof(float), cudaMemcpyHostToDevice);
  k<<<(n * m + 31) / 32, 32>>>(a, t, n * m, m);
  cudaMemcpy(T, t, n * m * sizeof(float), cudaMemcpyDeviceToHost);
}}
"""


@pytest.mark.parametrize(("condition", "verdict"), [("total % each != 0", Verdict.PROVED), ("total / each > 1000000", Verdict.UNSUPPORTED)])
def test_a_kernel_knows_what_it_is_launched_with(written, condition: str, verdict: Verdict) -> None:
    source = """extern "C" void k_kernel(const float *A, float *T, int n, int m) { for (int i = 0; i < n * m; ++i) T[i] = A[i]; }"""
    target = written(LAUNCHED.format(condition=condition), ".cu")
    assert at_sizes(written(source, ".cpp"), target, {}, 20).answer.verdict is verdict


BESIDE = """void k_launch(cudaStream_t stream, const float *A, float *T, int n, int m) {{
  k<<<(n * m + 31) / 32, 32, 0, stream>>>(A, T, n * m, {each});
}}
"""


@pytest.mark.parametrize(("each", "truth"), [("m", NEVER), ("m + 1", EITHER)])
def test_a_kernel_is_launched_by_the_launchers_beside_as_well(written, each: str, truth: bool | None) -> None:
    """`n * m` leaves nothing over by `m`, whoever launches; by something else it may."""
    module = written(LAUNCHED.format(condition="total % each != 0") + BESIDE.format(each=each), ".cu")
    asked = Coverage((module,)).notes()
    line = next(i for i, of in enumerate(LAUNCHED.splitlines(), 1) if "{condition}" in of)
    assert any(f".cu:{line}:" in note and not note.endswith("not taken") for note in asked) is (truth is EITHER)
