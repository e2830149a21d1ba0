"""Software pipelines become loops over whole pieces, if what their stages share is apart where they change order."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from pipeline_runs import assert_same_results, count, floats, sample, transformed

_STEP = """
  %{0}.tile_of_task = arith.muli %{0}.piece, %c4 : index
  %{0}.tile = arith.addi %{0}.tile_of_task, %task : index
  %{0}.start = arith.muli %{0}.tile, %c64 : index
  %{0}.left = arith.subi %n, %{0}.start : index
  %{0}.len = arith.minsi %{0}.left, %c64 : index
  %{0}.half = arith.remsi %{0}.piece, %c2 : index
  %{0}.low = arith.muli %{0}.half, %c64 : index
"""

_LOAD = f"""
%loads = arith.cmpi slt, %i, %count : index
scf.if %loads {{
  %l.piece = arith.addi %i, %c0 : index
  {_STEP.format("l")}
  scf.forall (%k) in (%l.len) {{
    %p = arith.addi %l.start, %k : index
    %q = arith.addi %l.low, %k : index
    %x = memref.load %A[%p] : memref<?xf32>
    memref.store %x, %a[%l.half, %k] : memref<2x64xf32>
    %y = memref.load %B[%p] : memref<?xf32>
    memref.store %y, %b[%q] : memref<128xf32>
  }}
}}
"""
_ADD = f"""
%begun = arith.cmpi sge, %i, %c1 : index
%going = arith.cmpi sle, %i, %count : index
%adds = arith.andi %begun, %going : i1
scf.if %adds {{
  %m.piece = arith.subi %i, %c1 : index
  {_STEP.format("m")}
  scf.forall (%k) in (%m.len) {{
    %q = arith.addi %m.low, %k : index
    %x = memref.load %a[%m.half, %k] : memref<2x64xf32>
    %y = memref.load %b[%q] : memref<128xf32>
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%m.half, %k] : memref<2x64xf32>
  }}
}}
"""
_STORE = f"""
%stores = arith.cmpi sge, %i, %c2 : index
scf.if %stores {{
  %s.piece = arith.subi %i, %c2 : index
  {_STEP.format("s")}
  scf.forall (%k) in (%s.len) {{
    %p = arith.addi %s.start, %k : index
    %x = memref.load %c[%s.half, %k] : memref<2x64xf32>
    memref.store %x, %C[%p] : memref<?xf32>
  }}
}}
"""


def _pipeline(stages: tuple[str, ...]) -> str:
    return sample("pipelined_add").replace("STAGES", "".join(stages))


@pytest.mark.parametrize("stages", list(permutations((_LOAD, _ADD, _STORE))))
def test_rotating_buffers_allow_any_order_of_the_stages(stages: tuple[str, ...]) -> None:
    before, after = transformed(_pipeline(stages), "normalize")
    shape = (count(after, "scf.forall"), count(after, "scf.for"), count(after, "scf.if"), count(after, "memref.alloca"))
    assert shape == (1, 0, 0, 0)
    for n in (1, 63, 64, 257, 997):
        assert_same_results(before, after, "add", [floats(n), floats(n, seed=1), n], [np.full(n + 3, -7, np.float32)])


def test_the_pass_alone_takes_the_guards_away() -> None:
    before, after = transformed(_pipeline((_STORE, _ADD, _LOAD)), "loop-depipeline")
    assert (count(before, "scf.if"), count(after, "scf.if")) == (4, 1)
    assert_same_results(before, after, "add", [floats(331), floats(331, seed=1), 331], [np.full(340, -7, np.float32)])


def test_one_half_for_all_pieces_keeps_the_order() -> None:
    """The load of the next piece overwrites what the addition is still to read: the pipeline means something else."""
    single = _pipeline((_LOAD, _ADD, _STORE)).replace("%m.half = arith.remsi %m.piece, %c2", "%m.half = arith.muli %m.piece, %c0")
    before, after = transformed(
        single.replace("%l.half = arith.remsi %l.piece, %c2", "%l.half = arith.muli %l.piece, %c0"), "loop-depipeline"
    )
    assert count(after, "scf.for") == count(before, "scf.for")
    assert count(after, "scf.if") == count(before, "scf.if")


def test_one_half_is_enough_where_stages_run_backwards() -> None:
    """Store, add, load: each stage has taken its piece before the next one comes, so nothing changes order but load and store."""
    single = _pipeline((_STORE, _ADD, _LOAD)).replace("arith.remsi", "arith.muli").replace("piece, %c2", "piece, %c0")
    before, after = transformed(single, "normalize")
    assert (count(after, "scf.forall"), count(after, "scf.for"), count(after, "memref.alloca")) == (1, 0, 0)
    assert_same_results(before, after, "add", [floats(997), floats(997, seed=1), 997], [np.full(1000, -7, np.float32)])


def test_stages_of_different_lengths_stay() -> None:
    """The last piece is loaded and not stored: not the same pieces go through all stages."""
    short = _pipeline((_STORE, _ADD, _LOAD)).replace("%going = arith.cmpi sle, %i, %count", "%going = arith.cmpi slt, %i, %count")
    before, after = transformed(short, "loop-depipeline")
    assert count(after, "scf.if") == count(before, "scf.if")


def test_a_condition_on_data_is_no_stage() -> None:
    """What the guard says must be known in full: an `or` with something else is not."""
    guard = "%stores = arith.cmpi sge, %i, %c2 : index"
    data = "%late = arith.cmpi sge, %i, %c2 : index\n%zero = arith.cmpi eq, %n, %c0 : index\n%stores = arith.ori %late, %zero : i1"
    before, after = transformed(_pipeline((_STORE, _ADD, _LOAD)).replace(guard, data), "loop-depipeline")
    assert count(after, "scf.if") == count(before, "scf.if")


def test_in_place_pipeline_with_a_carried_value_stays() -> None:
    """A stage that reads what a later stage of an earlier piece wrote to the same array keeps its place."""
    text = """
    func.func @scan(%A: memref<?xf32>, %n32: i32) attributes {xpiler.kernel} {
      %n = arith.index_cast %n32 : i32 to index
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %t = memref.alloca() : memref<2xf32>
      %c2 = arith.constant 2 : index
      %steps = arith.addi %n, %c1 : index
      scf.for %i = %c0 to %steps step %c1 {
        %more = arith.cmpi slt, %i, %n : index
        scf.if %more {
          %p = arith.addi %i, %c1 : index
          %x = memref.load %A[%p] : memref<?xf32>
          %h = arith.remsi %i, %c2 : index
          memref.store %x, %t[%h] : memref<2xf32>
        }
        %begun = arith.cmpi sge, %i, %c1 : index
        scf.if %begun {
          %q = arith.subi %i, %c1 : index
          %h = arith.remsi %q, %c2 : index
          %x = memref.load %t[%h] : memref<2xf32>
          %y = arith.addf %x, %x : f32
          memref.store %y, %A[%i] : memref<?xf32>
        }
      }
      return
    }
    """
    before, after = transformed(text, "normalize")
    for n in (1, 2, 13):
        assert_same_results(before, after, "scan", [n], [floats(n + 2)])
    _, shifted = transformed(text.replace("memref.store %y, %A[%i]", "memref.store %y, %A[%q]"), "loop-depipeline")
    assert count(shifted, "scf.if") == 0
    _, ahead = transformed(text.replace("%p = arith.addi %i, %c1", "%p = arith.addi %i, %c0"), "loop-depipeline")
    assert count(ahead, "scf.if") == 2
