"""Matrix fragments raised and run: products in every layout, in loops with and without barriers, in arrays."""

from __future__ import annotations

import numpy as np
import pytest
from simt_module import module_text, raised, run

from xpiler.diagnostics import Unsupported

GEMM = "%A: memref<?xf16>, %B: memref<?xf16>, %C: memref<?xf32>, %M: i32, %N: i32, %K: i32"
GRID = """
  %gx = arith.divsi %N, %c16 : i32
  %gy = arith.divsi %M, %c16 : i32
"""
RNG = np.random.default_rng(3)


def product_kernel(a_layout: str, b_layout: str, c_layout: str) -> str:
    a_offset = "%ra = arith.muli %row, %K overflow<nsw> : i32\n %oa = arith.addi %ra, %k overflow<nsw> : i32"
    b_offset = "%kb = arith.muli %k, %N overflow<nsw> : i32\n %ob = arith.addi %kb, %col overflow<nsw> : i32"
    if a_layout == "col":
        a_offset = "%ra = arith.muli %k, %M overflow<nsw> : i32\n %oa = arith.addi %ra, %row overflow<nsw> : i32"
    if b_layout == "col":
        b_offset = "%kb = arith.muli %col, %K overflow<nsw> : i32\n %ob = arith.addi %kb, %k overflow<nsw> : i32"
    lda, ldb = ("%K" if a_layout == "row" else "%M"), ("%N" if b_layout == "row" else "%K")
    c_offset = ("%row, %N", "%col", "%N") if c_layout == "row" else ("%col, %M", "%row", "%M")
    return f"""
      %bx = cuda.block_id x : i32
      %by = cuda.block_id y : i32
      %row = arith.muli %by, %c16 : i32
      %col = arith.muli %bx, %c16 : i32
      %zero = arith.constant 0.0 : f32
      %start = cuda.fragment_fill %zero : f32 -> !acc
      %sum = scf.for %k = %c0 to %K step %c16 iter_args(%acc = %start) -> !acc : i32 {{
        {a_offset}
        %ia = arith.index_cast %oa : i32 to index
        %a = cuda.fragment_load %A[%ia], {lda} : memref<?xf16> -> !a_{a_layout}
        {b_offset}
        %ib = arith.index_cast %ob : i32 to index
        %b = cuda.fragment_load %B[%ib], {ldb} : memref<?xf16> -> !b_{b_layout}
        %next = cuda.fragment_mma %a, %b, %acc : !a_{a_layout}, !b_{b_layout}, !acc
        scf.yield %next : !acc
      }}
      %rc = arith.muli {c_offset[0]} overflow<nsw> : i32
      %oc = arith.addi %rc, {c_offset[1]} overflow<nsw> : i32
      %ic = arith.index_cast %oc : i32 to index
      cuda.fragment_store %sum, %C[%ic], {c_offset[2]} {c_layout} : !acc, memref<?xf32>
    """


@pytest.mark.parametrize(("a_layout", "b_layout", "c_layout"), [("row", "row", "row"), ("row", "col", "row"), ("col", "row", "col")])
def test_wmma_product_in_every_layout(a_layout, b_layout, c_layout):
    m, n, k = 32, 16, 48
    a = RNG.standard_normal((m, k)).astype(np.float16)
    b = RNG.standard_normal((k, n)).astype(np.float16)
    c = np.full((m, n) if c_layout == "row" else (n, m), np.nan, np.float32)
    text = module_text(product_kernel(a_layout, b_layout, c_layout), GEMM, host=GRID, grid="%gx, %gy, %c1", block="%c32, %c1, %c1")
    stored_a = np.ascontiguousarray(a if a_layout == "row" else a.T)
    stored_b = np.ascontiguousarray(b if b_layout == "row" else b.T)
    run(text, [stored_a, stored_b, c, m, n, k])
    expected = a.astype(np.float32) @ b.astype(np.float32)
    np.testing.assert_allclose(c if c_layout == "row" else c.T, expected, rtol=1e-3, atol=1e-3)


