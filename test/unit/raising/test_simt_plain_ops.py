"""What one thread does by platform operations: fast functions, atomics, constant arrays, rows used as pointers."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir
from simt_module import module_text, parse, raised, run

from xpiler import raising
from xpiler.diagnostics import Unsupported
from xpiler.execution import jit

RNG = np.random.default_rng(13)
ONE_BLOCK = {"grid": "%c1, %c1, %c1", "block": "%c64, %c1, %c1"}


@pytest.mark.parametrize(
    ("kind", "reference"), [("exp", np.exp), ("rcp", np.reciprocal), ("exp10", lambda x: 10**x), ("rsqrt", lambda x: 1 / np.sqrt(x))]
)
def test_fast_functions_are_their_real_ones(kind, reference):
    kernel = f"""
      %tx = cuda.thread_id x : i32
      %i = arith.index_castui %tx : i32 to index
      %a = memref.load %A[%i] : memref<?xf32>
      %f = cuda.approx<{kind}> %a : f32
      memref.store %f, %T[%i] : memref<?xf32>"""
    a, t = RNG.uniform(0.5, 2, 64).astype(np.float32), np.full(64, np.nan, np.float32)
    run(module_text(kernel, "%A: memref<?xf32>, %T: memref<?xf32>", **ONE_BLOCK), [a, t])
    np.testing.assert_allclose(t, reference(a), rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("add", 64 * 63 // 2 + 5), ("max", 63), ("umin", 0), ("or", 63), ("sub", 5 - 64 * 63 // 2), ("xor", 5), ("exch", None)],
)
def test_integer_atomics(kind, expected):
    kernel = f"""
      %tx = cuda.thread_id x : i32
      %z = arith.constant 0 : index
      %old = cuda.atomic<{kind}> %tx, %T[%z] : i32, memref<?xi32>"""
    t = np.array([5], np.int32)
    run(module_text(kernel, "%T: memref<?xi32>", **ONE_BLOCK), [t])
    assert t[0] == expected if expected is not None else 0 <= t[0] < 64


def test_atomic_add_of_floats_is_one_update():
    kernel = """
      %tx = cuda.thread_id x : i32
      %i = arith.index_castui %tx : i32 to index
      %z = arith.constant 0 : index
      %a = memref.load %A[%i] : memref<?xf32>
      %old = cuda.atomic<add> %a, %T[%z] : f32, memref<?xf32>"""
    text = module_text(kernel, "%A: memref<?xf32>, %T: memref<?xf32>", **ONE_BLOCK)
    a, t = RNG.standard_normal(64).astype(np.float32), np.zeros(1, np.float32)
    run(text, [a, t])
    np.testing.assert_allclose(t[0], a.sum(), rtol=1e-4)
    assert "memref.atomic_rmw addf" in str(raised(text))


def test_compare_and_swap():
    kernel = """
      %tx = cuda.thread_id x : i32
      %z = arith.constant 0 : index
      %old = cuda.atomic_cas %tx, %c64, %T[%z] : i32, memref<?xi32>"""
    t = np.array([7], np.int32)
    run(module_text(kernel, "%T: memref<?xi32>", **ONE_BLOCK), [t])
    assert t[0] == 64


def test_rows_of_a_shared_array_as_pointers():
    kernel = """
      %tile = memref.alloca() : memref<8x9xf32, #cuda.space<shared>>
      %tx = cuda.thread_id x : i32
      %i = arith.index_castui %tx : i32 to index
      %i8 = arith.constant 8 : index
      %i9 = arith.constant 9 : index
      %r = arith.divui %i, %i8 : index
      %c = arith.remui %i, %i8 : index
      %a = memref.load %A[%i] : memref<?xf32>
      memref.store %a, %tile[%r, %c] : memref<8x9xf32, #cuda.space<shared>>
      cuda.barrier
      %flat = memref.collapse_shape %tile [[0, 1]] : memref<8x9xf32, #cuda.space<shared>> into memref<72xf32, #cuda.space<shared>>
      %row = arith.muli %c, %i9 : index
      %o = arith.addi %row, %r : index
      %b = memref.load %flat[%o] : memref<72xf32, #cuda.space<shared>>
      memref.store %b, %T[%i] : memref<?xf32>"""
    a, t = RNG.standard_normal((8, 8)).astype(np.float32), np.full((8, 8), np.nan, np.float32)
    run(module_text(kernel, "%A: memref<?xf32>, %T: memref<?xf32>", **ONE_BLOCK), [a, t])
    np.testing.assert_array_equal(t, a.T)


def test_view_of_a_buffer_is_an_offset():
    kernel = """
      %tx = cuda.thread_id x : i32
      %i = arith.index_castui %tx : i32 to index
      %two = arith.constant 2 : index
      %v = xpiler.view %A[%two] : memref<?xf32> to memref<?xf32>
      %w = xpiler.view %v[%two] : memref<?xf32> to memref<?xf32>
      %a = memref.load %w[%i] : memref<?xf32>
      memref.store %a, %T[%i] : memref<?xf32>"""
    a, t = RNG.standard_normal(68).astype(np.float32), np.full(64, np.nan, np.float32)
    run(module_text(kernel, "%A: memref<?xf32>, %T: memref<?xf32>", **ONE_BLOCK), [a, t])
    np.testing.assert_array_equal(t, a[4:])


def test_memory_seen_as_a_narrower_type_is_refused():
    kernel = """
      %z = arith.constant 0 : index
      %v = xpiler.view %A[%z] : memref<?xf32> to memref<?xi16>
      %a = memref.load %v[%z] : memref<?xi16>
      memref.store %a, %v[%z] : memref<?xi16>"""
    with pytest.raises(Unsupported, match="memory of f32 seen as i16"):
        raised(module_text(kernel, "%A: memref<?xf32>", **ONE_BLOCK))


def test_constant_arrays():
    kernel = """
      %g = memref.get_global @weights : memref<4xf32, #cuda.space<constant>>
      %tx = cuda.thread_id x : i32
      %m = arith.remui %tx, %c4 : i32
      %i = arith.index_castui %tx : i32 to index
      %mi = arith.index_castui %m : i32 to index
      %w = memref.load %g[%mi] : memref<4xf32, #cuda.space<constant>>
      memref.store %w, %T[%i] : memref<?xf32>"""
    text = module_text(kernel, "%T: memref<?xf32>", **ONE_BLOCK)
    weights = 'memref.global "private" constant @weights : memref<4xf32, #cuda.space<constant>> = dense<[1.0, 2.0, 3.0, 4.0]>\n'
    module = raising.raise_module(parse(text.replace("func.func @k(", weights + "func.func @k(")))
    assert isinstance(module, ir.Module)
    t = np.full(64, np.nan, np.float32)
    jit.run(module, "k", [t])
    np.testing.assert_array_equal(t, np.tile(np.float32([1, 2, 3, 4]), 16))
