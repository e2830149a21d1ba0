"""BANG's default schedule: the builtins it reaches, and that the strict simulator computes the reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

KERNELS = Path(__file__).with_name("shared_kernels")


def scheduled(kernel: str, change: Callable[[str], str] = lambda text: text) -> str:
    text = change((KERNELS / f"{kernel}.mlir").read_text())
    return emit(lower(ir.Module.parse(text, dialects.context()), Target("bang")))


def test_elementwise_loops_take_pieces_of_nram(run_text) -> None:
    text = scheduled("add")
    assert "__bang_add(" in text
    n = 20_011  # two whole pieces and a part
    a, b = (np.random.default_rng(i).standard_normal(n).astype(np.float32) for i in (1, 2))
    *_, t = run_text(text, "bang", "add_kernel", a, b, np.full(n, np.nan, np.float32), n)
    np.testing.assert_array_equal(t, a + b)


def test_row_reductions_pool_each_piece(run_text) -> None:
    text = scheduled("row_softmax")
    assert "__bang_maxpool(" in text and "__bang_sumpool(" in text and "__bang_active_exphp(" in text
    x = np.random.default_rng(3).uniform(-3, 3, (5, 96)).astype(np.float32)
    _, t = run_text(text, "bang", "softmax_kernel", x.ravel(), np.full(x.size, np.nan, np.float32), 5)
    e = np.exp(x.astype(np.float64) - x.max(1, keepdims=True))
    np.testing.assert_allclose(t.reshape(x.shape), e / e.sum(1, keepdims=True), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("shape", [(1, 1, 1), (70, 67, 300)])
def test_matrix_product_in_tiles(run_text, shape: tuple[int, int, int]) -> None:
    m, n, k = shape
    text = scheduled("gemm")
    assert "__bang_matmul(" in text
    random = np.random.default_rng(0)
    a, b = random.standard_normal((m, k)).astype(np.float32), random.standard_normal((k, n)).astype(np.float32)
    *_, c = run_text(text, "bang", "gemm_kernel", a.ravel(), b.ravel(), np.full(m * n, np.nan, np.float32), m, n, k)
    np.testing.assert_allclose(c.reshape(m, n), a @ b, rtol=1e-4, atol=1e-4)


def test_int8_products_stay_exact_at_their_largest(run_text) -> None:
    text = scheduled("int8_product")
    assert "__bang_matmul(" in text
    m, n, k = 3, 5, 1100  # more than one piece of the depth, every product 2^14
    a, b = np.full((m, k), -128, np.int8), np.full((k, n), -128, np.int8)
    *_, c = run_text(text, "bang", "product_kernel", a.ravel(), b.ravel(), np.zeros(m * n, np.int32), m, n, k)
    assert set(c.tolist()) == {k << 14}


@pytest.mark.parametrize("shape", [(1, 1), (7, 131), (130, 129)])
def test_transposing_copy(run_text, shape: tuple[int, int]) -> None:
    text = scheduled("transpose")
    assert "__bang_transpose(" in text
    x = np.arange(shape[0] * shape[1], dtype=np.float32)
    _, t = run_text(text, "bang", "transpose_kernel", x, np.full(x.size, np.nan, np.float32), *shape)
    np.testing.assert_array_equal(t.reshape(shape[::-1]), x.reshape(shape).T)


def test_a_copy_that_keeps_its_order_is_not_transposed() -> None:
    text = scheduled("transpose", lambda text: text.replace("%T[%to]", "%T[%from]"))
    assert "__bang_transpose(" not in text and "__memcpy(" in text


def test_an_operation_without_builtin_stays_scalar() -> None:
    text = scheduled("add", lambda text: text.replace("arith.addf", "arith.remf"))
    assert "__bang_" not in text
