"""Float arithmetic that a loop repeats, and quotients, are computed before it; what depends on the loop stays."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects import context
from xpiler.transforms.invariants import hoist_invariants

NEST = """
func.func @scaled(%x: memref<?xf32>, %s: f32, %n: index) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %sixteen = arith.constant 16 : index
  scf.forall (%i) in (%n) {
    %base = arith.muli %i, %n : index
    %row = memref.load %x[%base] : memref<?xf32>
    scf.forall (%j) in (%n) {
      %some = arith.cmpf ogt, %s, %zero : f32
      %inverse = arith.divf %one, %s : f32
      %factor = arith.select %some, %inverse, %zero : f32
      %of_row = arith.mulf %row, %factor : f32
      %whole = arith.fptosi %s : f32 to i32
      %tiles = arith.divsi %n, %sixteen : index
      %odd = arith.divsi %sixteen, %n : index
      %sum = arith.addi %tiles, %odd : index
      %column = arith.addi %sum, %j : index
      %at = arith.addi %base, %column : index
      %v = memref.load %x[%at] : memref<?xf32>
      %scaled = arith.mulf %v, %of_row : f32
      memref.store %scaled, %x[%at] : memref<?xf32>
    }
  }
  return
}
"""


def test_each_value_moves_as_far_as_its_operands_allow() -> None:
    with context(), ir.Location.unknown():
        module = ir.Module.parse(NEST)
        function = next(iter(module.body.operations)).operation
        hoist_invariants(function)
        assert module.operation.verify()
        before, outer, inner = str(module).split("scf.forall")
    assert all(name in before for name in ("arith.cmpf", "arith.divf", "arith.select"))
    assert outer.count("arith.mulf") == 1  # of the row
    assert inner.count("arith.mulf") == 1  # of the element
    assert "arith.divsi %arg2" in before  # by a number that is not zero
    assert inner.count("arith.divsi") == 1  # by one that may be
    assert "arith.addi" in inner
    assert "arith.fptosi" in inner  # undefined in C where the number does not fit, and the loop may not run
