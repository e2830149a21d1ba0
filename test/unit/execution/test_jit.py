"""The JIT: arrays in place, every element type, heap for arrays of loop bodies, clear refusals."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution import jit

SCALE = """
func.func @scale(%A: memref<?xf32> {xpiler.name = "A"}, %n: i32, %f: f32) attributes {xpiler.kernel} {
  %size = arith.index_cast %n : i32 to index
  "xpiler.extent"(%A, %size) : (memref<?xf32>, index) -> ()
  scf.forall (%i) in (%size) {
    %x = memref.load %A[%i] : memref<?xf32>
    %y = arith.mulf %x, %f : f32
    memref.store %y, %A[%i] : memref<?xf32>
  }
  return
}
"""

BLOCKS = """
func.func @blocks(%A: memref<?xf32>, %n: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.forall (%b) in (%n) {
    %tile = memref.alloca() : memref<4096xf32>
    %size = arith.constant 4096 : index
    scf.for %i = %c0 to %size step %c1 {
      %v = arith.index_cast %b : index to i32
      %f = arith.sitofp %v : i32 to f32
      memref.store %f, %tile[%i] : memref<4096xf32>
    }
    %r = memref.load %tile[%c1] : memref<4096xf32>
    memref.store %r, %A[%b] : memref<?xf32>
  }
  return
}
"""


def parse(text: str) -> ir.Module:
    context = ir.Context()
    context.allow_unregistered_dialects = True
    context.enable_multithreading(False)
    return ir.Module.parse(text, context)


def test_arrays_are_changed_in_place():
    values = np.arange(7, dtype=np.float32)
    jit.run(parse(SCALE), "scale", [values, 5, 2.0])
    np.testing.assert_array_equal(values, [0, 2, 4, 6, 8, 5, 6])


def test_source_module_is_left_alone():
    module = parse(SCALE)
    before = str(module)
    jit.run(module, "scale", [np.zeros(1, np.float32), 1, 1.0])
    assert str(module) == before


def test_loop_body_arrays_do_not_exhaust_the_stack():
    result = np.zeros(20_000, np.float32)
    jit.run(parse(BLOCKS), "blocks", [result, result.size])
    np.testing.assert_array_equal(result, np.arange(result.size))


@pytest.mark.parametrize(
    ("type_", "dtype", "value"),
    [
        ("i8", np.int8, -3),
        ("i16", np.uint16, 9),
        ("i64", np.int64, -(2**40)),
        ("f16", np.float16, 1.5),
        ("f64", np.float64, 0.1),
        ("i1", np.bool_, True),
    ],
)
def test_scalars_and_arrays_of_every_type(type_, dtype, value):
    text = f"""func.func @put(%A: memref<?x{type_}>, %x: {type_}) {{
      %c1 = arith.constant 1 : index
      memref.store %x, %A[%c1] : memref<?x{type_}>
      return
    }}"""
    array = np.zeros(3, dtype)
    jit.run(parse(text), "put", [array, value])
    np.testing.assert_array_equal(array, np.array([0, value, 0], dtype))


def test_bf16_is_bits_and_arithmetic_rounds():
    text = """func.func @double(%A: memref<?xbf16>, %x: bf16) {
      %c0 = arith.constant 0 : index
      %y = arith.addf %x, %x : bf16
      memref.store %y, %A[%c0] : memref<?xbf16>
      return
    }"""
    array = np.zeros(1, np.uint16)
    jit.run(parse(text), "double", [array, 1.5])
    assert array[0] == 0x4040


def test_atomics_and_floor_division_run():
    text = """func.func @f(%A: memref<?xf32>, %n: index, %d: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %one = arith.constant 1.0 : f32
      scf.for %i = %c0 to %n step %c1 {
        %q = arith.ceildivsi %i, %d : index
        %old = memref.atomic_rmw addf %one, %A[%q] : (f32, memref<?xf32>) -> f32
      }
      return
    }"""
    array = np.zeros(4, np.float32)
    jit.run(parse(text), "f", [array, 7, 2])
    np.testing.assert_array_equal(array, [1, 2, 2, 2])


def test_platform_operation_is_refused():
    text = """func.func @k(%A: memref<?xf32>) { "cuda.barrier"() : () -> () return }"""
    with pytest.raises(Unsupported, match=r"cuda\.barrier"):
        jit.run(parse(text), "k", [np.zeros(1, np.float32)])


def test_wrong_arguments_are_refused():
    module = parse(SCALE)
    with pytest.raises(TypeError, match="expected an array of float32"):
        jit.run(module, "scale", [np.zeros(1, np.float64), 1, 1.0])
    with pytest.raises(TypeError, match="takes 3 arguments"):
        jit.run(module, "scale", [np.zeros(1, np.float32)])


ROUNDED_ONCE = """
func.func @rounded_once(%X: memref<?xf32>, %Y: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = memref.load %X[%c0] : memref<?xf32>
  %z = memref.load %X[%c1] : memref<?xf32>
  %fused = math.fma %x, %x, %z : f32
  memref.store %fused, %Y[%c0] : memref<?xf32>
  %half = arith.constant -0.5 : f32
  %up = math.ceil %half : f32
  memref.store %up, %Y[%c1] : memref<?xf32>
  return
}
"""


def test_a_fused_product_is_rounded_once_and_a_ceiling_keeps_its_sign():
    module = parse(ROUNDED_ONCE)
    x, y = np.array([1 + 2.0**-12, -1 - 2.0**-11], np.float32), np.zeros(2, np.float32)
    jit.run(module, "rounded_once", [x, y])
    assert y[0] == np.float32(2.0**-24), "the product of two roundings is 0"
    assert y[1] == 0 and np.signbit(y[1])
