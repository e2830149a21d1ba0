"""Counting `scf.while` loops become `scf.for` with the counter's last value; others are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.raising.counted_while import count_whiles

MAIN_LOOP = """
func.func @f(%A: memref<?xi32>, %T: memref<?xi32>, %n: i32) attributes {xpiler.kernel} {
  %zero = arith.constant 0 : i32
  %four = arith.constant 4 : i32
  %last, %sum = scf.while (%c = %zero, %s = %zero) : (i32, i32) -> (i32, i32) {
    %next = arith.addi %c, %four overflow<nsw> : i32
    %go = arith.cmpi sle, %next, %n : i32
    scf.condition(%go) %c, %s : i32, i32
  } do {
  ^bb0(%c: i32, %s: i32):
    %at = arith.index_cast %c : i32 to index
    %a = memref.load %A[%at] : memref<?xi32>
    %t = arith.addi %s, %a : i32
    %d = arith.addi %c, %four overflow<nsw> : i32
    scf.yield %d, %t : i32, i32
  }
  %i0 = arith.constant 0 : index
  %i1 = arith.constant 1 : index
  memref.store %last, %T[%i0] : memref<?xi32>
  memref.store %sum, %T[%i1] : memref<?xi32>
  return
}
"""


def counted(text: str) -> ir.Module:
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        count_whiles(module.body.operations[0].operation)
        assert module.operation.verify()
    return module


@pytest.mark.parametrize("n", [-5, 0, 3, 4, 17])
def test_a_main_loop_and_its_counter_afterwards(n: int) -> None:
    module = counted(MAIN_LOOP)
    assert "scf.while" not in str(module)
    a, t = np.arange(1, 21, dtype=np.int32), np.zeros(2, np.int32)
    jit.run(module, "f", [a, t, n])
    last = max(n, 0) // 4 * 4
    assert t.tolist() == [last, int(a[:last:4].sum())]


@pytest.mark.parametrize("n", [0, 3, 4, 17])
def test_an_unsigned_counter(n: int) -> None:
    unsigned = MAIN_LOOP.replace("overflow<nsw>", "").replace("arith.cmpi sle", "arith.cmpi ule")
    module = counted(unsigned)
    assert "scf.while" not in str(module)
    a, t = np.arange(1, 21, dtype=np.int32), np.zeros(2, np.int32)
    jit.run(module, "f", [a, t, n])
    last = n // 4 * 4
    assert t.tolist() == [last, int(a[:last:4].sum())]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("arith.addi %c, %four overflow<nsw> : i32\n    scf.yield", "arith.shli %c, %four : i32\n    scf.yield"),
        ("arith.cmpi sle, %next, %n", "arith.cmpi ule, %next, %n"),
        ("%next = arith.addi %c, %four overflow<nsw>", "%next = arith.addi %c, %four"),
    ],
)
def test_what_does_not_count_is_left_alone(old: str, new: str) -> None:
    assert old in MAIN_LOOP
    assert "scf.while" in str(counted(MAIN_LOOP.replace(old, new)))


def test_a_division_in_the_test_is_computed_before_the_loop() -> None:
    """The test is made at least once, so that nothing is guessed."""
    divided = MAIN_LOOP.replace(
        "%go = arith.cmpi sle, %next, %n : i32", "%bound = arith.divsi %n, %four : i32\n    %go = arith.cmpi sle, %next, %bound : i32"
    )
    with dialects.context(), ir.Location.unknown():
        module = ir.Module.parse(divided)
        count_whiles(next(iter(module.body.operations)).operation)
        text = str(module)
    assert "scf.while" not in text
    assert text.index("arith.divsi") < text.index("scf.for")


def test_a_counter_that_is_compared_with_a_wider_size() -> None:
    """`for (unsigned i = ..; i < n; i += step)` where n is a size_t."""
    module = counted("""
func.func @f(%A: memref<?xi32>, %n: i64) attributes {xpiler.kernel} {
  %zero = arith.constant 0 : i32
  %four = arith.constant 4 : i32
  %last = scf.while (%c = %zero) : (i32) -> i32 {
    %wide = arith.extui %c : i32 to i64
    %go = arith.cmpi ult, %wide, %n : i64
    scf.condition(%go) %c : i32
  } do {
  ^bb0(%c: i32):
    %at = arith.index_castui %c : i32 to index
    memref.store %c, %A[%at] : memref<?xi32>
    %d = arith.addi %c, %four : i32
    scf.yield %d : i32
  }
  return
}
""")
    assert "scf.while" not in str(module)
    a = np.full(9, -1, np.int32)
    jit.run(module, "f", [a, 9])
    assert a.tolist() == [0, -1, -1, -1, 4, -1, -1, -1, 8]


BOUND_IN_MEMORY = """
func.func @f(%rows: memref<?xi64>, %x: memref<?xf32>, %y: memref<?xf32>, %start: i64) attributes {xpiler.kernel} {
  %i1 = arith.constant 1 : index
  %one = arith.constant 1 : i64
  %zero = arith.constant 0.0 : f32
  %last, %sum = scf.while (%j = %start, %s = %zero) : (i64, f32) -> (i64, f32) {
    %end = memref.load %rows[%i1] : memref<?xi64>
    %go = arith.cmpi slt, %j, %end : i64
    scf.condition(%go) %j, %s : i64, f32
  } do {
  ^bb0(%j: i64, %s: f32):
    %at = arith.index_cast %j : i64 to index
    %v = memref.load %x[%at] : memref<?xf32>
    %t = arith.addf %s, %v : f32
    %next = arith.addi %j, %one overflow<nsw> : i64
    scf.yield %next, %t : i64, f32
  }
  memref.store %sum, %y[%i1] : memref<?xf32>
  return
}
"""


def test_a_bound_in_memory_that_the_loop_does_not_write() -> None:
    module = counted(BOUND_IN_MEMORY)
    assert "scf.while" not in str(module)
    y = np.zeros(2, np.float32)
    jit.run(module, "f", [np.array([0, 5]), np.arange(8, dtype=np.float32), y, 2])
    assert y[1] == 2 + 3 + 4


def test_a_bound_in_memory_that_the_loop_writes_is_read_each_time() -> None:
    written = BOUND_IN_MEMORY.replace("%next = arith", "memref.store %j, %rows[%i1] : memref<?xi64>\n    %next = arith")
    assert "scf.while" in str(counted(written))
