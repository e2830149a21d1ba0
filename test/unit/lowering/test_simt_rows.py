"""simt-rows: rows are shared out over a block's threads, folded by shuffles; on CUDA the launch chooses the block by their length."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

ROWS = """
func.func @f(%A: memref<?xf32> {xpiler.name = "A"}, %T: memref<?xf32> {xpiler.name = "T"},
    %rows: i32 {xpiler.name = "rows"}, %cols: i32 {xpiler.name = "cols"}) attributes {xpiler.kernel} {
  %R = arith.index_cast %rows : i32 to index
  %C = EXTENT
  %start = arith.constant START : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %RC = arith.muli %R, %C : index
  xpiler.extent %A, %RC : memref<?xf32>
  xpiler.extent %T, %R : memref<?xf32>
  scf.forall (%i) in (%R) {
    %row = arith.muli %i, %C : index
    %r = scf.for %c = %c0 to %C step %c1 iter_args(%acc = %start) -> (f32) {
      %at = arith.addi %row, %c : index
      %x = memref.load %A[%at] : memref<?xf32>
      %next = FOLD %acc, %x : f32
      scf.yield %next : f32
    }
    memref.store %r, %T[%i] : memref<?xf32>
  }
  return
}
"""


def rows(fold: str, start: float, extent: str = "arith.index_cast %cols : i32 to index") -> str:
    """A fold of every row, from a start on."""
    return ROWS.replace("FOLD", f"arith.{fold}").replace("START", f"{start:e}").replace("EXTENT", extent)


def written(text: str, target: Target) -> str:
    """The text of a kernel by the pass alone."""
    return emit(lower(ir.Module.parse(text, dialects.context()), target, schedule="simt-rows"))


@pytest.mark.parametrize(("fold", "start"), [("addf", 0.0), ("addf", 5.0), ("maxnumf", -2.0)])
@pytest.mark.parametrize(("platform", "cols"), [("cuda", 1), ("cuda", 100), ("cuda", 2048), ("cuda", 2049), ("hip", 65), ("hip", 2049)])
def test_folds_of_rows(run_text, fold: str, start: float, platform: str, cols: int) -> None:
    text = written(rows(fold, start), Target(platform))
    a = np.random.default_rng(1).integers(-9, 9, (3, cols)).astype(np.float32)
    _, t = run_text(text, platform, "f_kernel", a, np.full(3, 99, np.float32), 3, cols)
    np.testing.assert_array_equal(t, a.sum(1) + start if fold == "addf" else np.maximum(a.max(1), start))


def test_the_launch_chooses_the_block() -> None:
    """One text for both, with a stride that the compiler knows."""
    text = written(rows("addf", 0.0), Target("cuda"))
    assert "template <int THREADS>" in text
    assert "i += THREADS" in text
    assert "if (cols <= 2048) {" in text
    for threads in (128, 512):
        assert f"f<{threads}><<<rows, {threads}>>>(" in text
        assert f"f<{threads}><<<rows, {threads}, 0, stream>>>(" in text


@pytest.mark.parametrize(("length", "threads"), [(1024, 128), (4096, 512)])
def test_a_length_that_is_known_needs_no_choice(length: int, threads: int) -> None:
    text = written(rows("addf", 0.0, f"arith.constant {length} : index"), Target("cuda"))
    assert f"f<<<rows, {threads}>>>(" in text
    assert "template" not in text


@pytest.mark.parametrize(("target", "lanes"), [(Target("hip", "gfx942"), 64), (Target("hip", "gfx1100"), 32), (Target("cuda"), 32)])
def test_lanes_of_a_warp(target: Target, lanes: int) -> None:
    text = written(rows("addf", 0.0), target)
    assert f"for (int offset = {lanes // 2}; offset > 0; offset /= 2)" in text
    assert f"threadIdx.x % {lanes} == 0" in text


def test_a_start_that_may_come_twice_needs_no_identity() -> None:
    """A maximum begins with what the source begins with in every thread, and meets it nowhere else."""
    assert written(rows("maxnumf", -2.0), Target("cuda")).count("-2.0f") == 1


def test_types_that_no_shuffle_moves_go_through_memory() -> None:
    text = written(rows("addf", 0.0).replace("f32", "f16"), Target("cuda"))
    assert "__shfl" not in text
    assert "partial[256]" in text


def test_what_begins_with_an_infinity_stays_a_tree() -> None:
    """Proofs for all sizes have too many cases of warps some of whose lanes have no elements (row_min from C)."""
    text = written(rows("maxnumf", -2.0).replace("-2.000000e+00", "0xFF800000"), Target("cuda"))
    assert "__shfl" not in text
    assert "<<<rows, 256>>>(" in text


NESTED = """
  scf.forall (%i) in (%R) {
    %scores = memref.alloca(%C) : memref<?xf32>
    scf.forall (%j) in (%C) {
      memref.store %start, %scores[%j] : memref<?xf32>
    }
"""


def test_an_iteration_that_gets_one_thread_has_no_warps() -> None:
    """An array of run-time size has no room in shared memory: the loops inside are a thread's own, and no lane waits for it."""
    text = rows("addf", 0.0).replace("  scf.forall (%i) in (%R) {\n", NESTED).replace("memref.load %A[%at]", "memref.load %scores[%c]")
    assert "__shfl" not in written(text, Target("cuda"))
