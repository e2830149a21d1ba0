"""Perfect nests of parallel loops are one loop, also where the bounds of the inner one are computed between the two."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler import dialects
from xpiler.lowering.parallel_nest import dimensions, merge_perfect_nest

NEST = """
func.func @f(%A: memref<?xf32>, %rows: index, %cols: index, %by: index) {
  %c2 = arith.constant 2 : index
  %z = arith.constant 0.0 : f32
  scf.forall (%i) in (%rows) {
    %half = arith.floordivsi %cols, DIVISOR : index
    %at = arith.muli %i, %half : index
    scf.forall (%j) in (BOUND) {
      %k = arith.addi %at, %j : index
      memref.store %z, %A[%k] : memref<?xf32>
    }
  }
  return
}
"""


def merged(divisor: str, bound: str) -> tuple[int, str]:
    """The dimensions of the merged loop, and the module after it."""
    with dialects.context(), ir.Location.unknown():
        module = ir.Module.parse(NEST.replace("DIVISOR", divisor).replace("BOUND", bound))
        entry = module.body.operations[0].regions[0].blocks[0]
        loop = merge_perfect_nest(next(op.operation for op in entry if op.operation.name == "scf.forall"))
        assert module.operation.verify()
        return len(dimensions(loop)), str(module)


def test_a_bound_that_is_the_same_in_all_iterations_is_computed_before() -> None:
    count, text = merged("%c2", "%half")
    assert count == 2
    assert text.index("floordivsi") < text.index("scf.forall")


@pytest.mark.parametrize(("divisor", "bound"), [("%by", "%half"), ("%c2", "%at")])
def test_a_division_that_may_fail_and_a_bound_that_varies_stay(divisor: str, bound: str) -> None:
    count, text = merged(divisor, bound)
    assert count == 1
    assert divisor == "%c2" or text.index("floordivsi") > text.index("scf.forall")
