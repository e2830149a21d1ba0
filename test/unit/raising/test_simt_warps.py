"""Lane collectives raised and run: shuffles against the platforms' definition, votes, warps of a block."""

from __future__ import annotations

import numpy as np
import pytest
from simt_module import module_text, raised, run

from xpiler.diagnostics import InvalidInput, Unsupported

A_T = "%A: memref<?xf32>, %T: memref<?xf32>, %n: i32"
HIP = '"hip", arch = "gfx942"'
RNG = np.random.default_rng(11)


def shuffle_text(kind: str, operand: int, width: int, *, lanes: int = 32, block: str = "%c64, %c1, %c1") -> str:
    target, dialect = ('"cuda", arch = "sm_90"', "cuda") if lanes == 32 else (HIP, "hip")
    kernel = f"""
      %tx = {dialect}.thread_id x : i32
      %ti = arith.index_castui %tx : i32 to index
      %a = memref.load %A[%ti] : memref<?xf32>
      %s = arith.constant {operand} : i32
      %w = arith.constant {width} : i32
      %b = {dialect}.shuffle<{kind}> %a, %s, %w : f32
      memref.store %b, %T[%ti] : memref<?xf32>"""
    return module_text(kernel, A_T, grid="%c1, %c1, %c1", block=block, target=target)


def source_lane(kind: str, lane: int, operand: int, width: int, lanes: int) -> int:
    """simt.md, section 2, in Python."""
    start = lane & ~(width - 1)
    cuda = lanes == 32
    if kind == "idx":
        return start + (operand & (width - 1))
    if kind == "xor":
        target = lane ^ (operand & 31 if cuda else operand)
        return lane if target >= start + width else target
    delta = operand & 31 if cuda else operand
    if kind == "up":
        return lane if lane - delta < start else lane - delta
    return lane if (lane & (width - 1)) + delta >= width else lane + delta


@pytest.mark.parametrize("lanes", [32, 64])
@pytest.mark.parametrize(
    ("kind", "operand", "width"),
    [
        ("idx", 3, 32),
        ("idx", 40, 16),
        ("idx", -1, 8),
        ("up", 1, 32),
        ("up", 33, 32),
        ("down", 5, 8),
        ("down", 31, 32),
        ("xor", 16, 32),
        ("xor", 8, 8),
        ("xor", 3, 16),
    ],
)
def test_shuffle_reads_the_lane_the_platform_says(kind, operand, width, lanes):
    a = RNG.standard_normal(64).astype(np.float32)
    t = np.full(64, np.nan, np.float32)
    run(shuffle_text(kind, operand, width, lanes=lanes), [a, t, 0])
    sources = [w + source_lane(kind, lane, operand, width, lanes) for w in range(0, 64, lanes) for lane in range(lanes)]
    np.testing.assert_array_equal(t, a[sources])


def test_width_beyond_the_wave_of_the_arch_is_refused():
    with pytest.raises(InvalidInput, match="power of two up to 32, got 64"):
        raised(shuffle_text("down", 1, 64, lanes=64).replace("gfx942", "gfx1100"))


WARP_SUM = """
  %tx = cuda.thread_id x : i32
  %ty = cuda.thread_id y : i32
  %bx = cuda.block_id x : i32
  %bd = cuda.block_dim y : i32
  %r0 = arith.muli %bx, %bd : i32
  %r = arith.addi %r0, %ty : i32
  %zero = arith.constant 0.0 : f32
  %m = arith.constant -1 : i32
  %alive = arith.cmpi slt, %r, %rows : i32
  scf.if %alive {
    %start = arith.muli %r, %n overflow<nsw> : i32
    %sum = scf.for %c = %tx to %n step %c32 iter_args(%acc = %zero) -> f32 : i32 {
      %o = arith.addi %start, %c overflow<nsw> : i32
      %at = arith.index_cast %o : i32 to index
      %a = memref.load %A[%at] : memref<?xf32>
      %next = arith.addf %acc, %a : f32
      scf.yield %next : f32
    }
    %d:2 = scf.while (%s = %c16, %v = %sum) : (i32, f32) -> (i32, f32) {
      %more = arith.cmpi sgt, %s, %c0 : i32
      scf.condition(%more) %s, %v : i32, f32
    } do {
    ^bb0(%s: i32, %v: f32):
      %o = cuda.shuffle<KIND> %v, %s, %c32 mask %m : f32
      %vo = arith.addf %v, %o : f32
      %half = arith.divsi %s, %c2 : i32
      scf.yield %half, %vo : i32, f32
    }
    %is_first = arith.cmpi eq, %tx, %c0 : i32
    scf.if %is_first {
      %ri = arith.index_cast %r : i32 to index
      memref.store %d#1, %T[%ri] : memref<?xf32>
    }
  } {xpiler.after_exit}
"""


@pytest.mark.parametrize("kind", ["down", "xor"])
@pytest.mark.parametrize("rows", [1, 7])
def test_warp_a_row_with_early_return(kind, rows):
    host = "%c3 = arith.constant 3 : i32\n %up = arith.addi %rows, %c3 overflow<nsw> : i32\n %g = arith.divsi %up, %c4 : i32"
    text = module_text(WARP_SUM.replace("KIND", kind), A_T + ", %rows: i32", host=host, grid="%g, %c1, %c1", block="%c32, %c4, %c1")
    a = RNG.standard_normal((rows, 45)).astype(np.float32)
    t = np.full(rows, np.nan, np.float32)
    run(text, [a, t, 45, rows])
    np.testing.assert_allclose(t, a.sum(1), rtol=1e-4, atol=1e-5)


