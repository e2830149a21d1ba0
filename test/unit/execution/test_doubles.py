"""Shared form on doubles: the same kernel without rounding, and a refusal where a float's bits matter."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.doubles import in_doubles
from xpiler.execution.jit import CompiledModule

SUM = """
func.func @sum(%A: memref<?xTYPE>, %T: memref<?xf32>, %n: index, %scale: f32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 1.000000e-01 : f32
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %x = memref.load %A[%i] : memref<?xTYPE>
    %w = BODY
    %next = arith.addf %s, %w : f32
    scf.yield %next : f32
  }
  %v = arith.constant dense<[1.0, 2.0]> : vector<2xf32>
  %w2 = vector.reduction <add>, %v : vector<2xf32> into f32
  %more = arith.addf %sum, %w2 : f32
  %scaled = arith.mulf %more, %scale : f32
  memref.store %scaled, %T[%c0] : memref<?xf32>
  return
}
"""


def compiled(type_: str, body: str) -> CompiledModule:
    context = ir.Context()
    context.allow_unregistered_dialects = True
    return CompiledModule(in_doubles(ir.Module.parse(SUM.replace("TYPE", type_).replace("BODY", body), context)))


@pytest.mark.parametrize(("type_", "body"), [("f32", "arith.addf %x, %zero : f32"), ("f16", "arith.extf %x : f16 to f32")])
def test_nothing_is_rounded(type_: str, body: str) -> None:
    values, result = np.full(100_001, 0.7), np.zeros(1)
    compiled(type_, body).run("sum", [values, result, 100_001, 2.0])
    first = float(np.float32(0.1))  # constants are what the kernel has
    each = 0.7 + first if type_ == "f32" else 0.7
    assert result[0] == pytest.approx(2 * (first + 100_001 * each + 3), rel=1e-10)


def test_bits_of_floats_are_no_bits_of_doubles() -> None:
    with pytest.raises(Unsupported, match="bits of a float"):
        compiled("i32", "arith.bitcast %x : i32 to f32")
