"""Texts that differ only at sizes past what small rows reach: what no row goes through is not proved."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler import frontend
from xpiler.verify.coverage import Coverage
from xpiler.verify.model.side import Unit
from xpiler.verify.sampling import ParameterInfo, arguments
from xpiler.verify.sizes import candidates
from xpiler.verify.stages import at_sizes, staged
from xpiler.verify.verdict import Verdict

CPP = '#include <cstdint>\nextern "C" void k_kernel(const {type} *A, {out} *T, int n) {{\n{body}\n}}\n'


def text(body: str, type_: str = "float", out: str = "float") -> str:
    return CPP.format(body=body, type=type_, out=out)


COPIED = text("for (int i = 0; i < n; ++i) T[i] = A[i];")
SUM = "{type} s = 0; for (int i = 0; i < n; ++i) s += A[i]; T[0] = s;"
SUMMED = text(SUM.format(type="int"), "int8_t", "int")
LAUNCHED = """#include <cuda_runtime.h>
__global__ void k(const float *A, float *T, int n) {{
  for (int i = blockIdx.x * 32 + threadIdx.x; i < n; i += {step}) T[i] = A[i];
}}
extern "C" void k_kernel(const float *A, float *T, int n) {{
  float *a, *t;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice);
  k<<<16, 32>>>(a, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
}}
"""
DIFFERENT = {
    "a size far away": (COPIED, text("for (int i = 0; i < n; ++i) T[i] = n > 1000000 ? 0.0f : A[i];"), "do not exercise"),
    "a size that no constant tells": (COPIED, text("for (int i = 0; i < n; ++i) T[i] = n * n == 531441 ? 0.0f : A[i];"), "do not exercise"),
    "a narrow sum": (SUMMED, text(SUM.format(type="int16_t"), "int8_t", "int"), "do not exercise"),
    "a narrow counter": (COPIED, text("for (short i = 0; i < n; ++i) T[i] = A[i];"), "bounds"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_small_sizes_do_not_show_is_not_proved(written, name: str) -> None:
    source, target, reason = DIFFERENT[name]
    found = at_sizes(written(source, ".cpp"), written(target, ".cpp"), {}, 20).answer
    assert found.verdict is Verdict.UNSUPPORTED
    assert reason in found.reason


@pytest.mark.parametrize(("step", "verdict"), [("gridDim.x * 32", Verdict.PROVED), ("gridDim.x * 64", Verdict.UNSUPPORTED)])
def test_a_row_is_past_the_threads_of_all_blocks(written, step: str, verdict: Verdict) -> None:
    found = at_sizes(written(COPIED, ".cpp"), written(LAUNCHED.format(step=step), ".cu"), {}, 20).answer
    assert found.verdict is verdict
    assert verdict is Verdict.PROVED or "T[512]" in found.reason


@pytest.mark.parametrize(("most", "verdict"), [(10_000, Verdict.PROVED), (12_000, Verdict.UNSUPPORTED)])
def test_a_launcher_that_takes_no_large_sizes_is_executed_at_one(written, most: int, verdict: Verdict) -> None:
    """At such a size nothing is done, which takes few steps, however many it would be otherwise."""
    limited = "if (n > {0} * 4) return; for (int i = 0; i < n; ++i) T[i] = A[i];"
    found = at_sizes(written(text(limited.format(10_000)), ".cpp"), written(text(limited.format(most)), ".cpp"), {}, 20).answer
    assert found.verdict is verdict
    assert verdict is not Verdict.PROVED or "40001" in found.scope


TRANSPOSED = """extern "C" void k_kernel(const float *A, float *T, int rows, int cols) {{
  for (int r = 0; r < rows; ++r)
    for (int k = 0; k < cols; ++k) T[k * rows + r] = A[r * cols + ({column})];
}}
"""


@pytest.mark.parametrize("column", ["k == 700 ? 0 : k", "k < 17000 ? k : 0"])
def test_each_size_is_past_what_something_is_compared_with(written, column: str) -> None:
    source, target = (written(TRANSPOSED.format(column=of), ".cpp") for of in ("k", column))
    assert at_sizes(source, target, {}, 20).answer.verdict is Verdict.UNSUPPORTED


WINDOWS = """#include <algorithm>
#include <cassert>
extern "C" void k_kernel(const float *A, float *T, int height, int width, int channels) {{
  assert(width >= 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width - 2; ++x)
      for (int c = 0; c < channels; c += 16)
        for (int i = c; i < std::min(c + {piece}, channels); ++i)
          T[(y * (width - 2) + x) * channels + i] = A[(y * width + x + 2) * channels + i];
}}
"""


def test_a_large_size_goes_with_others_that_the_source_takes(written) -> None:
    """A window of three does not fit into a width of two."""
    source, right, wrong = (written(WINDOWS.format(piece=piece), ".cpp") for piece in ("16", "8 + 8", "15"))
    assert at_sizes(source, right, {}, 20).answer.verdict is Verdict.PROVED
    assert at_sizes(source, wrong, {}, 20).answer.verdict is Verdict.UNSUPPORTED


MASKED = """#include <immintrin.h>
extern "C" void k_kernel(const float *A, float *T, int n) {{
  for (int i = 0; i < n; i += 16) {{
    int left = n - i < 16 ? n - i : 16;
    __mmask16 m = (__mmask16)(((1u << left) - 1) & {lanes});
    _mm512_mask_storeu_ps(T + i, m, _mm512_maskz_loadu_ps(m, A + i));
  }}
}}
"""


@pytest.mark.parametrize(("lanes", "verdict"), [("0xffff", Verdict.PROVED), ("(left < 16 ? 0x3fff : 0xffff)", Verdict.UNSUPPORTED)])
def test_one_lane_short_of_a_vector_is_executed(written, lanes: str, verdict: Verdict) -> None:
    assert at_sizes(written(COPIED, ".cpp"), written(MASKED.format(lanes=lanes), ".cpp"), {}, 20).answer.verdict is verdict


def test_a_guard_that_every_size_passes_need_not_fail(written) -> None:
    guarded = written(text("if (n > 0) { for (int i = 0; i < n; ++i) T[i] = A[i]; }"), ".cpp")
    assert at_sizes(written(COPIED, ".cpp"), guarded, {}, 20).answer.notes == ()
    product = "if (n * 16 > 0) { for (int i = 0; i < n; ++i) T[i] = A[i]; }"
    assert at_sizes(written(COPIED, ".cpp"), written(text(product), ".cpp"), {}, 20).answer.notes == ()
    skipped = written(
        text("if (n > 3) { for (int i = 0; i < n; ++i) T[i] = A[i]; } else { for (int i = 0; i < n; ++i) T[i] = A[i]; }"), ".cpp"
    )
    assert at_sizes(written(COPIED, ".cpp"), skipped, {}, 20).answer.verdict is Verdict.PROVED


def test_the_second_piece_of_a_pipeline_is_executed(changed) -> None:
    """A task has a second piece past 16 x 8192 elements only."""
    pipeline = changed("add", ".mlu", "__memcpy_async(nram_a[i % 2]", "__memcpy_async(nram_a[0]")
    found = at_sizes(changed("add", ".cu", "A[i] + B[i]", "A[i] + B[i]"), pipeline, {}, 30).answer
    assert found.verdict is Verdict.UNSUPPORTED
    assert "T[131072]" in found.reason


def summed_at(index: str) -> str:
    return text(SUM.format(type="float").replace("A[i]", f"A[{index}]"))


def test_what_divides_a_size_matters(written) -> None:
    """Three times the index, modulo n, is every index where three does not divide n."""
    source = written(summed_at("i"), ".cpp")
    assert at_sizes(source, written(summed_at("(i + n / 2) % n"), ".cpp"), {}, 20).answer.verdict is Verdict.PROVED
    assert at_sizes(source, written(summed_at("i * 3 % n"), ".cpp"), {}, 20).answer.verdict is Verdict.UNSUPPORTED


def test_work_that_sizes_alone_leave_out_has_to_be_left_out_somewhere(written) -> None:
    source, target = written(COPIED, ".cpp"), written(text("if (n < 1000000) { for (int i = 0; i < n; ++i) T[i] = A[i]; }"), ".cpp")
    found = at_sizes(source, target, {}, 20).answer
    assert found.verdict is Verdict.UNSUPPORTED
    assert "not taken" in found.reason


def test_a_small_size_that_takes_more_steps_than_a_large_one_is_no_proof(written) -> None:
    """At n = 1 the unsigned loop goes round four billion times."""
    source = written(text("for (int i = 0; i < n - 2; ++i) T[i] = A[i];"), ".cpp")
    target = written(text("for (unsigned i = 0; i < (unsigned)n - 2u; ++i) T[i] = A[i];"), ".cpp")
    found = staged(source, target, {}, 20).answer
    assert found.verdict is Verdict.UNSUPPORTED
    assert "n = 1" in found.reason


def test_a_size_of_a_byte_is_a_number_of_a_byte() -> None:
    parameters = [ParameterInfo("n", "int32", False), ParameterInfo("t", "int8", False)]
    made = arguments(parameters, {"n": 64, "t": 128}, lambda _: 0, np.random.default_rng(0), "random")
    assert made == [64, 127]


SEVERAL = """#include <cuda_runtime.h>
__global__ void first(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i];
}
__global__ void late(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = n > 1000000 ? 0.0f : x[i];
}
void go(const float *x, float *y, int n) { first<<<(n + 63) / 64, 64>>>(x, y, n); }
void went(const float *x, float *y, int n) { late<<<(n + 63) / 64, 64>>>(x, y, n); }
"""


def test_a_launcher_answers_for_the_kernels_that_it_launches() -> None:
    module = frontend.read(SEVERAL, "cuda")
    asked = Coverage((module,)).notes()
    assert Unit.of(module).name == "go"
    assert any(".cu:4:" in note for note in asked)
    assert not any(".cu:8:" in note for note in asked)


def test_a_row_is_past_the_size_that_turns_a_branch(written) -> None:
    """1024 leaves nothing over of any vector: what is left over behind the turn shows past it alone."""
    module = written(text("if (n < 1024) T[0] = A[0]; else for (int i = 0; i < n; ++i) T[i] = A[i];"), ".cpp")
    turns = [row.sizes["n"] for row in candidates(Unit.of(module).parameters, (module, module)) if row.is_turn]
    assert turns == [1024, 1027]


TWO_KERNELS = """#include <cuda_runtime.h>
__device__ int slowly() {{
  int s = 0;
  for (int r = 0; r < 6000; ++r) s = (s + r) % 3;
  return s < 3 ? 1 : 0;
}}
__global__ void whole(const float *A, float *T, int n) {{
  int i = blockIdx.x * 64 + threadIdx.x;
  T[i] = A[i] * {factor} * slowly();
}}
__global__ void any(const float *A, float *T, int n) {{
  int i = blockIdx.x * 64 + threadIdx.x, one = slowly();
  if (i < n) T[i] = A[i] * one;
}}
extern "C" void k_kernel(const float *A, float *T, int n) {{
  float *a, *t;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice);
  if (n % 64 == 0) whole<<<n / 64, 64>>>(a, t, n);
  else any<<<(n + 63) / 64, 64>>>(a, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
}}
"""


@pytest.mark.parametrize(("factor", "verdict"), [("1", Verdict.PROVED), ("2", Verdict.UNSUPPORTED)])
def test_a_branch_that_launches_may_take_the_steps_of_the_first_row(written, factor: str, verdict: Verdict) -> None:
    """Where the first row takes more steps than others may, so may the one that the other kernel is launched at."""
    found = at_sizes(written(COPIED, ".cpp"), written(TWO_KERNELS.format(factor=factor), ".cu"), {}, 20).answer
    assert found.verdict is verdict
    assert verdict is not Verdict.PROVED or "64" in found.scope
