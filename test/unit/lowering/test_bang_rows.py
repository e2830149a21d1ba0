"""Rows that are kept in NRAM: copied once, in turn or three at a time, longer ones as before; run by the strict simulator."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.diagnostics import PassFailed
from xpiler.lowering import emit, lower
from xpiler.passes import pass_class
from xpiler.platforms.target import Target

# T = softmax(A) * G: A is read twice, T is stored, read again and stored again, G is the same for all rows.
KERNEL = """
func.func @scaled(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"},
    %g: memref<?xf32> {xpiler.name="G", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"},
    %rows: i32 {xpiler.name="rows", xpiler.ctype="int"}, %cols: i32 {xpiler.name="cols", xpiler.ctype="int"}) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF7FFFFF : f32
  %m = arith.index_cast %rows : i32 to index
  %n = arith.index_cast %cols : i32 to index
  %size = arith.muli %m, %n : index
  xpiler.extent %a, %size : memref<?xf32>
  xpiler.extent %g, %n : memref<?xf32>
  xpiler.extent %t, %size : memref<?xf32>
  scf.forall (%r) in (%m) {
    %base = arith.muli %r, %n : index
    %peak = scf.for %j = %c0 to %n step %c1 iter_args(%p = %lowest) -> f32 {
      %o = arith.addi %base, %j : index
      %x = memref.load %a[%o] : memref<?xf32>
      %q = arith.maxnumf %p, %x : f32
      scf.yield %q : f32
    }
    scf.forall (%j) in (%n) {
      %o = arith.addi %base, %j : index
      %x = memref.load %a[%o] : memref<?xf32>
      %d = arith.subf %x, %peak : f32
      %e = math.exp %d : f32
      memref.store %e, %t[%o] : memref<?xf32>
    }
    %total = scf.for %j = %c0 to %n step %c1 iter_args(%s = %zero) -> f32 {
      %o = arith.addi %base, %j : index
      %x = memref.load %t[%o] : memref<?xf32>
      %q = arith.addf %s, %x : f32
      scf.yield %q : f32
    }
    scf.forall (%j) in (%n) {
      %o = arith.addi %base, %j : index
      %x = memref.load %t[%o] : memref<?xf32>
      %w = memref.load %g[%j] : memref<?xf32>
      %y = arith.divf %x, %total : f32
      %z = arith.mulf %y, %w : f32
      memref.store %z, %t[%o] : memref<?xf32>
    }
  }
  return
}
"""


def text_of(options: str, kernel: str = KERNEL) -> str:
    schedule = f"bang-rows{{{options}}},bang-nram-pieces{{arch=mtp_592}}"
    return emit(lower(ir.Module.parse(kernel, dialects.context()), Target("bang", "mtp_592"), schedule))


@pytest.mark.parametrize("stages", [1, 3])
def test_rows_are_what_they_were(run_text, stages: int) -> None:
    """Rows shorter, as long as, and longer than what is kept; fewer tasks than rows, as many, and some that come round again."""
    text = text_of(f"stages={stages} longest=64")
    for rows, cols in ((1, 1), (15, 40), (16, 64), (17, 65), (50, 33)):
        random = np.random.default_rng(rows)
        x, g = random.uniform(-3, 3, (rows, cols)).astype(np.float32), random.uniform(1, 2, cols).astype(np.float32)
        *_, t = run_text(text, "bang", "scaled_kernel", x.ravel(), g, np.full(x.size, np.nan, np.float32), rows, cols)
        e = np.exp(x.astype(np.float64) - x.max(1, keepdims=True))
        np.testing.assert_allclose(t.reshape(x.shape), e / e.sum(1, keepdims=True) * g, rtol=1e-5, err_msg=str((rows, cols)))


def test_a_pipeline_loads_while_it_computes() -> None:
    kept = text_of("stages=3").partition("} else {")[0]
    assert kept.count("GDRAM2NRAM") == 2 and kept.count("NRAM2GDRAM") == 1, "A once a row, G once a task, T once a row"
    assert kept.count("__memcpy_async(") == 2 and "__sync_io_move_compute();" in kept
    assert "async" not in text_of("stages=1")


def test_rows_of_known_length_have_one_version() -> None:
    known = KERNEL.replace("%n = arith.index_cast %cols : i32 to index", "%n = arith.constant 40 : index")
    assert "else" not in text_of("stages=3", known)
    longer = known.replace("constant 40 ", "constant 4000 ")
    assert text_of("stages=3", longer) == text_of("stages=0", longer)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("memref.store %e, %t[%o]", "%u = arith.addi %o, %c1 : index\n memref.store %e, %t[%u]"),  # T is not one slice
        ("memref.store %z, %t[%o]", "memref.store %z, %t[%j]"),  # rows that write one place
    ],
)
def test_slices_that_overlap_stay_in_memory(old: str, new: str) -> None:
    assert old in KERNEL
    kept = text_of("stages=3", KERNEL.replace(old, new)).partition("} else {")[0]
    assert kept.count("NRAM2GDRAM") >= 2


def test_options_are_checked() -> None:
    for options in ({"stages": "2"}, {"longest": "100"}):
        with pytest.raises(PassFailed, match="stages is 0, 1 or 3"):
            pass_class("bang-rows").with_options(options)
