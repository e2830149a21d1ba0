"""Vectors of a thread, and the matrix cores that work on them, raised and run."""

from __future__ import annotations

import numpy as np
import pytest
from simt_module import module_text, raised, run

from xpiler.diagnostics import Unsupported

HIP = '"hip", arch = "gfx942"'
RNG = np.random.default_rng(5)


def test_wide_accesses_and_arithmetic_on_vectors():
    kernel = """
      %tx = cuda.thread_id x : i32
      %four = arith.muli %tx, %c4 : i32
      %i = arith.index_castui %four : i32 to index
      %k = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : vector<4xf32>
      %s = arith.constant dense<0.0> : vector<4xf32>
      %v = vector.load %A[%i] : memref<?xf32>, vector<4xf32>
      %r = scf.for %j = %c0 to %n step %c1 iter_args(%x = %s) -> vector<4xf32> : i32 {
        %y = arith.addf %x, %v : vector<4xf32>
        scf.yield %y : vector<4xf32>
      }
      %m = arith.mulf %r, %k : vector<4xf32>
      %l = vector.extract %m[3] : f32 from vector<4xf32>
      %w = vector.insert %l, %m [0] : f32 into vector<4xf32>
      vector.store %w, %T[%i] : memref<?xf32>, vector<4xf32>"""
    text = module_text(kernel, "%A: memref<?xf32>, %T: memref<?xf32>, %n: i32", grid="%c1, %c1, %c1", block="%c8, %c1, %c1")
    a, t = RNG.standard_normal((8, 4)).astype(np.float32), np.full((8, 4), np.nan, np.float32)
    run(text, [a, t, 2])
    expected = 2 * a * np.array([1, 2, 3, 4], np.float32)
    expected[:, 0] = expected[:, 3]
    np.testing.assert_allclose(t, expected, rtol=1e-5)


@pytest.mark.parametrize("bound", ["%c4", "%n"])
def test_lane_picked_by_a_loop(bound):
    """A constant loop over the lanes is unrolled; one whose end is known at run time is refused."""
    kernel = f"""
      %tx = cuda.thread_id x : i32
      %i = arith.index_castui %tx : i32 to index
      %p = ub.poison : vector<4xf32>
      %v = scf.for %j = %c0 to {bound} step %c1 iter_args(%x = %p) -> vector<4xf32> : i32 {{
        %ji = arith.index_cast %j : i32 to index
        %a = memref.load %A[%ji] : memref<?xf32>
        %y = vector.insert %a, %x [%ji] : f32 into vector<4xf32>
        scf.yield %y : vector<4xf32>
      }}
      %l = vector.extract %v[2] : f32 from vector<4xf32>
      memref.store %l, %T[%i] : memref<?xf32>"""
    text = module_text(kernel, "%A: memref<?xf32>, %T: memref<?xf32>, %n: i32", grid="%c1, %c1, %c1", block="%c4, %c1, %c1")
    if bound == "%n":
        with pytest.raises(Unsupported, match="trip count"):
            raised(text)
        return
    a, t = RNG.standard_normal(4).astype(np.float32), np.full(4, np.nan, np.float32)
    run(text, [a, t, 4])
    np.testing.assert_array_equal(t, np.repeat(a[2], 4))


def element(tile: str, row: str, column: str, width: int) -> str:
    return f"{tile}[({row}) * {width} + {column}]"


