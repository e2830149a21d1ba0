"""wmma and mfma: products against numpy; mfma operands are laid out here from the published formulas."""

from __future__ import annotations

import numpy as np
import pytest

FRAGMENTS = [
    ("half", "float", 16, 16, 16),
    ("half", "half", 16, 16, 16),
    ("half", "float", 32, 8, 16),
    ("half", "float", 8, 32, 16),
    ("signed char", "int", 16, 16, 16),
    ("unsigned char", "int", 32, 8, 16),
    ("signed char", "int", 8, 32, 16),
    ("double", "double", 8, 8, 4),
]
NUMPY = {"half": np.float16, "float": np.float32, "signed char": np.int8, "unsigned char": np.uint8, "int": np.int32, "double": np.float64}


def integers(shape, dtype, seed):
    """Small whole numbers, so that every sum is exact."""
    return np.random.default_rng(seed).integers(0 if dtype is np.uint8 else -4, 5, shape).astype(dtype)


LAYOUTS = [("row", "row"), ("row", "col"), ("col", "row"), ("col", "col")]


def wmma_kernel(operand: str, result: str, m: int, n: int, k: int, la: str, lb: str) -> str:
    return f"""
        __global__ void {la}_{lb}({operand} *a, {operand} *b, {result} *c, {result} *d) {{
          wmma::fragment<wmma::matrix_a, {m}, {n}, {k}, {operand}, wmma::{la}_major> fa;
          wmma::fragment<wmma::matrix_b, {m}, {n}, {k}, {operand}, wmma::{lb}_major> fb;
          wmma::fragment<wmma::accumulator, {m}, {n}, {k}, {result}> fc;
          wmma::load_matrix_sync(fa, a, {k if la == "row" else m});
          wmma::load_matrix_sync(fb, b, {n if lb == "row" else k});
          wmma::load_matrix_sync(fc, c, {n}, wmma::mem_row_major);
          wmma::mma_sync(fc, fa, fb, fc);
          for (int i = 0; i < fc.num_elements; ++i) fc.x[i] = fc.x[i] + fc.x[i];
          wmma::store_matrix_sync(d, fc, {m}, wmma::mem_col_major);
        }}"""


@pytest.mark.parametrize(("operand", "result", "m", "n", "k"), FRAGMENTS, ids=lambda value: str(value).replace(" ", "_"))
def test_wmma(simulate, operand, result, m, n, k):
    kernels = (wmma_kernel(operand, result, m, n, k, la, lb) for la, lb in LAYOUTS)
    machine = simulate("#include <mma.h>\nusing namespace nvcuda;\n" + "".join(kernels))
    a, b = integers((m, k), NUMPY[operand], 1), integers((k, n), NUMPY[operand], 2)
    c, wide = integers((m, n), NUMPY[result], 3), np.float64
    for la, lb in LAYOUTS:
        d = np.zeros((n, m), NUMPY[result])
        memory_a, memory_b = (np.ascontiguousarray(x if layout == "row" else x.T) for x, layout in ((a, la), (b, lb)))
        assert machine.launch(f"{la}_{lb}", memory_a, memory_b, c, d) == 0
        np.testing.assert_array_equal(d.T.astype(wide), 2 * (a.astype(wide) @ b.astype(wide) + c.astype(wide)))
    # Rows of eight bytes break the rule that the leading dimension is a multiple of sixteen.
    assert machine.kinds == ({"misaligned"} if "char" in operand and 8 in (m, n) else set())


