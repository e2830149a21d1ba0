"""Variables that are read before they are set, and variables that parallel iterations share: errors at their line, right ones pass."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.diagnostics import InvalidInput
from xpiler.frontend.options import ReadOptions

SUMS = """#include <immintrin.h>
extern "C" void sums(const float *x, float *y, int rows, int cols) {{
  {before}
{pragma}
  for (int r = 0; r < rows; ++r) {{
    {first}
    for (int c = 0; c < cols; ++c) sum += x[r * cols + c];
    y[r] = sum;
  }}
}}
"""
DIFFERENCES = """
__global__ void steps(const float *x, float *y, int n) {
  float before, kept;
  for (int i = 0; i < n; ++i) {
    y[i] = i > 0 ? x[i] - before : x[i];
    if (i > 0) y[i] += before;
    kept = i ? kept + 1.0f : 0.0f;
    before = x[i];
  }
  y[0] = kept;
}
void run(const float *x, float *y, int n) { steps<<<1, 1>>>(x, y, n); }
"""
FOR = "#pragma omp parallel for"


def read(**parts: str) -> None:
    text = SUMS.format(**{"before": "", "pragma": "", "first": "", **parts})
    frontend.read(text, "vnni", ReadOptions(arch="icelake-server"))


def test_a_sum_without_a_start_is_refused_at_its_line() -> None:
    with pytest.raises(InvalidInput, match="'sum' is used before anything is assigned to it") as found:
        read(first="float sum;")
    assert found.value.diagnostics[0].place.line == 7


def test_registers_are_variables_too() -> None:
    text = """#include <immintrin.h>
extern "C" void dot(const float *x, float *y, int n) {
  __m512 acc;
  for (int i = 0; i + 16 <= n; i += 16) acc = _mm512_add_ps(acc, _mm512_loadu_ps(x + i));
  y[0] = _mm512_reduce_add_ps(acc);
}
"""
    with pytest.raises(InvalidInput, match="'acc' is used before"):
        frontend.read(text, "vnni", ReadOptions(arch="icelake-server"))


def test_what_a_condition_keeps_from_being_used_is_no_defect() -> None:
    frontend.read(DIFFERENCES, "cuda", ReadOptions(arch="sm_90"))


def test_a_variable_that_parallel_iterations_write_is_refused() -> None:
    with pytest.raises(InvalidInput, match="race: the iterations of a parallel loop share the variable 'sum'") as found:
        read(before="float sum;", pragma=FOR, first="sum = 0.0f;")
    assert found.value.diagnostics[0].place.line == 5


@pytest.mark.parametrize(
    "parts",
    [
        {"pragma": FOR, "first": "float sum = 0.0f;"},
        {"before": "float sum;", "pragma": f"{FOR} private(sum)", "first": "sum = 0.0f;"},
        {"before": "float sum = 0.0f;", "pragma": f"{FOR} reduction(+ : sum)"},
        {"before": "float sum;", "first": "sum = 0.0f;"},
    ],
)
def test_variables_of_an_iteration_pass(parts: dict[str, str]) -> None:
    read(**parts)