STAGED = """
  %sa = memref.alloca() : memref<32x16xf16, #cuda.space<shared>>
  %tx = cuda.thread_id x : i32
  %warp = arith.divui %tx, %c32 : i32
  %wi = arith.index_castui %warp : i32 to index
  %i0 = arith.constant 0 : index
  %i16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %start = cuda.fragment_fill %zero : f32 -> !acc
  %sum = scf.for %k = %c0 to %K step %c16 iter_args(%acc = %start) -> !acc : i32 {
    %e512 = arith.constant 512 : i32
    scf.for %e = %tx to %e512 step %c64 : i32 {
      %r = arith.divsi %e, %c16 : i32
      %c = arith.remsi %e, %c16 : i32
      %ri = arith.index_cast %r : i32 to index
      %ci = arith.index_cast %c : i32 to index
      %ro = arith.muli %r, %K overflow<nsw> : i32
      %rk = arith.addi %ro, %k overflow<nsw> : i32
      %o = arith.addi %rk, %c overflow<nsw> : i32
      %at = arith.index_cast %o : i32 to index
      %v = memref.load %A[%at] : memref<?xf16>
      memref.store %v, %sa[%ri, %ci] : memref<32x16xf16, #cuda.space<shared>>
    }
    cuda.barrier
    %row = arith.muli %wi, %i16 : index
    %a = cuda.fragment_load %sa[%row, %i0], %c16 : memref<32x16xf16, #cuda.space<shared>> -> !a_row
    %kb = arith.muli %k, %N overflow<nsw> : i32
    %ib = arith.index_cast %kb : i32 to index
    %b = cuda.fragment_load %B[%ib], %N : memref<?xf16> -> !b_row
    %next = cuda.fragment_mma %a, %b, %acc : !a_row, !b_row, !acc
    cuda.barrier
    scf.yield %next : !acc
  }
  %wr = arith.muli %warp, %c16 : i32
  %rc = arith.muli %wr, %N : i32
  %ic = arith.index_castui %rc : i32 to index
  cuda.fragment_store %sum, %C[%ic], %N row : !acc, memref<?xf32>
"""


def test_accumulator_kept_over_barriers():
    """Two warps, the tile of A staged in shared memory: the accumulator of each warp outlives the block's phases."""
    m, n, k = 32, 16, 32
    a = RNG.standard_normal((m, k)).astype(np.float16)
    b = RNG.standard_normal((k, n)).astype(np.float16)
    c = np.full((m, n), np.nan, np.float32)
    text = module_text(STAGED, GEMM, grid="%c1, %c1, %c1", block="%c64, %c1, %c1")
    run(text, [a, b, c, m, n, k])
    np.testing.assert_allclose(c, a.astype(np.float32) @ b.astype(np.float32), rtol=1e-3, atol=1e-3)


def test_array_of_fragments():
    kernel = """
      %acc = memref.alloca() : memref<2x!acc>
      %i0 = arith.constant 0 : index
      %i1 = arith.constant 1 : index
      %i2 = arith.constant 2 : index
      %i256 = arith.constant 256 : index
      %zero = arith.constant 2.0 : f32
      scf.for %j = %i0 to %i2 step %i1 {
        %f = cuda.fragment_fill %zero : f32 -> !acc
        memref.store %f, %acc[%j] : memref<2x!acc>
      }
      scf.for %j = %i0 to %i2 step %i1 {
        %o = arith.muli %j, %i256 : index
        %a = cuda.fragment_load %A[%o], %c16 : memref<?xf16> -> !a_row
        %b = cuda.fragment_load %B[%o], %c16 : memref<?xf16> -> !b_row
        %c = memref.load %acc[%j] : memref<2x!acc>
        %d = cuda.fragment_mma %a, %b, %c : !a_row, !b_row, !acc
        memref.store %d, %acc[%j] : memref<2x!acc>
        %e = memref.load %acc[%j] : memref<2x!acc>
        cuda.fragment_store %e, %C[%o], %c16 row : !acc, memref<?xf32>
      }"""
    a = RNG.standard_normal((2, 16, 16)).astype(np.float16)
    b = RNG.standard_normal((2, 16, 16)).astype(np.float16)
    c = np.full((2, 16, 16), np.nan, np.float32)
    run(module_text(kernel, GEMM, grid="%c1, %c1, %c1", block="%c32, %c1, %c1"), [a, b, c, 0, 0, 0])
    np.testing.assert_allclose(c, a.astype(np.float32) @ b.astype(np.float32) + 2, rtol=1e-3, atol=1e-3)


def test_element_by_position_is_refused():
    kernel = """
      %zero = arith.constant 0.0 : f32
      %f = cuda.fragment_fill %zero : f32 -> !acc
      %i0 = arith.constant 0 : index
      %x = cuda.fragment_get %f[%i0] : !acc -> f32
      memref.store %x, %C[%i0] : memref<?xf32>"""
    with pytest.raises(Unsupported, match="by position"):
        raised(module_text(kernel, GEMM, grid="%c1, %c1, %c1", block="%c32, %c1, %c1"))
