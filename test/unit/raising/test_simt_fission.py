"""SIMT kernels raised and run: guards, loops over the grid, barriers, shared memory, early return."""

from __future__ import annotations

import numpy as np
import pytest
from simt_module import module_text, raised, run

from xpiler.diagnostics import InvalidInput
from xpiler.raising.structure import entry, kernels, launchers, walk

A_N = "%A: memref<?xf32>, %T: memref<?xf32>, %n: i32"
GLOBAL_ID = """
  %tx = cuda.thread_id x : i32
  %bx = cuda.block_id x : i32
  %bd = cuda.block_dim x : i32
  %first = arith.muli %bx, %bd : i32
  %i = arith.addi %first, %tx : i32
"""
BLOCKS_OF_256 = "%up = arith.addi %n, %c255 overflow<nsw> : i32\n %blocks = arith.divsi %up, %c256 : i32"
RNG = np.random.default_rng(7)


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("n", [1, 255, 256, 1000])
def test_guarded_elementwise(n):
    kernel = (
        GLOBAL_ID
        + """
      %inside = arith.cmpi slt, %i, %n : i32
      scf.if %inside {
        %at = arith.index_cast %i : i32 to index
        %a = memref.load %A[%at] : memref<?xf32>
        %d = arith.addf %a, %a : f32
        memref.store %d, %T[%at] : memref<?xf32>
      }"""
    )
    text = module_text(kernel, A_N, host=BLOCKS_OF_256, grid="%blocks, %c1, %c1", block="%c256, %c1, %c1")
    a, t = random(n), np.full(n, np.nan, np.float32)
    run(text, [a, t, n])
    np.testing.assert_array_equal(t, a + a)


def test_grid_stride_loop():
    kernel = (
        GLOBAL_ID
        + """
      %gd = cuda.grid_dim x : i32
      %step = arith.muli %gd, %bd : i32
      scf.for %j = %i to %n step %step : i32 {
        %at = arith.index_cast %j : i32 to index
        %a = memref.load %A[%at] : memref<?xf32>
        %d = arith.mulf %a, %a : f32
        memref.store %d, %T[%at] : memref<?xf32>
      }"""
    )
    text = module_text(kernel, A_N, grid="%c4, %c1, %c1", block="%c64, %c1, %c1")
    a, t = random(1001), np.full(1001, np.nan, np.float32)
    run(text, [a, t, 1001])
    np.testing.assert_array_equal(t, a * a)


TREE = """
  %shared = memref.alloca() : memref<128xf32, #cuda.space<shared>>
  %tx = cuda.thread_id x : i32
  %r = cuda.block_id x : i32
  %zero = arith.constant 0.0 : f32
  %returned = arith.cmpi slt, %r, %rows : i32
  scf.if %returned {
    %start = arith.muli %r, %n overflow<nsw> : i32
    %sum = scf.for %c = %tx to %n step %c128 iter_args(%acc = %zero) -> f32 : i32 {
      %o = arith.addi %start, %c overflow<nsw> : i32
      %at = arith.index_cast %o : i32 to index
      %a = memref.load %A[%at] : memref<?xf32>
      %next = arith.addf %acc, %a : f32
      scf.yield %next : f32
    }
    %ti = arith.index_castui %tx : i32 to index
    memref.store %sum, %shared[%ti] : memref<128xf32, #cuda.space<shared>>
    cuda.barrier
    scf.while (%s = %c64) : (i32) -> i32 {
      %more = arith.cmpi sgt, %s, %c0 : i32
      scf.condition(%more) %s : i32
    } do {
    ^bb0(%s: i32):
      %low = arith.cmpi ult, %tx, %s : i32
      scf.if %low {
        %o = arith.addi %tx, %s : i32
        %oi = arith.index_castui %o : i32 to index
        %x = memref.load %shared[%ti] : memref<128xf32, #cuda.space<shared>>
        %y = memref.load %shared[%oi] : memref<128xf32, #cuda.space<shared>>
        %xy = arith.addf %x, %y : f32
        memref.store %xy, %shared[%ti] : memref<128xf32, #cuda.space<shared>>
      }
      cuda.barrier
      %half = arith.shrsi %s, %c1 : i32
      scf.yield %half : i32
    }
    %first = arith.constant 0 : index
    %total = memref.load %shared[%first] : memref<128xf32, #cuda.space<shared>>
    cuda.barrier
    memref.store %total, %shared[%ti] : memref<128xf32, #cuda.space<shared>>
    %is_first = arith.cmpi eq, %tx, %c0 : i32
    scf.if %is_first {
      %ri = arith.index_cast %r : i32 to index
      memref.store %total, %T[%ri] : memref<?xf32>
    }
  } {xpiler.after_exit}
"""


