"""Tiles of float products give what the loops give, bit for bit in one piece of the depth, and touch nothing beside the result."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import KERNELS
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.lowering import emit, lower
from xpiler.lowering.vnni.schedule.vnni_float_product import VnniFloatProductPass
from xpiler.platforms.target import Target


def results(shape: tuple[int, int, int], tiles: VnniFloatProductPass | None) -> np.ndarray:
    m, n, k = shape
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse((KERNELS / "gemm.mlir").read_text())
        if tiles:
            tiles.apply(context, module.operation)
            assert "vector.maskedstore" in str(module)
            assert module.operation.verify()
    random = np.random.default_rng(m + n + k)
    a, b = (random.standard_normal(size).astype(np.float32) for size in (m * k, k * n))
    c = np.full(m * n + 40, -7, np.float32)
    jit.run(module, "gemm", [a, b, c, m, n, k])
    return c


@pytest.mark.parametrize("shape", [(1, 1, 1), (4, 32, 8), (5, 17, 3), (7, 61, 11), (3, 33, 0)])
def test_tiles_give_what_the_loops_give(shape: tuple[int, int, int]) -> None:
    np.testing.assert_array_equal(results(shape, VnniFloatProductPass(4, 2, packed=False)), results(shape, None))


@pytest.mark.parametrize("shape", [(1, 1, 1), (9, 49, 8), (16, 48, 513), (3, 33, 0), (5, 50, 1100)])
def test_packed_tiles_give_what_the_loops_give(shape: tuple[int, int, int]) -> None:
    """Rows, columns and depth around a tile and a packed piece (512 rows of 48 columns), whose sums are added to those before."""
    made, expected = results(shape, VnniFloatProductPass()), results(shape, None)
    if shape[2] <= 512:
        np.testing.assert_array_equal(made, expected)
    np.testing.assert_allclose(made, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(made[-40:], -7)


@pytest.mark.parametrize(("name", "options"), [("tiles", "{rows=4 registers=2 packed=false}"), ("packed", "")])
def test_tiles_as_a_reader_sees_them(name: str, options: str, golden) -> None:
    context = dialects.context()
    module = ir.Module.parse((KERNELS / "gemm.mlir").read_text(), context)
    golden(f"gemm_{name}.cpp", emit(lower(module, Target("vnni", "icelake-server"), f"vnni-float-product{options}")))
