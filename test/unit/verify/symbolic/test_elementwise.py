"""Elementwise kernels for all n: grids, grid-stride loops, tasks and masked tails vanish; what is off by one does not."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

PAIRS = [("add", ".cu", ".cpp"), ("gelu", ".cu", ".cpp"), ("gelu", ".cpp", ".hip"), ("relu", ".cu", ".cpp"), ("sigmoid", ".hip", ".cpp")]
TWINS = [
    (".cu", "if (i < n)", "if (i <= n)"),
    (".cu", "A[i] + B[i]", "A[i] - B[i]"),
    (".cu", "A[i] + B[i]", "A[i] + B[i + 1]"),
    (".cu", "(n + 255) / 256", "n / 256"),
    (".cu", "(n + 255) / 256, 256", "(n + 255) / 256, 128"),
    (".cpp", "if (i < n) {", "if (i + 1 < n) {"),
    (".cpp", "i + 16 <= n", "i + 16 < n + 2"),
    (".cpp", "(1u << (n - i)) - 1", "(1u << (n - i - 1)) - 1"),
    (".cpp", "_mm512_maskz_loadu_ps(tail, B + i)", "_mm512_maskz_loadu_ps(tail, B)"),
]
WIDE_TWINS = [  # four lanes, each stored by itself
    ("reg_y.y = fmaxf(0.0f, reg_x.y)", "reg_y.y = fmaxf(0.0f, reg_x.x)"),
    ("    reg_y.w = fmaxf(0.0f, reg_x.w);\n", ""),
    ("reg_y.z = fmaxf(0.0f, reg_x.z)", "reg_y.y = fmaxf(0.0f, reg_x.z)"),
]
TASKS = """
#include <bang.h>
extern "C" __mlu_global__ void add(const float *A, const float *B, float *T, int n) {
  __nram__ float a[1024];
  __nram__ float b[1024];
  for (int i = taskId * 1024; i < n; i += taskDim * 1024) {
    int count = min(n - i, 1024);
    __memcpy(a, A + i, count * sizeof(float), GDRAM2NRAM);
    __memcpy(b, B + i, count * sizeof(float), GDRAM2NRAM);
    __bang_add(a, a, b, count);
    __memcpy(T + i, a, count * sizeof(float), NRAM2GDRAM);
  }
}
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *dA, *dB, *dT;
  cnrtQueue_t queue;
  cnrtQueueCreate(&queue);
  cnrtMalloc((void **)&dA, n * sizeof(float));
  cnrtMalloc((void **)&dB, n * sizeof(float));
  cnrtMalloc((void **)&dT, n * sizeof(float));
  cnrtMemcpy(dA, A, n * sizeof(float), cnrtMemcpyHostToDev);
  cnrtMemcpy(dB, B, n * sizeof(float), cnrtMemcpyHostToDev);
  cnrtDim3_t dim = {16, 1, 1};
  add<<<dim, cnrtFuncTypeUnion4, queue>>>(dA, dB, dT, n);
  cnrtMemcpy(T, dT, n * sizeof(float), cnrtMemcpyDevToHost);
}
"""
TASK_TWINS = [
    ("taskDim * 1024", "taskDim * 1000"),
    ("taskDim * 1024", "taskDim * 2048"),
    ("min(n - i, 1024)", "1024"),
    ("__memcpy(b, B + i, count", "__memcpy(b, B + i, 4"),
    ("GDRAM2NRAM);\n    __bang_add(a, a, b, count)", "GDRAM2NRAM);\n    __bang_add(a, a, a, count)"),
    ("__bang_add(a, a, b, count)", "__bang_mul(a, a, b, count)"),
]


@pytest.mark.parametrize(("name", "source", "target"), PAIRS)
def test_equal_for_all_sizes(name: str, source: str, target: str) -> None:
    assert doubt(corpus(name, source), corpus(name, target)) == ""


@pytest.mark.parametrize(("suffix", "old", "new"), TWINS)
def test_a_twin_is_not_proved(changed, suffix: str, old: str, new: str) -> None:
    assert doubt(corpus("add", ".cpp" if suffix == ".cu" else ".cu"), changed("add", suffix, old, new)) != ""


@pytest.mark.parametrize(("old", "new"), WIDE_TWINS)
def test_a_twin_of_four_lanes_is_not_proved(changed, old: str, new: str) -> None:
    assert doubt(corpus("relu", ".cpp"), changed("relu", ".cu", old, new)) != ""


@pytest.mark.parametrize(("old", "new"), [("__expf(-", "__expf("), ("1.f + __expf", "2.f + __expf"), ("= 1.f", "= 2.f")])
def test_a_twin_of_a_fast_function_is_not_proved(changed, old: str, new: str) -> None:
    assert doubt(corpus("sigmoid", ".cpp"), changed("sigmoid", ".hip", old, new)) != ""


def test_tasks_with_pieces_on_chip_are_equal_for_all_sizes(written) -> None:
    assert doubt(corpus("add", ".cpp"), written(TASKS, ".mlu")) == ""


@pytest.mark.parametrize(("old", "new"), TASK_TWINS)
def test_a_twin_of_tasks_is_not_proved(written, old: str, new: str) -> None:
    assert old in TASKS
    assert doubt(corpus("add", ".cpp"), written(TASKS.replace(old, new), ".mlu")) != ""