@pytest.mark.parametrize("cols", [1, 128, 300])
def test_tree_reduction_in_shared_memory(cols):
    text = module_text(TREE, A_N + ", %rows: i32", grid="%rows, %c1, %c1", block="%c128, %c1, %c1")
    a, t = random(5, cols), np.full(5, np.nan, np.float32)
    run(text, [a, t, cols, 5])
    np.testing.assert_allclose(t, a.sum(1), rtol=1e-4, atol=1e-4)


def test_values_that_are_the_same_for_a_block_are_scalars():
    """The total that every thread reads from one address is one value, not an array over the threads."""
    text = module_text(TREE, A_N + ", %rows: i32", grid="%rows, %c1, %c1", block="%c128, %c1, %c1")
    allocas = [line for line in str(raised(text)).splitlines() if "memref.alloca" in line]
    assert len(allocas) == 1, allocas


GEMM = """
  %sa = memref.alloca() : memref<16x16xf32, #cuda.space<shared>>
  %sb = memref.alloca() : memref<16x16xf32, #cuda.space<shared>>
  %tx = cuda.thread_id x : i32
  %ty = cuda.thread_id y : i32
  %bx = cuda.block_id x : i32
  %by = cuda.block_id y : i32
  %r0 = arith.muli %by, %c16 : i32
  %row = arith.addi %r0, %ty : i32
  %c0_ = arith.muli %bx, %c16 : i32
  %col = arith.addi %c0_, %tx : i32
  %txi = arith.index_castui %tx : i32 to index
  %tyi = arith.index_castui %ty : i32 to index
  %zero = arith.constant 0.0 : f32
  %row_in = arith.cmpi slt, %row, %M : i32
  %col_in = arith.cmpi slt, %col, %N : i32
  %acc = scf.for %k0 = %c0 to %K step %c16 iter_args(%sum = %zero) -> f32 : i32 {
    %ka = arith.addi %k0, %tx : i32
    %ka_in = arith.cmpi ult, %ka, %K : i32
    %a_in = arith.andi %row_in, %ka_in : i1
    %a = scf.if %a_in -> f32 {
      %o = arith.muli %row, %K overflow<nsw> : i32
      %p = arith.addi %o, %ka : i32
      %at = arith.index_castui %p : i32 to index
      %v = memref.load %A[%at] : memref<?xf32>
      scf.yield %v : f32
    } else { scf.yield %zero : f32 }
    memref.store %a, %sa[%tyi, %txi] : memref<16x16xf32, #cuda.space<shared>>
    %kb = arith.addi %k0, %ty : i32
    %kb_in = arith.cmpi ult, %kb, %K : i32
    %b_in = arith.andi %kb_in, %col_in : i1
    %b = scf.if %b_in -> f32 {
      %o = arith.muli %kb, %N : i32
      %p = arith.addi %o, %col : i32
      %at = arith.index_castui %p : i32 to index
      %v = memref.load %B[%at] : memref<?xf32>
      scf.yield %v : f32
    } else { scf.yield %zero : f32 }
    memref.store %b, %sb[%tyi, %txi] : memref<16x16xf32, #cuda.space<shared>>
    cuda.barrier
    %new = scf.for %k = %c0 to %c16 step %c1 iter_args(%s = %sum) -> f32 : i32 {
      %ki = arith.index_cast %k : i32 to index
      %x = memref.load %sa[%tyi, %ki] : memref<16x16xf32, #cuda.space<shared>>
      %y = memref.load %sb[%ki, %txi] : memref<16x16xf32, #cuda.space<shared>>
      %xy = arith.mulf %x, %y : f32
      %t = arith.addf %s, %xy : f32
      scf.yield %t : f32
    }
    cuda.barrier
    scf.yield %new : f32
  }
  %in = arith.andi %row_in, %col_in : i1
  scf.if %in {
    %o = arith.muli %row, %N overflow<nsw> : i32
    %p = arith.addi %o, %col overflow<nsw> : i32
    %at = arith.index_cast %p : i32 to index
    memref.store %acc, %C[%at] : memref<?xf32>
  }
"""
GEMM_HOST = """
  %c15 = arith.constant 15 : i32
  %nu = arith.addi %N, %c15 overflow<nsw> : i32
  %gx = arith.divsi %nu, %c16 : i32
  %mu = arith.addi %M, %c15 overflow<nsw> : i32
  %gy = arith.divsi %mu, %c16 : i32
"""


