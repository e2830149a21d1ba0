"""BANG kernels raised and run by the JIT: the result is the source's, or the source is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from xpiler.diagnostics import XpilerError
from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "kernels"))
from corpus import OPERATORS

LARGEST_ELEMENTS = 20_000


def raised(body: str, top: str = ""):
    source = f'#include <bang.h>\n{top} extern "C" __mlu_global__ void k(const float *A, float *T, int n) {{\n{body}\n}}\n'
    return raise_module(read(source, "bang"), normalize=False)


def run(body: str, count: int = 256, top: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Input and output of a kernel k(A, T, n) on `count` elements."""
    given = np.random.default_rng(3).uniform(-2, 2, count).astype(np.float32)
    result = np.full(count, np.nan, np.float32)
    jit.run(raised(body, top), "k", [given, result, count])
    return given, result


@pytest.mark.parametrize("name", OPERATORS)
def test_corpus_kernel_means_its_reference(name: str) -> None:
    operator = OPERATORS[name]
    compiled = jit.compile_module(raise_module(read(operator.source("bang"), "bang"), normalize=False))
    for shape in operator.shapes:
        for kind in ("random", "large"):
            arrays, sizes = operator.inputs(shape, kind, seed=1)
            if sum(a.size for a in arrays.values()) > LARGEST_ELEMENTS:
                continue
            compiled.run(name, [*arrays.values(), *sizes.values()])
            wrong = operator.wrong(arrays, list(arrays.values())[-1], sizes)
            assert not wrong.any(), (shape, kind, np.argwhere(wrong)[:3])


def test_raised_form_has_no_platform_operation() -> None:
    text = str(raised("__nram__ float x[64]; __memcpy(x, A, 256, GDRAM2NRAM); __memcpy(T, x, 256, NRAM2GDRAM);"))
    assert "bang." not in text.split("func.func")[1]
    assert "xpiler.view" not in text and "#bang.space" not in text


def test_byte_buffer_is_cut_into_typed_pieces() -> None:
    body = """
  float *x = (float *)buffer;
  float *y = x + 64;
  if (taskId == 0) {
    __memcpy(x, A, n * sizeof(float), GDRAM2NRAM);
    __bang_mul_scalar(y, x, 3.0f, n);
    __bang_add(x, x, y, n);
    __memcpy(T, x, n * sizeof(float), NRAM2GDRAM);
  }"""
    given, result = run(body, 64, top="__nram__ char buffer[4096];")
    np.testing.assert_allclose(result, given * 4, rtol=1e-6)


def test_ping_pong_reads_in_program_order() -> None:
    body = """
  __nram__ float x[2][32];
  int steps = n / 32;
  if (taskId == 0)
    for (int i = 0; i < steps + 2; ++i) {
      if (i >= 2) __memcpy_async(T + (i - 2) * 32, x[i % 2], 128, NRAM2GDRAM);
      __sync_io();
      if (i < steps) __memcpy_async(x[i % 2], A + i * 32, 128, GDRAM2NRAM);
      if (i >= 1 && i <= steps) __bang_mul_scalar(x[(i - 1) % 2], x[(i - 1) % 2], 2.0f, 32);
      __sync_io_move_compute();
    }"""
    given, result = run(body)
    np.testing.assert_allclose(result, given * 2)


def test_strided_copies_and_cluster_indices() -> None:
    body = """
  __nram__ float x[16];
  int task = clusterId * coreDim + coreId;
  __memcpy(x, A + task * 16, 4 * sizeof(float), GDRAM2NRAM, 4 * sizeof(float), 4 * sizeof(float), 3);
  __memcpy(T + task, x, sizeof(float), NRAM2GDRAM, 16 * sizeof(float), sizeof(float), 15);"""
    given, result = run(body)
    np.testing.assert_array_equal(result, given.reshape(16, 16).T.ravel())


def test_memory_core_does_nothing() -> None:
    given, result = run("if (__is_mpu()) return;\nfor (int i = taskId; i < n; i += taskDim) T[i] = A[i];")
    np.testing.assert_array_equal(result, given)


