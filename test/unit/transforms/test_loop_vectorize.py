"""Widened loops compute what the scalar loops do, tails included, and keep their hands off what has no vector form."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.transforms.loop_vectorize import LoopVectorizePass

ADD = """
func.func @add(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %size = arith.index_cast %n : i32 to index
  scf.forall (%i) in (%size) {
    %a = memref.load %A[%i] : memref<?xf32>
    %b = arith.addf %a, %a : f32
    memref.store %b, %T[%i] : memref<?xf32>
  }
  return
}
"""

GEMM = """
func.func @gemm(%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %m: i32, %n: i32, %k: i32) attributes {xpiler.kernel} {
  %M = arith.index_cast %m : i32 to index
  %N = arith.index_cast %n : i32 to index
  %K = arith.index_cast %k : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  scf.forall (%i) in (%M) {
    scf.forall (%j) in (%N) {
      %s = scf.for %p = %c0 to %K step %c1 iter_args(%acc = %z) -> (f32) {
        %ik = arith.muli %i, %K : index
        %ikp = arith.addi %ik, %p : index
        %a = memref.load %A[%ikp] : memref<?xf32>
        %pn = arith.muli %p, %N : index
        %pj = arith.addi %pn, %j : index
        %b = memref.load %B[%pj] : memref<?xf32>
        %ab = arith.mulf %a, %b : f32
        %next = arith.addf %acc, %ab : f32
        scf.yield %next : f32
      }
      %in = arith.muli %i, %N : index
      %at = arith.addi %in, %j : index
      memref.store %s, %C[%at] : memref<?xf32>
    }
  }
  return
}
"""

ROW_MAX = """
func.func @row_max(%A: memref<?xf32>, %T: memref<?xf32>, %rows: i32, %cols: i32) attributes {xpiler.kernel} {
  %R = arith.index_cast %rows : i32 to index
  %C = arith.index_cast %cols : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant -3.0e+38 : f32
  scf.forall (%r) in (%R) {
    %m = scf.for %c = %c0 to %C step %c1 iter_args(%acc = %low) -> (f32) {
      %rc = arith.muli %r, %C : index
      %at = arith.addi %rc, %c : index
      %a = memref.load %A[%at] : memref<?xf32>
      %next = arith.maxnumf %acc, %a : f32
      scf.yield %next : f32
    }
    memref.store %m, %T[%r] : memref<?xf32>
  }
  return
}
"""

STRIDED = ADD.replace("memref.load %A[%i]", "memref.load %A[%j]").replace("%a = ", "%j = arith.addi %i, %i : index\n    %a = ")


def widened(text: str) -> ir.Module:
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        LoopVectorizePass().apply(context, module.operation)
        assert module.operation.verify()
    return module


@pytest.mark.parametrize("n", [1, 16, 37, 64])
def test_elementwise_loop_with_tail(n: int) -> None:
    module = widened(ADD)
    assert "vector.maskedstore" in str(module)
    a, t = np.arange(n, dtype=np.float32), np.full(n + 3, -1, np.float32)
    jit.run(module, "add", [a, t, n])
    np.testing.assert_array_equal(t[:n], 2 * a)
    np.testing.assert_array_equal(t[n:], -1)


@pytest.mark.parametrize("n", [-1, -5, -16, -37])
def test_negative_extent_touches_nothing(n: int) -> None:
    t = np.full(64, -1, np.float32)
    jit.run(widened(ADD), "add", [np.ones(64, np.float32), t, n])
    np.testing.assert_array_equal(t, -1)


def test_negative_reduction_keeps_its_start() -> None:
    t = np.full(1, np.nan, np.float32)
    jit.run(widened(ROW_MAX), "row_max", [np.ones(64, np.float32), t, 1, -5])
    np.testing.assert_array_equal(t, np.float32(-3.0e38))


@pytest.mark.parametrize("shape", [(2, 5, 3), (3, 16, 4), (5, 37, 11)])
def test_gemm_is_widened_over_its_columns(shape: tuple[int, int, int]) -> None:
    m, n, k = shape
    module = widened(GEMM)
    assert "vector<16xf32>" in str(module)
    random = np.random.default_rng(0)
    a, b = random.standard_normal((m, k)).astype(np.float32), random.standard_normal((k, n)).astype(np.float32)
    c = np.full((m, n), np.nan, np.float32)
    jit.run(module, "gemm", [a.ravel(), b.ravel(), c.reshape(-1), m, n, k])
    np.testing.assert_allclose(c, a @ b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cols", [1, 16, 45])
def test_reduction_folds_lanes_and_start(cols: int) -> None:
    module = widened(ROW_MAX)
    assert "vector.reduction" in str(module)
    a = -np.arange(3 * cols, dtype=np.float32).reshape(3, cols) - 5
    t = np.full(3, np.nan, np.float32)
    jit.run(module, "row_max", [a.ravel(), t, 3, cols])
    np.testing.assert_array_equal(t, a.max(1))


def test_strided_access_is_left_alone() -> None:
    before = str(ir.Module.parse(STRIDED, dialects.context()))
    assert str(widened(STRIDED)) == before


EXP = ADD.replace("arith.addf %a, %a : f32", "math.exp %a : f32")


def test_exponential_of_floats_fills_a_register() -> None:
    module = widened(EXP)
    assert "math.exp %" in str(module) and ": vector<16xf32>" in str(module)
    a, t = np.linspace(-3, 3, 37, dtype=np.float32), np.zeros(37, np.float32)
    jit.run(module, "add", [a, t, 37])
    np.testing.assert_allclose(t, np.exp(a), rtol=1e-5)


def test_exponential_of_doubles_stays_scalar() -> None:
    assert "vector" not in str(widened(EXP.replace("f32", "f64")))


@pytest.mark.parametrize("n", [3, 16, 45])
def test_a_quantisation(n: int) -> None:
    """Scaled, rounded to even, clamped and converted to a byte: lanes all the way."""
    text = """
