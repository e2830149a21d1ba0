"""Pairs of neighbouring elements, one a lane, are permuted out of two registers and back; single ones of them are left scalar."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.transforms.loop_vectorize import LoopVectorizePass

# y[2 i] = x[2 i] - x[2 i + 1], y[2 i + 1] = x[2 i] + x[2 i + 1]
TURN = """
func.func @turn(%X: memref<?xf32>, %Y: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %size = arith.index_cast %n : i32 to index
  scf.forall (%i) in (%size) {
    %even = arith.muli %i, %c2 : index
    %odd = arith.addi %even, OFFSET : index
    %a = memref.load %X[%even] : memref<?xf32>
    %b = memref.load %X[%odd] : memref<?xf32>
    %sum = arith.addf %a, %b : f32
    %difference = arith.subf %a, %b : f32
    memref.store %sum, %Y[%odd] : memref<?xf32>
    BETWEEN
    memref.store %difference, %Y[%even] : memref<?xf32>
  }
  return
}
"""


def widened(offset: str = "%c1", between: str = "") -> ir.Module:
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(TURN.replace("OFFSET", offset).replace("BETWEEN", between))
        LoopVectorizePass().apply(context, module.operation)
        assert module.operation.verify()
    return module


@pytest.mark.parametrize("n", [1, 7, 8, 9, 15, 16, 17, 40])
@pytest.mark.parametrize("in_place", [False, True])
def test_pairs_are_turned(n: int, in_place: bool) -> None:
    module = widened()
    assert str(module).count("vector.shuffle") == 8 and "memref.store" not in str(module)
    x = np.arange(2 * n, dtype=np.float32) ** 2
    y = x.copy() if in_place else np.full(2 * n + 3, -1, np.float32)
    even, odd = x[::2].copy(), x[1::2].copy()
    jit.run(module, "turn", [y if in_place else x, y, n])
    np.testing.assert_array_equal(y[: 2 * n : 2], even - odd)
    np.testing.assert_array_equal(y[1 : 2 * n : 2], even + odd)
    np.testing.assert_array_equal(y[2 * n :], -1)


def test_elements_of_two_pairs_are_left_scalar() -> None:
    assert "vector<" not in str(widened("%c2"))


def test_memory_between_the_two_stores_is_left_scalar() -> None:
    """What is stored there might be the element that waits."""
    assert "vector<" not in str(widened(between="memref.store %a, %Y[%c1] : memref<?xf32>"))


def test_a_pair_without_its_other_store_is_left_scalar() -> None:
    context = dialects.context()
    with context, ir.Location.unknown():
        text = TURN.replace("OFFSET", "%c1").replace("BETWEEN", "").replace("memref.store %sum, %Y[%odd] : memref<?xf32>", "")
        module = ir.Module.parse(text)
        LoopVectorizePass().apply(context, module.operation)
        assert "vector<" not in str(module)
