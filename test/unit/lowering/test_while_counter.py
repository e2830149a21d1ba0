"""A counter in the header of a loop is advanced there, wherever the IR computes its next value."""

from __future__ import annotations

from mlir import ir

from xpiler import dialects
from xpiler.lowering import emit

KERNEL = """
module attributes {xpiler.target = #xpiler.target<"vnni", arch = "icelake-server">} {
  func.func @K(%T: memref<?xi32> {xpiler.name = "T"}) attributes {xpiler.kernel} {
    %c16 = arith.constant 16 : i32
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %four = arith.constant 4 : index
    %end = scf.while (%o = %c16) : (i32) -> i32 {
      %more = arith.cmpi sgt, %o, %c0 : i32
      scf.condition(%more) %o : i32
    } do {
    ^bb0(%o: i32):
      %next = arith.shrsi %o, %c1 : i32
      scf.for %i = %zero to %four step %one {
        %x = memref.load %T[%i] : memref<?xi32>
        %y = arith.xori %x, %o : i32
        memref.store %y, %T[%i] : memref<?xi32>
      }
      scf.yield %next : i32
    }
    return
  }
}
"""


def test_the_header_needs_nothing_of_the_body() -> None:
    with dialects.context(), ir.Location.unknown():
        text = emit(ir.Module.parse(KERNEL))
    header = next(line for line in text.splitlines() if "16" in line)
    assert header.strip() == "for (int i = 16; i > 0; i >>= 1)"
