"""Conditions and bounds that depend on the lane are masks; what no mask can keep apart is left scalar."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.transforms.loop_vectorize import LoopVectorizePass

# T[i] = 0.5 + sum of A[i + s - 1] * W[s] over the taps s that lie in the row
WINDOW = """
func.func @window(%A: memref<?xf32>, %W: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %taps = arith.constant TAPS : index
  %half = arith.constant 0.5 : f32
  %size = arith.index_cast %n : i32 to index
  xpiler.extent %W, %taps : memref<?xf32>
  scf.forall (%i) in (%size) {
    %left = arith.subi %size, %i : index
    %more = arith.addi %left, %c1 : index
    %end = BOUND
    %sum = scf.for %s = %c0 to %end step %c1 iter_args(%acc = %half) -> (f32) {
      %is = arith.addi %i, %s : index
      %at = arith.subi %is, %c1 : index
      %inside = arith.cmpi sge, %at, %c0 : index
      %next = scf.if %inside -> (f32) {
        %a = memref.load %A[%at] : memref<?xf32>
        %w = memref.load %W[%s] : memref<?xf32>
        %p = arith.mulf %a, %w : f32
        %q = arith.addf %acc, %p : f32
        scf.yield %q : f32
      } else {
        scf.yield %acc : f32
      }
      scf.yield %next : f32
    }
    memref.store %sum, %T[%i] : memref<?xf32>
  }
  return
}
"""
LEAST = "arith.minsi %more, %c3 : index"

# T[i] = A[i] where B[i] > 0, elsewhere untouched
GUARDED = """
func.func @guarded(%A: memref<?xf32>, %B: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %size = arith.index_cast %n : i32 to index
  scf.forall (%i) in (%size) {
    %b = memref.load %B[%i] : memref<?xf32>
    %some = arith.cmpf ogt, %b, %zero : f32
    scf.if %some {
      %a = memref.load %A[SOURCE] : memref<?xf32>
      memref.store %a, %T[TARGET] : memref<?xf32>
    }
  }
  return
}
"""


def widened(text: str) -> ir.Module:
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        LoopVectorizePass().apply(context, module.operation)
        assert module.operation.verify()
    return module


@pytest.mark.parametrize("n", [1, 2, 15, 16, 17, 37])
def test_taps_at_the_ends_of_a_row_are_masked(n: int) -> None:
    module = widened(WINDOW.replace("TAPS", "3").replace("BOUND", LEAST))
    assert "vector.maskedload" in str(module) and "memref.store" not in str(module)
    a, w, t = np.arange(n, dtype=np.float32), np.array([1, 2, 4], np.float32), np.full(n + 3, -1, np.float32)
    jit.run(module, "window", [a, w, t, n])
    padded = np.concatenate([[0], a, [0]])
    np.testing.assert_array_equal(t[:n], 0.5 + padded[:-2] + 2 * padded[1:-1] + 4 * padded[2:])
    np.testing.assert_array_equal(t[n:], -1)


def test_a_tap_that_no_lane_has_is_not_read() -> None:
    """The weight of a tap is read for all lanes, though perhaps none has it: it must be known to be there."""
    assert "vector<" not in str(widened(WINDOW.replace("TAPS", "2").replace("BOUND", LEAST)))


def test_a_bound_of_the_lane_alone_is_left_scalar() -> None:
    """Its taps may still be a reduction of lanes."""
    text = str(widened(WINDOW.replace("TAPS", "3").replace("BOUND", "arith.addi %left, %c0 : index")))
    assert "memref.store" in text and "vector.maskedstore" not in text


@pytest.mark.parametrize("n", [5, 16, 37])
def test_elements_under_a_condition_of_data(n: int) -> None:
    module = widened(GUARDED.replace("SOURCE", "%i").replace("TARGET", "%i"))
    assert "vector.maskedstore" in str(module)
    a, b, t = np.arange(n, dtype=np.float32), np.array([-1, 2, 0] * n, np.float32)[:n], np.full(n, -7, np.float32)
    jit.run(module, "guarded", [a, b, t, n])
    np.testing.assert_array_equal(t, np.where(b > 0, a, np.float32(-7)))


@pytest.mark.parametrize(("source", "target"), [("%c0", "%i"), ("%i", "%c0")])
def test_one_element_for_all_lanes_under_a_condition_is_left_scalar(source: str, target: str) -> None:
    """A[0] is perhaps not there where no lane asks for it; T[0] has the element of the last lane that does."""
    assert "vector.maskedstore" not in str(widened(GUARDED.replace("SOURCE", source).replace("TARGET", target)))
