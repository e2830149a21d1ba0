"""Names and statements that a person would write: what a reader would strike out of emitted text is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import xpiler

KERNELS = Path(__file__).resolve().parents[3] / "kernels"


@pytest.fixture(scope="module")
def softmax_in_c() -> str:
    return xpiler.translate(str(KERNELS / "softmax" / "softmax.mlu"), "vnni", verify="none").text


@pytest.fixture(scope="module")
def softmax_in_cuda() -> str:
    return xpiler.translate(str(KERNELS / "softmax" / "softmax.mlu"), "cuda", verify="none").text


def test_a_side_that_leaves_a_value_as_it_is_needs_no_second_variable(softmax_in_c: str) -> None:
    assert "else {" not in softmax_in_c and "carried" not in softmax_in_c


def test_a_tail_is_one_operation_under_a_mask(softmax_in_c: str) -> None:
    assert "sum = _mm512_mask_add_ps(sum, lanes, sum," in softmax_in_c
    assert "mask_blend" not in softmax_in_c


def test_nothing_is_added_to_a_sum_that_starts_from_zero(softmax_in_c: str) -> None:
    assert "1.0f / _mm512_reduce_add_ps(sum);" in softmax_in_c


def test_rounds_of_a_tree_are_counted_by_their_width(softmax_in_cuda: str) -> None:
    assert softmax_in_cuda.count("for (int offset = 16; offset > 0; offset /= 2) ") == 2
    assert ">> i" not in softmax_in_cuda


def test_a_second_array_of_partial_results_is_named_after_what_it_holds(softmax_in_cuda: str) -> None:
    assert "__shared__ float partial[16];" in softmax_in_cuda and "__shared__ float partial_sum[16];" in softmax_in_cuda


def test_products_of_widened_ints_are_signed(softmax_in_cuda: str) -> None:
    """They cannot overflow, so no detour over unsigned numbers is needed."""
    assert "cudaMalloc((void **)&dA, (int64_t)rows * cols * sizeof(float))" in softmax_in_cuda


def test_arrays_of_a_variable_of_all_threads_are_called_after_it(tmp_path: Path) -> None:
    """Neither a numbered array nor two underscores in a row, which C++ keeps for itself.

    Lanes that do not look at places where values are equal agree on nothing, so that they stay arrays.
    """
    source = tmp_path / "best.cu"
    source.write_text("""__global__ void best(const float *x, int *out, int rows, int cols) {
  int row = blockIdx.x, where = 0;
  float top = -1.0f;
  for (int c = threadIdx.x; c < cols; c += 32)
    if (x[row * cols + c] > top) { top = x[row * cols + c]; where = c; }
  for (int o = 16; o > 0; o /= 2) {
    float other = __shfl_xor_sync(0xffffffffu, top, o);
    int at = __shfl_xor_sync(0xffffffffu, where, o);
    if (other > top) { top = other; where = at; }
  }
  if (threadIdx.x == 0) out[row] = where;
}
void run(const float *x, int *out, int rows, int cols) { best<<<rows, 32>>>(x, out, rows, cols); }
""")
    text = xpiler.translate(str(source), "bang", verify="none").text
    assert "float top_tile[32];" in text and "int where_tile[32];" in text
    assert not re.search(r"\w__value|(buffer|scratch|work)_\d?\b", text)


def test_lanes_that_all_have_one_number_do_not_take_the_name_of_what_they_are_used_for() -> None:
    text = xpiler.translate(str(KERNELS / "layernorm" / "layernorm.cu"), "vnni", verify="none").text
    assert "__m512 d = _mm512_sub_ps(" in text and "d_value" not in text
