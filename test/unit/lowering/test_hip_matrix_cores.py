"""hip-matrix-cores: products of halves on AMD's matrix cores are the products, at sizes that no tile divides."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir
from test_simt_matmul import expected, operands, product

from xpiler import dialects
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

BUILTIN = "__builtin_amdgcn_mfma_f32_32x32x8f16(a, b, acc, 0, 0, 0)"


def translated(kind: str, arch: str = "gfx942") -> str:
    return emit(lower(ir.Module.parse(product(kind), dialects.context()), Target("hip", arch)))


@pytest.mark.parametrize(("m", "n", "k"), [(66, 37, 19), (64, 128, 32), (1, 1, 1)])
def test_waves_compute_the_product(run_text, m: int, n: int, k: int) -> None:
    a, b = operands("f16", m, n, k)
    *_, c = run_text(translated("f16"), "hip", "gemm_kernel", a, b, np.full((m, n), 99, np.float32), m, n, k)
    np.testing.assert_allclose(c, expected("f16", a, b), rtol=1e-4, atol=1e-4)


def test_sums_are_a_register_that_begins_with_zeros() -> None:
    text = translated("f16")
    assert "floatx16 acc = {};" in text
    assert f"acc = {BUILTIN};" in text
    assert "halfx4 a = *(const halfx4 *)left[panel][" in text


@pytest.mark.parametrize(("kind", "arch"), [("f16", "gfx1100"), ("f16", "gfx906"), ("f32", "gfx942")])
def test_what_has_no_instruction_is_done_without(kind: str, arch: str) -> None:
    assert "mfma" not in translated(kind, arch)