BLOCK_SUM = """
  %partial = memref.alloca() : memref<4xf32, #cuda.space<shared>>
  %tx = cuda.thread_id x : i32
  %ti = arith.index_castui %tx : i32 to index
  %lane = arith.remui %tx, %c32 : i32
  %warp = arith.divui %tx, %c32 : i32
  %wi = arith.index_castui %warp : i32 to index
  %a = memref.load %A[%ti] : memref<?xf32>
  %d:2 = scf.while (%s = %c16, %v = %a) : (i32, f32) -> (i32, f32) {
    %more = arith.cmpi sgt, %s, %c0 : i32
    scf.condition(%more) %s, %v : i32, f32
  } do {
  ^bb0(%s: i32, %v: f32):
    %o = cuda.shuffle<xor> %v, %s, %c32 : f32
    %vo = arith.addf %v, %o : f32
    %half = arith.shrsi %s, %c1 : i32
    scf.yield %half, %vo : i32, f32
  }
  %is_first = arith.cmpi eq, %lane, %c0 : i32
  scf.if %is_first { memref.store %d#1, %partial[%wi] : memref<4xf32, #cuda.space<shared>> }
  cuda.barrier
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  %i4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %total = scf.for %w = %i0 to %i4 step %i1 iter_args(%acc = %zero) -> f32 {
    %p = memref.load %partial[%w] : memref<4xf32, #cuda.space<shared>>
    %q = arith.addf %acc, %p : f32
    scf.yield %q : f32
  }
  %out = arith.subf %a, %total : f32
  memref.store %out, %T[%ti] : memref<?xf32>
"""


def test_block_sum_of_warp_sums():
    text = module_text(BLOCK_SUM, A_T, grid="%c1, %c1, %c1", block="%c128, %c1, %c1")
    a = RNG.standard_normal(128).astype(np.float32)
    t = np.full(128, np.nan, np.float32)
    run(text, [a, t, 0])
    np.testing.assert_allclose(t, a - a.sum(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("block", ["%c16, %c4, %c1", "%c4, %c8, %c2", "%n, %c1, %c1", "%c96, %c1, %c1"])
def test_warps_of_blocks_of_any_shape(block):
    """A shuffle goes by the linear index of the thread; the last warp may be partly empty."""
    kernel = """
      %tx = cuda.thread_id x : i32
      %ty = cuda.thread_id y : i32
      %tz = cuda.thread_id z : i32
      %nx = cuda.block_dim x : i32
      %ny = cuda.block_dim y : i32
      %zy = arith.muli %tz, %ny : i32
      %zyy = arith.addi %zy, %ty : i32
      %row = arith.muli %zyy, %nx : i32
      %lin = arith.addi %row, %tx : i32
      %ti = arith.index_castui %lin : i32 to index
      %a = memref.load %A[%ti] : memref<?xf32>
      %b = cuda.shuffle<xor> %a, %c1, %c32 : f32
      memref.store %b, %T[%ti] : memref<?xf32>"""
    threads = {"%n, %c1, %c1": 50, "%c96, %c1, %c1": 96}.get(block, 64)
    text = module_text(kernel, A_T, grid="%c1, %c1, %c1", block=block)
    a = RNG.standard_normal(threads).astype(np.float32)
    t = np.full(threads, np.nan, np.float32)
    run(text, [a, t, threads])
    np.testing.assert_array_equal(t, a[np.arange(threads) ^ 1])


@pytest.mark.parametrize(("kind", "expected"), [("any", [1, 0]), ("all", [0, 0]), ("ballot", [0b1011, 0])])
def test_votes(kind, expected):
    kernel = f"""
      %tx = cuda.thread_id x : i32
      %ti = arith.index_castui %tx : i32 to index
      %a = memref.load %A[%ti] : memref<?xf32>
      %zero = arith.constant 0.0 : f32
      %p = arith.cmpf ogt, %a, %zero : f32
      %v = cuda.vote<{kind}> %p : i32
      %f = arith.sitofp %v : i32 to f32
      memref.store %f, %T[%ti] : memref<?xf32>"""
    text = module_text(kernel, A_T, grid="%c1, %c1, %c1", block="%c64, %c1, %c1")
    a, t = np.zeros(64, np.float32), np.full(64, np.nan, np.float32)
    a[[0, 1, 3]] = 1
    run(text, [a, t, 0])
    np.testing.assert_array_equal(t, np.repeat(np.float32(expected), 32))


@pytest.mark.parametrize(("kind", "expected"), [("count", 3), ("or", 1), ("and", 0)])
def test_counting_barriers(kind, expected):
    kernel = f"""
      %tx = cuda.thread_id x : i32
      %ti = arith.index_castui %tx : i32 to index
      %a = memref.load %A[%ti] : memref<?xf32>
      %zero = arith.constant 0.0 : f32
      %p = arith.cmpf ogt, %a, %zero : f32
      %v = cuda.barrier_reduce<{kind}> %p : i1 -> i32
      %f = arith.sitofp %v : i32 to f32
      memref.store %f, %T[%ti] : memref<?xf32>"""
    text = module_text(kernel, A_T, grid="%c1, %c1, %c1", block="%c64, %c1, %c1")
    a, t = np.zeros(64, np.float32), np.full(64, np.nan, np.float32)
    a[[0, 40, 63]] = 1
    run(text, [a, t, 0])
    np.testing.assert_array_equal(t, np.full(64, expected, np.float32))


def test_collective_in_a_loop_that_differs_between_lanes_is_refused():
    kernel = """
      %tx = cuda.thread_id x : i32
      scf.for %i = %tx to %n step %c1 : i32 { %x = cuda.shuffle<xor> %i, %c1, %c32 : i32 }"""
    with pytest.raises(Unsupported, match="differs between the lanes"):
        raised(module_text(kernel, A_T, grid="%c1, %c1, %c1", block="%c64, %c1, %c1"))
