"""What the loops inside a block know of its extent."""

from __future__ import annotations

from mlir import ir

from xpiler import dialects
from xpiler.passes import pass_class

BLOCKS = """
func.func @transpose(%x: memref<?xf32>, %y: memref<?xf32>, %rows: index, %cols: index, %limit: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  scf.forall (%b) in (%limit) {
    %r0 = arith.muli %b, %c32 : index
    %next = arith.addi %r0, %c32 : index
    %end = arith.minsi %next, ROWS : index
    %length = arith.subi %end, %r0 : index
    scf.for %r = %c0 to %length step %c1 {
      scf.for %c = %c0 to %cols step %c1 {
        %row = arith.addi %r0, %r : index
        %from_row = arith.muli %row, %cols : index
        %from = arith.addi %from_row, %c : index
        %v = memref.load %x[%from] : memref<?xf32>
        %to_row = arith.muli %c, %rows : index
        %to = arith.addi %to_row, %row : index
        memref.store %v, %y[%to] : memref<?xf32>
      }
    }
  }
  return
}
"""


def _parallel_loops(rows: str) -> int:
    with dialects.context() as ctx, ir.Location.unknown():
        module = ir.Module.parse(BLOCKS.replace("ROWS", rows))
        pass_class("loop-parallel")().apply(ctx, module.operation)
        return str(module).count("scf.forall")


def test_a_block_with_a_row_says_that_the_matrix_has_one_and_its_columns_are_apart() -> None:
    assert _parallel_loops("%rows") == 2


def test_rows_of_another_matrix_say_nothing() -> None:
    assert _parallel_loops("%limit") == 1
