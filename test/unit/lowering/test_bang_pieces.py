"""The options of bang-nram-pieces: pools over whole vectors, and pipelines, at sizes around vectors, pieces and tasks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

ELEMENTWISE = """
func.func @k(%a: memref<?xf32> {xpiler.name = "A", xpiler.ctype = "const float *"},
             %b: memref<?xf32> {xpiler.name = "B", xpiler.ctype = "float *"},
             %n32: i32 {xpiler.name = "n", xpiler.ctype = "int"}) attributes {xpiler.kernel, xpiler.noalias} {
  %n = arith.index_cast %n32 : i32 to index
  xpiler.extent %a, %n : memref<?xf32>
  xpiler.extent %b, %n : memref<?xf32>
  scf.forall (%i) in (%n) {
    %x = memref.load %a[%i] : memref<?xf32>
    %old = memref.load %b[%i] : memref<?xf32>
    %e = math.absf %x : f32
    %p = arith.mulf %e, %x : f32
    %s = arith.addf %p, %old : f32
    memref.store %s, %b[%i] : memref<?xf32>
  }
  return
}
"""
SUMS = """
func.func @k(%a: memref<?xf32> {xpiler.name = "A", xpiler.ctype = "const float *"},
             %b: memref<?xf32> {xpiler.name = "B", xpiler.ctype = "float *"},
             %r32: i32 {xpiler.name = "rows", xpiler.ctype = "int"}, %c32: i32 {xpiler.name = "cols", xpiler.ctype = "int"})
    attributes {xpiler.kernel, xpiler.noalias} {
  %rows = arith.index_cast %r32 : i32 to index
  %cols = arith.index_cast %c32 : i32 to index
  %all = arith.muli %rows, %cols : index
  %two = arith.constant 2 : index
  %results = arith.muli %rows, %two : index
  xpiler.extent %a, %all : memref<?xf32>
  xpiler.extent %b, %results : memref<?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant -3.0e38 : f32
  scf.forall (%i) in (%rows) {
    %row = arith.muli %i, %cols : index
    %f:2 = scf.for %j = %c0 to %cols step %c1 iter_args(%s = %zero, %m = %lowest) -> (f32, f32) {
      %at = arith.addi %row, %j : index
      %x = memref.load %a[%at] : memref<?xf32>
      %s1 = arith.addf %s, %x : f32
      %m1 = arith.maxnumf %m, %x : f32
      scf.yield %s1, %m1 : f32, f32
    }
    %o = arith.muli %i, %two : index
    %o1 = arith.addi %o, %c1 : index
    memref.store %f#0, %b[%o] : memref<?xf32>
    memref.store %f#1, %b[%o1] : memref<?xf32>
  }
  return
}
"""


def text_of(kernel: str, options: str) -> str:
    module = ir.Module.parse(kernel, dialects.context())
    return emit(lower(module, Target("bang"), f"bang-nram-pieces{{arch=mtp_592 {options}}}"))


def runs(folder: Path, text: str, calls: list[list[object]]) -> list[np.ndarray]:
    """The output of every call; what the strict simulator finds fails the test."""
    (folder / "k.mlu").write_text(text)
    build(folder / "k.mlu", "bang", folder / "k.so", arch="mtp_592")
    results = run(folder / "k.so", "k_kernel", calls)
    assert all(r.ok for r in results), [(r.failure, r.findings) for r in results]
    return [r.arrays[1] for r in results]


def test_a_pipeline_gives_what_the_loop_gives(tmp_path: Path) -> None:
    text = text_of(ELEMENTWISE, "pipeline=true longest=128")
    assert "__memcpy_async" in text and "__sync_io_move_compute()" in text
    generator, calls = np.random.default_rng(0), []
    for n in (1, 127, 128, 129, 16 * 128, 16 * 128 + 1, 5 * 16 * 128 + 77):
        calls.append([*(generator.standard_normal(n).astype(np.float32) for _ in range(2)), n])
    for (a, b, _), result in zip(calls, runs(tmp_path, text, calls), strict=True):
        np.testing.assert_array_equal(result, np.abs(a) * a + b)


def test_reductions_are_no_pipelines() -> None:
    assert "__memcpy_async" not in text_of(SUMS, "pipeline=true")


def test_three_slots_fit_the_memory() -> None:
    """However long a piece may be, what is declared fits what the compiler leaves of NRAM, and most of that is used."""
    text = text_of(ELEMENTWISE, "pipeline=true longest=32768")
    floats = sum(int(n) for n in re.findall(r"__nram__ float \w+\[(\d+)\]", text))
    assert 0.9 * 393216 < 4 * floats <= 393216


@pytest.mark.parametrize("wide", ["false", "true"])
def test_wide_pools_fold_every_element_once(wide: str, tmp_path: Path) -> None:
    text = text_of(SUMS, f"wide_pools={wide} longest=256")
    assert ("pool(" in text) and (", 32, 1, " in text) == (wide == "true")
    generator, calls = np.random.default_rng(1), []
    for rows, cols in ((1, 1), (3, 31), (2, 32), (5, 33), (2, 257), (1, 1000)):
        a = generator.integers(-50, -1, rows * cols).astype(np.float32)  # exact sums; no maximum is zero
        calls.append([a, np.zeros(2 * rows, np.float32), rows, cols])
    for (a, _, rows, cols), result in zip(calls, runs(tmp_path, text, calls), strict=True):
        matrix = a.reshape(rows, cols)
        np.testing.assert_array_equal(result.reshape(rows, 2), np.stack([matrix.sum(1), matrix.max(1)], 1))


COLUMN_MAXIMA = """
func.func @k(%a: memref<?xf32> {xpiler.name = "A", xpiler.ctype = "const float *"},
             %b: memref<?xf32> {xpiler.name = "B", xpiler.ctype = "float *"},
             %r32: i32 {xpiler.name = "rows", xpiler.ctype = "int"}, %c32: i32 {xpiler.name = "cols", xpiler.ctype = "int"})
    attributes {xpiler.kernel, xpiler.noalias} {
  %rows = arith.index_cast %r32 : i32 to index
  %cols = arith.index_cast %c32 : i32 to index
  %all = arith.muli %rows, %cols : index
  xpiler.extent %a, %all : memref<?xf32>
  xpiler.extent %b, %cols : memref<?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %lowest = arith.constant -3.0e38 : f32
  scf.forall (%j) in (%cols) {
    %m = scf.for %i = %c0 to %rows step %c1 iter_args(%most = %lowest) -> (f32) {
      %row = arith.muli %i, %cols : index
      %at = arith.addi %row, %j : index
      %x = memref.load %a[%at] : memref<?xf32>
      %next = arith.maxnumf %x, %most : f32
      scf.yield %next : f32
    }
    memref.store %m, %b[%j] : memref<?xf32>
  }
  return
}
"""


def test_a_maximum_is_not_written_over_its_second_operand() -> None:
    """`__bang_maxequal` lets its destination be the first source only."""
    calls = re.findall(r"__bang_maxequal\((\w+), (\w+), (\w+),", text_of(COLUMN_MAXIMA, ""))
    assert calls and all(target == first != second for target, first, second in calls)


def test_powers_of_two_and_roundings_are_builtins(tmp_path: Path) -> None:
    ops = "%e = math.roundeven %x : f32\n    %t = math.exp2 %e : f32\n    %p = arith.mulf %t, %x : f32\n"
    text = text_of(re.sub(r"%e = math\.absf.*\n.*\n", ops, ELEMENTWISE), "")
    assert "__bang_nearbyint(" in text and "__bang_pow2(" in text
    x = np.random.default_rng(0).uniform(-9, 9, 200).astype(np.float32)
    (result,) = runs(tmp_path, text, [[x, np.zeros_like(x), x.size]])
    np.testing.assert_allclose(result, np.exp2(np.rint(x)) * x, rtol=1e-6)


EXPONENT = """
    %e = math.roundeven %x : f32
    %w = arith.fptosi %e : f32 to i32
    %c127 = arith.constant 127 : i32
    %c23 = arith.constant 23 : i32
    %v = arith.addi %w, %c127 : i32
    %u = arith.shli %v, %c23 : i32
    %t = arith.bitcast %u : i32 to f32
    %p = arith.mulf %t, %x : f32
"""


@pytest.mark.parametrize("options", ["", "pipeline=true longest=128"])
def test_a_power_of_two_made_of_bits_is_computed_by_builtins(options: str, tmp_path: Path) -> None:
    text = text_of(re.sub(r"%e = math\.absf.*\n.*\n", EXPONENT, ELEMENTWISE), options)
    assert all(word in text for word in ("__bang_float2int32_tz(", "8388608", "(__nram__ float *)"))
    x = np.random.default_rng(0).uniform(-9, 9, 200).astype(np.float32)
    (result,) = runs(tmp_path, text, [[x, np.zeros_like(x), x.size]])
    np.testing.assert_array_equal(result, np.exp2(np.rint(x)) * x)


def test_bits_that_are_used_twice_stay_scalar() -> None:
    both = EXPONENT.replace("%p = arith.mulf %t, %x", "%q = arith.sitofp %u : i32 to f32\n    %p = arith.mulf %t, %q")
    assert "__bang_" not in text_of(re.sub(r"%e = math\.absf.*\n.*\n", both, ELEMENTWISE), "")