def mfma_kernel(kind: str, a_type: str, count: int, scalar: str, result: str, registers: int) -> str:
    """Loads of each lane's registers in order, the instruction, and stores of its result's registers in order."""
    loads = "".join(
        f"""
        %o{m}{r} = arith.addi %base{m}, %n{r} : index
        %{m}{r} = memref.load %{m.upper()}[%o{m}{r}] : memref<?x{scalar}>"""
        for m in "ab"
        for r in range(count)
    )
    pack = "".join(
        f"\n%{m} = vector.from_elements {', '.join(f'%{m}{r}' for r in range(count))} : {a_type}" if "vector" in a_type else ""
        for m in "ab"
    )
    a, b = ("%a", "%b") if "vector" in a_type else ("%a0", "%b0")
    zero = "0.0" if result.startswith("f") else "0"
    stores = "".join(
        f"""
        %q{r} = arith.addi %basec, %n{r} : index
        %d{r} = vector.extract %d[{r}] : {result} from vector<{registers}x{result}>
        memref.store %d{r}, %C[%q{r}] : memref<?x{result}>"""
        for r in range(registers)
    )
    numbers = "".join(f"%n{r} = arith.constant {r} : index\n" for r in range(max(count, registers)))
    return f"""
      {numbers}
      %tx = hip.thread_id x : i32
      %lane = arith.index_castui %tx : i32 to index
      %ncount = arith.constant {count} : index
      %nregs = arith.constant {registers} : index
      %basea = arith.muli %lane, %ncount : index
      %baseb = arith.muli %lane, %ncount : index
      %basec = arith.muli %lane, %nregs : index
      {loads}{pack}
      %z = arith.constant dense<{zero}> : vector<{registers}x{result}>
      %d = hip.mfma<"{kind}"> {a}, {b}, %z : ({a_type}, {a_type}, vector<{registers}x{result}>) -> vector<{registers}x{result}>
      {stores}"""


def lane_matrices(a: np.ndarray, b: np.ndarray, side: int, registers: int) -> np.ndarray:
    """simt.md 1d, rule S: gather, multiply and give back, in Python. a, b: [lane][register]."""
    per_lane, groups = a.shape[1], 64 // side
    left, right = np.zeros((side, per_lane * groups)), np.zeros((per_lane * groups, side))
    for lane in range(64):
        for i in range(per_lane):
            left[lane % side, per_lane * (lane // side) + i] = a[lane, i]
            right[per_lane * (lane // side) + i, lane % side] = b[lane, i]
    product = left @ right
    result = np.zeros((64, registers))
    for lane in range(64):
        for r in range(registers):
            row = 4 * (lane >> 4) + r if side == 16 else (r & 3) + 8 * (r >> 2) + 4 * (lane >> 5)
            result[lane, r] = product[row, lane % side]
    return result


@pytest.mark.parametrize(
    ("kind", "a_type", "count", "scalar", "dtype", "side", "registers"),
    [
        ("f32_16x16x16f16", "vector<4xf16>", 4, "f16", np.float16, 16, 4),
        ("f32_32x32x8f16", "vector<4xf16>", 4, "f16", np.float16, 32, 16),
        ("f32_16x16x4f32", "f32", 1, "f32", np.float32, 16, 4),
    ],
)
def test_mfma_by_its_lane_layout(kind, a_type, count, scalar, dtype, side, registers):
    parameters = f"%A: memref<?x{scalar}>, %B: memref<?x{scalar}>, %C: memref<?xf32>, %n: i32"
    text = module_text(
        mfma_kernel(kind, a_type, count, scalar, "f32", registers), parameters, grid="%c1, %c1, %c1", block="%c64, %c1, %c1", target=HIP
    )
    a, b = (RNG.standard_normal((64, count)).astype(dtype) for _ in range(2))
    c = np.full((64, registers), np.nan, np.float32)
    run(text, [a, b, c, 0])
    np.testing.assert_allclose(c, lane_matrices(a.astype(float), b.astype(float), side, registers), rtol=1e-4, atol=1e-4)


def test_mfma_of_packed_bytes():
    kind = "i32_16x16x32_i8"
    parameters = "%A: memref<?xi64>, %B: memref<?xi64>, %C: memref<?xi32>, %n: i32"
    text = module_text(mfma_kernel(kind, "i64", 1, "i64", "i32", 4), parameters, grid="%c1, %c1, %c1", block="%c64, %c1, %c1", target=HIP)
    a, b = (RNG.integers(-128, 128, (64, 8), dtype=np.int8) for _ in range(2))
    c = np.full((64, 4), -1, np.int32)
    run(text, [a.view(np.int64), b.view(np.int64), c, 0])
    np.testing.assert_array_equal(c, lane_matrices(a.astype(float), b.astype(float), 16, 4).astype(np.int32))
