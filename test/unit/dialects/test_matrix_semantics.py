"""Matrix fragments and matrix cores: their meanings compared with numpy's products."""

from __future__ import annotations

import numpy as np
import pytest
from meaning_jit import DTYPES, compiled

from xpiler.dialects.mfma import MFMA_NAMES, mfma_form

RNG = np.random.default_rng(11)


def matrix(type_: str, *shape: int) -> np.ndarray:
    """Small whole numbers, exact in every type."""
    return RNG.integers(-8, 8, shape).astype(DTYPES[type_])


@pytest.mark.parametrize("layout", ["row", "col"])
@pytest.mark.parametrize("shape", [(16, 16), (32, 8)])
def test_fragment_load_and_store(layout, shape):
    rows, cols = shape
    ld = 40
    base = matrix("f32", 3 + 40 * ld).ravel()
    index = np.arange(rows)[:, None] * ld + np.arange(cols) if layout == "row" else np.arange(cols) * ld + np.arange(rows)[:, None]
    fragment = np.zeros(rows * cols, np.float32)
    compiled("cuda.fragment_load", layout, types=("f32", "f32"), ROWS=rows, COLS=cols)(base, 3, ld, fragment)
    np.testing.assert_array_equal(fragment.reshape(shape), base[3 + index])
    stored = np.full_like(base, -99)
    compiled("cuda.fragment_store", layout, types=("f32", "f32"), ROWS=rows, COLS=cols)(fragment, stored, 3, ld)
    np.testing.assert_array_equal(stored[3 + index], fragment.reshape(shape))
    assert (np.delete(stored, (3 + index).ravel()) == -99).all()


def test_fragment_fill():
    fragment = np.zeros(256, np.float16)
    compiled("hip.fragment_fill", types=("f16",), SIZE=256)(1.5, fragment)
    assert (fragment == 1.5).all()


@pytest.mark.parametrize(
    ("types", "shape"),
    [
        (("f16", "f16", "f32"), (16, 16, 16)),
        (("f16", "f16", "f16"), (32, 8, 16)),
        (("i8", "i8", "i32"), (8, 32, 16)),
        (("f64",) * 3, (8, 8, 4)),
    ],
)
def test_fragment_mma(types, shape):
    m, n, k = shape
    a, b, c = matrix(types[0], m, k), matrix(types[1], k, n), matrix(types[2], m, n)
    result = np.zeros(m * n, DTYPES[types[2]])
    compiled("cuda.fragment_mma", types=types, M=m, N=n, K=k)(a.ravel(), b.ravel(), c.ravel(), result)
    expected = c.astype(np.float64) + a.astype(np.float64) @ b.astype(np.float64)
    np.testing.assert_array_equal(result.reshape(m, n).astype(np.float64), expected)


def test_tf32_ignores_the_low_bits():
    a, b = np.full(128, 1 + 2**-12, np.float32), np.full(128, 1, np.float32)
    result = np.zeros(256, np.float32)
    compiled("cuda.fragment_mma", "tf32", types=("f32",) * 3, M=16, N=16, K=8)(a, b, np.zeros(256, np.float32), result)
    assert (result == 8).all()


@pytest.mark.parametrize(("shape", "count"), [("16x16x16", 256), ("32x8x16", 256), ("8x32x16", 256), ("8x8x4", 64)])
def test_fragment_elements_cover_the_matrix_once(shape, count):
    get = compiled("cuda.fragment_get", shape, types=("f32",))
    put = compiled("cuda.fragment_set", shape, types=("f32", "f32"))
    fragment = np.arange(count, dtype=np.float32)
    places = [get(fragment, i, lane) for lane in range(32) for i in range(count // 32)]
    assert sorted(places) == list(range(count))
    put(-1.0, fragment, 1, 5)
    assert fragment[int(places[5 * (count // 32) + 1])] == -1


def test_fragment_place_is_the_measured_one():
    get = compiled("cuda.fragment_get", "16x16x16", types=("f32",))
    fragment = np.arange(256, dtype=np.float32)
    for lane, i in [(0, 0), (5, 3), (31, 7), (18, 4)]:
        row, col = (lane >> 2) + 8 * (i >> 1 & 1), 2 * (lane & 3) + (i & 1) + 8 * (i >> 2)
        assert get(fragment, i, lane) == row * 16 + col


def test_fragment_size():
    assert compiled("cuda.fragment_size", "acc", PER_LANE=8)() == 8


def lane_layout(name: str):
    """Row (col) and depth and block of an operand's element, and row, col, block of an accumulator's, by lane and index."""
    m = int(name.split("_")[1].split("x")[0])
    form = mfma_form(name)
    e, blocks = form.constants["E"], form.blocks

    def operand(lane, i):
        if blocks > 1:
            return lane % m, i, lane // m
        return lane % m, e * (lane // m) + i, 0

    def accumulator(lane, r):
        if name.startswith("f64"):
            return 4 * r + (lane >> 4), lane & 15, 0
        if m == 32:
            return (r & 3) + 8 * ((r >> 2) & 3) + 4 * (lane >> 5), lane & 31, r >> 4
        if m == 16:
            return 4 * (lane >> 4) + (r & 3), lane & 15, r >> 2
        return r, lane & 3, lane >> 2

    return m, operand, accumulator


@pytest.mark.parametrize("name", MFMA_NAMES)
def test_mfma(name):
    form = mfma_form(name)
    types = tuple("f16" if type_ == "bf16" else type_ for type_ in form.types)  # numpy has no bf16; the layout is the same
    m, operand, accumulator = lane_layout(name)
    k, e, registers = form.constants["K"], form.constants["E"], form.constants["R"]
    a, b = matrix(types[0], form.blocks, m, k), matrix(types[1], form.blocks, k, m)
    c = matrix(types[2], form.blocks, m, m)
    lanes = np.arange(64)
    a_lanes = np.array([[a[blk, row, d] for row, d, blk in (operand(lane, i) for i in range(e))] for lane in lanes])
    b_lanes = np.array([[b[blk, d, col] for col, d, blk in (operand(lane, i) for i in range(e))] for lane in lanes])
    c_lanes = np.array([[c[blk, row, col] for row, col, blk in (accumulator(lane, r) for r in range(registers))] for lane in lanes])
    result = np.zeros(64 * registers, c.dtype)
    run = compiled("hip.mfma", *form.kinds, types=types, **form.constants)
    run(a_lanes.ravel(), b_lanes.ravel(), c_lanes.ravel(), result, np.ones(64, bool), 64)
    product = c.astype(np.float64) + a.astype(np.float64) @ b.astype(np.float64)
    expected = [product[blk, row, col] for lane in lanes for row, col, blk in (accumulator(lane, r) for r in range(registers))]
    np.testing.assert_array_equal(result.astype(np.float64), expected)