@pytest.mark.parametrize(("m", "n", "k"), [(16, 16, 16), (17, 33, 5), (1, 1, 1)])
def test_tiled_gemm_with_barriers_in_its_loop(m, n, k):
    parameters = "%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %M: i32, %N: i32, %K: i32"
    text = module_text(GEMM, parameters, host=GEMM_HOST, grid="%gx, %gy, %c1", block="%c16, %c16, %c1")
    a, b, c = random(m, k), random(k, n), np.full((m, n), np.nan, np.float32)
    run(text, [a, b, c, m, n, k])
    np.testing.assert_allclose(c, a @ b, rtol=1e-4, atol=1e-4)


def test_early_return_of_some_threads_before_a_barrier():
    """The threads that have returned take no part; the others read what their neighbours left in shared memory."""
    kernel = (
        GLOBAL_ID
        + """
      %shared = memref.alloca() : memref<64xf32, #cuda.space<shared>>
      %alive = arith.cmpi slt, %i, %n : i32
      scf.if %alive {
        %at = arith.index_cast %i : i32 to index
        %ti = arith.index_castui %tx : i32 to index
        %a = memref.load %A[%at] : memref<?xf32>
        memref.store %a, %shared[%ti] : memref<64xf32, #cuda.space<shared>>
        cuda.barrier
        %z = arith.constant 0 : index
        %f = memref.load %shared[%z] : memref<64xf32, #cuda.space<shared>>
        %d = arith.subf %a, %f : f32
        memref.store %d, %T[%at] : memref<?xf32>
      } {xpiler.after_exit}"""
    )
    host = "%c63 = arith.constant 63 : i32\n %up = arith.addi %n, %c63 overflow<nsw> : i32\n %blocks = arith.divsi %up, %c64 : i32"
    text = module_text(kernel, A_N, host=host, grid="%blocks, %c1, %c1", block="%c64, %c1, %c1")
    a, t = random(100), np.full(100, np.nan, np.float32)
    run(text, [a, t, 100])
    np.testing.assert_array_equal(t, a - np.repeat(a[[0, 64]], 64)[:100])


def test_run_time_block_size_and_dynamic_shared_memory():
    kernel = """
      %raw = cuda.dynamic_shared : memref<?xi8, #cuda.space<shared>>
      %z = arith.constant 0 : index
      %s = xpiler.view %raw[%z] : memref<?xi8, #cuda.space<shared>> to memref<?xf32, #cuda.space<shared>>
      %tx = cuda.thread_id x : i32
      %bd = cuda.block_dim x : i32
      %ti = arith.index_castui %tx : i32 to index
      %a = memref.load %A[%ti] : memref<?xf32>
      %b = arith.addf %a, %a : f32
      memref.store %a, %s[%ti] : memref<?xf32, #cuda.space<shared>>
      cuda.barrier
      %last = arith.subi %bd, %c1 : i32
      %o = arith.subi %last, %tx : i32
      %oi = arith.index_castui %o : i32 to index
      %m = memref.load %s[%oi] : memref<?xf32, #cuda.space<shared>>
      %sum = arith.addf %m, %b : f32
      memref.store %sum, %T[%ti] : memref<?xf32>"""
    host = "%bytes = arith.muli %n, %c4 : i32"
    text = module_text(kernel, A_N, host=host, grid="%c1, %c1, %c1", block="%n, %c1, %c1", shared="%bytes")
    a, t = random(77), np.full(77, np.nan, np.float32)
    run(text, [a, t, 77])
    np.testing.assert_array_equal(t, a[::-1] + (a + a))