def test_move_may_overlap() -> None:
    body = """
  __nram__ float x[64];
  if (taskId == 0) {
    __memcpy(x, A, 256, GDRAM2NRAM);
    __bang_move(x + 1, x, 63 * sizeof(float));
    __memcpy(T, x, 256, NRAM2GDRAM);
  }"""
    given, result = run(body, 64)
    np.testing.assert_array_equal(result, np.concatenate([given[:1], given[:63]]))


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("__memcpy_async(x, A, 256, GDRAM2NRAM);\n__bang_add(x, x, x, 64);\n__sync_io();", 5, "asynchronous copy still owns"),
        ("__memcpy_async(x, A, 256, GDRAM2NRAM);\n__bang_add(y, y, y, 64);", 4, "no wait follows"),
        ("__memcpy_async(T, x, 256, NRAM2GDRAM);\n__bang_write_zero(x, 64);\n__sync_io();", 5, "asynchronous copy still owns"),
    ],
)
def test_unordered_use_is_refused(body: str, line: int, message: str) -> None:
    with pytest.raises(XpilerError, match=message) as refused:
        raised("__nram__ float x[64], y[64];\n" + body)
    assert refused.value.diagnostics[0].place.line == line


def test_cores_exchange_through_sram() -> None:
    body = """
  __nram__ float x[16];
  __memcpy(x, A + taskId * 16, 64, GDRAM2NRAM);
  __memcpy(shared + coreId * 16, x, 64, NRAM2SRAM);
  __sync_cluster();
  __memcpy(x, shared + (3 - coreId) * 16, 64, SRAM2NRAM);
  __memcpy(T + taskId * 16, x, 64, NRAM2GDRAM);"""
    given, result = run(body, top="__mlu_shared__ float shared[64];")
    np.testing.assert_array_equal(result, given.reshape(4, 4, 16)[:, ::-1].ravel())


def test_tasks_meet_between_two_phases() -> None:
    body = """
  for (int i = taskId; i < n; i += taskDim) T[i] = A[i] + 1.0f;
  __sync_all_ipu();
  __nram__ float x[1];
  if (taskId == 0) {
    float sum = 0;
    for (int i = 0; i < n; ++i) sum += T[i];
    x[0] = sum;
    __memcpy(T, x, sizeof(float), NRAM2GDRAM);
  }"""
    given, result = run(body)
    np.testing.assert_allclose(result[0], (given + 1).sum(dtype=np.float32), rtol=1e-5)
    np.testing.assert_array_equal(result[1:], given[1:] + 1)


def test_byte_buffer_of_two_types_is_cut_where_they_are_apart() -> None:
    body = """
  float *x = (float *)buffer;
  half *h = (half *)(buffer + 1024);
  if (taskId == 0) {
    __memcpy(x, A, 64 * sizeof(float), GDRAM2NRAM);
    __bang_float2half_rn(h, x, 64);
    __bang_half2float(x, h, 64);
    __memcpy(T, x, 64 * sizeof(float), NRAM2GDRAM);
  }"""
    given, result = run(body, 64, top="__nram__ char buffer[4096];")
    np.testing.assert_array_equal(result, given.astype(np.float16).astype(np.float32))


def test_definition_under_a_condition_reaches_reads_behind_it() -> None:
    body = """
  __nram__ float x[64];
  if (taskId == 0) {
    __memcpy(x, A, 64 * sizeof(float), GDRAM2NRAM);
    if (n == 64) __bang_write_value(x, 64, 3.0f);
    __bang_add_scalar(x, x, 1.0f, 64);
    __memcpy(T, x, 64 * sizeof(float), NRAM2GDRAM);
  }"""
    _, result = run(body, 64)
    np.testing.assert_array_equal(result, np.full(64, 4, np.float32))


def test_value_kept_in_scratch_over_iterations() -> None:
    body = """
  __nram__ float x[64], sum[64];
  if (taskId == 0) {
    __bang_write_zero(sum, 64);
    for (int i = 0; i < n; i += 64) {
      __memcpy(x, A + i, 64 * sizeof(float), GDRAM2NRAM);
      __bang_mul_scalar(x, x, 2.0f, 64);
      __bang_add(sum, sum, x, 64);
      __memcpy(T + i, sum, 64 * sizeof(float), NRAM2GDRAM);
    }
  }"""
    given, result = run(body)
    np.testing.assert_allclose(result, np.cumsum(2 * given.reshape(4, 64), axis=0, dtype=np.float32).ravel(), rtol=1e-6)


def test_the_index_behind_a_greatest_value_is_read_as_an_integer() -> None:
    body = (
        "__nram__ float x[64]; __nram__ float best[32]; __memcpy(x, A, n * 4, GDRAM2NRAM); __bang_argmax(best, x, n);\n"
        "T[0] = best[0]; T[1] = ((int *)best)[1];"
    )
    given, result = run(body, 64)
    assert (result[0], result[1]) == (given.max(), given.argmax())