def operand_places(m: int, blocks: int, e: int):
    """(block, row, k) of element i of each lane."""
    lane, i = np.meshgrid(np.arange(64), np.arange(e), indexing="ij")
    if blocks == 1:
        return np.zeros_like(lane), lane % m, e * (lane // m) + i
    return lane // m, lane % m, i


def result_places(m: int, blocks: int):
    """(block, row, column) of register r of each lane."""
    lane, r = np.meshgrid(np.arange(64), np.arange(m * m * blocks // 64), indexing="ij")
    if m == 32:
        return r >> 4, (r & 3) + 8 * (r >> 2 & 3) + 4 * (lane >> 5), lane & 31
    if m == 16:
        return r >> 2, 4 * (lane >> 4) + (r & 3), lane & 15
    return lane >> 2, r, lane & 3


MFMA = [
    ("f32_32x32x1f32", "float", 32, 2, 1, "gfx90a"),
    ("f32_16x16x4f32", "float", 16, 1, 1, "gfx90a"),
    ("f32_4x4x1f32", "float", 4, 16, 1, "gfx90a"),
    ("f32_32x32x8f16", "half", 32, 1, 4, "gfx942"),
    ("f32_16x16x16f16", "half", 16, 1, 4, "gfx942"),
    ("f32_16x16x4f16", "half", 16, 4, 4, "gfx942"),
    ("f32_32x32x8bf16_1k", "bf16", 32, 1, 4, "gfx942"),
    ("i32_16x16x16i8", "i8", 16, 1, 4, "gfx90a"),
    ("i32_16x16x32_i8", "i8", 16, 1, 8, "gfx942"),
    ("f64_16x16x4f64", "double", 16, 1, 1, "gfx90a"),
]
OPERANDS = {"float": "float", "half": "_Float16", "bf16": "short", "double": "double"}


def to_bits(values: np.ndarray, kind: str) -> np.ndarray:
    if kind == "bf16":
        return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.int16)
    return values.astype({"float": np.float32, "half": np.float16, "i8": np.int8, "double": np.float64}[kind])


@pytest.mark.parametrize(("name", "kind", "m", "blocks", "e", "arch"), MFMA, ids=lambda value: str(value))
def test_mfma(simulate, name, kind, m, blocks, e, arch):
    k = e if blocks > 1 else 64 // m * e
    result = {"i8": "int", "double": "double"}.get(kind, "float")
    registers = m * m * blocks // 64
    operand = {4: "int", 8: "long"}[e] if kind == "i8" else OPERANDS[kind] if e == 1 else f"v{e}"
    machine = simulate(
        f"""typedef {OPERANDS.get(kind, "char")} v{e} __attribute__((ext_vector_type({e})));
        using acc = {result} __attribute__((ext_vector_type({registers})));
        __global__ void k({operand} *a, {operand} *b, acc *c, acc *d) {{
          int l = threadIdx.x;
          d[l] = __builtin_amdgcn_mfma_{name}(a[l], b[l], c[l], 0, 0, 0);
        }}""",
        platform="hip",
        arch=arch,
    )
    a, b = integers((blocks, m, k), np.float64, 1), integers((blocks, k, m), np.float64, 2)
    c = integers((blocks, m, m), np.float64, 3)
    block, row, depth = operand_places(m, blocks, e)
    where = result_places(m, blocks)
    if kind == "double":  # the f64 form keeps its rows elsewhere
        lane, r = np.meshgrid(np.arange(64), np.arange(registers), indexing="ij")
        where = (0 * r, 4 * r + (lane >> 4), lane & 15)
    dtype = {"int": np.int32, "double": np.float64, "float": np.float32}[result]
    lanes_a, lanes_b = to_bits(a[block, row, depth], kind), to_bits(b[block, depth, row], kind)
    d = np.zeros((64, registers), dtype)
    assert machine.launch("k", lanes_a, lanes_b, c[where].astype(dtype), d, block=64) == 0
    np.testing.assert_array_equal(d, (a @ b + c)[where])
    assert machine.findings == []


def test_mfma_of_another_generation_is_refused(simulate):
    from xpiler.diagnostics import InvalidInput

    with pytest.raises(InvalidInput, match="mfma_i32_16x16x16i8"):
        simulate(
            "using acc = int __attribute__((ext_vector_type(4)));\n"
            "__global__ void k(int *a, acc *d) { d[0] = __builtin_amdgcn_mfma_i32_16x16x16i8(a[0], a[0], d[0], 0, 0, 0); }",
            platform="hip",
            arch="gfx942",
        )
