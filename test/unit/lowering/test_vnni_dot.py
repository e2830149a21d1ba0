"""Products of integer matrices by vpdpbusd and vpdpwssd: exact at every shape, the numbers at the ends of their range included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import KERNELS, compile_without_warnings
from mlir import ir

from xpiler import dialects
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

SHAPES = [(1, 1, 1), (5, 17, 3), (4, 16, 4), (7, 31, 37), (3, 5, 1031), (13, 48, 0), (2, 16, 1024), (9, 50, 515)]
TYPES = {"i8": np.int8, "i16": np.int16}
PRODUCT = (KERNELS / "int8_product.mlir").read_text()


TRANSPOSED = PRODUCT.replace("%pn = arith.muli %p, %N", "%pn = arith.muli %j, %K").replace("arith.addi %pn, %j", "arith.addi %pn, %p")


def text_of(product: str, element: str, schedule: str | None = None) -> str:
    product = product.replace("i8>", f"{element}>").replace(": i8 to", f": {element} to").replace("int8_t", f"int{element[1:]}_t")
    context = dialects.context()
    return emit(lower(ir.Module.parse(product, context), Target("vnni"), schedule))


@pytest.mark.parametrize("element", TYPES)
@pytest.mark.parametrize("product", [PRODUCT, TRANSPOSED], ids=["rows", "transposed"])
def test_products_are_exact(tmp_path: Path, product: str, element: str) -> None:
    assert_exact(tmp_path, text_of(product, element), product, element)


def test_other_tiles_are_exact(tmp_path: Path) -> None:
    text = text_of(PRODUCT, "i8", "vnni-dot{rows=4 registers=1}")
    assert "row += 4" in text
    assert "column += 16" in text
    assert_exact(tmp_path, text, PRODUCT, "i8")


def assert_exact(tmp_path: Path, text: str, product: str, element: str) -> None:
    """The text compiles without warnings, has the instruction of its type, and gives numpy's numbers at every shape."""
    assert {"i8": "_mm512_dpbusd_epi32", "i16": "_mm512_dpwssd_epi32"}[element] in text
    source = tmp_path / "product.cpp"
    source.write_text(text)
    compile_without_warnings(source)
    build(source, "vnni", tmp_path / "product.so", arch="icelake-server")
    calls = [_call(shape, TYPES[element], extreme) for shape in SHAPES for extreme in (False, True)]
    for call, result in zip(calls, run(tmp_path / "product.so", "product_kernel", calls), strict=True):
        assert result.ok, (call[3:], result.failure, result.findings)
        a, b = (v.astype(np.int32) for v in call[:2])
        np.testing.assert_array_equal(
            result.arrays[2], a @ (b.reshape(b.shape[::-1]).T if product == TRANSPOSED else b), err_msg=str(call[3:])
        )


def _call(shape: tuple[int, int, int], element: type, extreme: bool) -> list[object]:
    m, n, k = shape
    ends = np.iinfo(element)
    random = np.random.default_rng(m * n + k)
    numbers = (
        random.choice([ends.min, ends.max, -1], s) if extreme else random.integers(ends.min, ends.max + 1, s) for s in ((m, k), (k, n))
    )
    a, b = (v.astype(element) for v in numbers)
    return [a, b, np.full((m, n), -99, np.int32), *(np.int32(v) for v in shape)]


def test_other_types_keep_their_loops() -> None:
    assert "_dp" not in emit(lower(ir.Module.parse((KERNELS / "gemm.mlir").read_text(), dialects.context()), Target("vnni")))


def test_sums_of_known_length_end_under_a_constant_mask(tmp_path: Path) -> None:
    text = (KERNELS / "int8_gemm.mlir").read_text().replace("40", "73")
    source = tmp_path / "product.cpp"
    source.write_text(emit(lower(ir.Module.parse(text, dialects.context()), Target("vnni"))))
    compile_without_warnings(source)
    assert "511u" in source.read_text()
    build(source, "vnni", tmp_path / "product.so", arch="icelake-server")
    random = np.random.default_rng(0)
    a, b = (random.integers(-128, 128, shape).astype(np.int8) for shape in ((5, 73), (24, 73)))
    (result,) = run(tmp_path / "product.so", "gemm_s8_kernel", [[a, b, np.zeros((5, 24), np.int32), np.int32(5)]])
    assert result.ok, result.failure
    np.testing.assert_array_equal(result.arrays[2], a.astype(np.int32) @ b.astype(np.int32).T)