func.func @quantise(%A: memref<?xf32>, %T: memref<?xi8>, %n: i32) attributes {xpiler.kernel} {
  %size = arith.index_cast %n : i32 to index
  %low = arith.constant -128.0 : f32
  %high = arith.constant 127.0 : f32
  scf.forall (%i) in (%size) {
    %a = memref.load %A[%i] : memref<?xf32>
    %r = math.roundeven %a : f32
    %b = arith.maxnumf %r, %low : f32
    %c = arith.minnumf %b, %high : f32
    %d = arith.fptosi %c : f32 to i8
    memref.store %d, %T[%i] : memref<?xi8>
  }
  return
}
"""
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        LoopVectorizePass().apply(context, module.operation)
        assert "vector<16xi8>" in str(module)
    a, t = np.random.default_rng(1).uniform(-200, 200, n).astype(np.float32), np.zeros(n, np.int8)
    jit.run(module, "quantise", [a, t, n])
    np.testing.assert_array_equal(t, np.clip(np.rint(a), -128, 127).astype(np.int8))


@pytest.mark.parametrize("n", [5, 16, 40])
def test_a_branch_between_functions_of_the_element(n: int) -> None:
    """Lanes compute both sides, and a mask takes one."""
    text = """
func.func @elu(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %size = arith.index_cast %n : i32 to index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  scf.forall (%i) in (%size) {
    %a = memref.load %A[%i] : memref<?xf32>
    %up = arith.cmpf ogt, %a, %zero : f32
    %v = scf.if %up -> (f32) {
      scf.yield %a : f32
    } else {
      %e = math.exp %a : f32
      %d = arith.subf %e, %one : f32
      scf.yield %d : f32
    }
    memref.store %v, %T[%i] : memref<?xf32>
  }
  return
}
"""
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        LoopVectorizePass().apply(context, module.operation)
        assert "math.exp" in str(module) and "vector<16xi1>, vector<16xf32>" in str(module)
    a, t = np.linspace(-3, 3, n, dtype=np.float32), np.zeros(n, np.float32)
    jit.run(module, "elu", [a, t, n])
    np.testing.assert_allclose(t, np.where(a > 0, a, np.exp(a) - 1), rtol=1e-5, atol=1e-6)


def test_a_branch_reads_memory_for_its_own_lanes_alone() -> None:
    text = """
func.func @gated(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %size = arith.index_cast %n : i32 to index
  %zero = arith.constant 0.0 : f32
  scf.forall (%i) in (%size) {
    %a = memref.load %A[%i] : memref<?xf32>
    %up = arith.cmpf ogt, %a, %zero : f32
    %v = scf.if %up -> (f32) {
      %b = memref.load %T[%i] : memref<?xf32>
      scf.yield %b : f32
    } else {
      scf.yield %a : f32
    }
    memref.store %v, %T[%i] : memref<?xf32>
  }
  return
}
"""
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        LoopVectorizePass().apply(context, module.operation)
        assert "vector.maskedload %arg1[%arg3]" in str(module)
    a, t = np.array([1, -1] * 9, np.float32), np.arange(18, dtype=np.float32)
    jit.run(module, "gated", [a, t, 18])
    np.testing.assert_array_equal(t, np.where(a > 0, np.arange(18, dtype=np.float32), a))