def test_private_array_kept_over_barriers():
    kernel = (
        GLOBAL_ID
        + """
      %mine = memref.alloca() : memref<2xf32>
      %shared = memref.alloca() : memref<32xf32, #cuda.space<shared>>
      %z = arith.constant 0 : index
      %one = arith.constant 1 : index
      %at = arith.index_castui %i : i32 to index
      %ti = arith.index_castui %tx : i32 to index
      %a = memref.load %A[%at] : memref<?xf32>
      memref.store %a, %mine[%z] : memref<2xf32>
      scf.for %step = %c0 to %n step %c1 : i32 {
        %m = memref.load %mine[%z] : memref<2xf32>
        memref.store %m, %shared[%ti] : memref<32xf32, #cuda.space<shared>>
        cuda.barrier
        %x = arith.xori %tx, %c1 : i32
        %xi = arith.index_castui %x : i32 to index
        %o = memref.load %shared[%xi] : memref<32xf32, #cuda.space<shared>>
        %s = arith.addf %m, %o : f32
        memref.store %s, %mine[%z] : memref<2xf32>
        cuda.barrier
      }
      %r = memref.load %mine[%z] : memref<2xf32>
      memref.store %r, %T[%at] : memref<?xf32>"""
    )
    text = module_text(kernel, A_N, grid="%c2, %c1, %c1", block="%c32, %c1, %c1")
    a, t = random(64), np.full(64, np.nan, np.float32)
    run(text, [a, t, 2])
    pairs = a.reshape(-1, 2).sum(1)
    np.testing.assert_allclose(t, np.repeat(2 * pairs, 2), rtol=1e-5, atol=1e-5)


def test_barrier_under_a_divergent_condition_is_refused():
    kernel = (
        GLOBAL_ID
        + """
      %odd = arith.cmpi ult, %tx, %c16 : i32
      scf.if %odd { cuda.barrier }"""
    )
    text = module_text(kernel, A_N, grid="%c1, %c1, %c1", block="%c32, %c1, %c1")
    with pytest.raises(InvalidInput, match="a barrier under a condition that differs"):
        raised(text)


def test_barrier_in_a_divergent_loop_is_refused():
    kernel = GLOBAL_ID + "scf.for %j = %tx to %n step %c1 : i32 { cuda.barrier }"
    with pytest.raises(InvalidInput, match="trip count differs"):
        raised(module_text(kernel, A_N, grid="%c1, %c1, %c1", block="%c32, %c1, %c1"))


def test_missing_launch_says_what_to_do():
    text = (
        module_text("", A_N, grid="%c1, %c1, %c1", block="%c32, %c1, %c1")
        .replace("xpiler.launch @k", "xpiler.launch @other")
        .replace(
            "func.func @k_kernel",
            "func.func @other(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} { return }\nfunc.func @k_kernel",
        )
    )
    with pytest.raises(InvalidInput, match="--launch grid="):
        raised(text)


def test_a_host_value_that_sizes_the_launch_is_a_parameter_of_the_raised_kernel():
    text = module_text("", A_N, grid="%h, %c1, %c1", block="%c32, %c1, %c1").replace(
        "func.func @k_kernel(", "func.func @k_kernel(%h: i32, "
    )
    module = raised(text)
    (kernel,) = kernels(module)
    assert [str(argument.type) for argument in entry(kernel).arguments][-1] == "i32"
    (call,) = (op for launcher in launchers(module) for op in walk(launcher) if op.name == "xpiler.call")
    assert call.operands[len(call.operands) - 1] == entry(launchers(module)[0]).arguments[0]
