"""How blocks of threads sum in real code: the trees vanish, what is left are the loops over the elements."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlir import ir
from test_normalize_corpus import count

from xpiler.dialects import context
from xpiler.frontend import read
from xpiler.raising import raise_module

KERNELS = Path(__file__).parent / "block_reductions"


@pytest.mark.parametrize(
    ("name", "parallel", "serial"),
    [
        ("one_warp_sums_the_partials", 1, 1),
        ("tree_then_warp", 1, 1),
        ("two_sums", 1, 2),
        ("sum_in_a_branch_on_data", 1, 2),
        ("row_under_a_flag", 2, 1),
    ],
)
def test_the_tree_vanishes(name: str, parallel: int, serial: int) -> None:
    module = raise_module(read(KERNELS / f"{name}.cu", "cuda", context=context()))
    found = tuple(count(module, op) for op in ("scf.forall", "scf.for", "scf.while", "memref.alloca"))
    assert found == (parallel, serial, 0, 0)


def test_arrays_of_the_iterations_of_a_parallel_loop_are_apart() -> None:
    """Each row's array holds the row's own elements: what the last row wrote is not what the first one reads."""
    from xpiler.analysis.lanes import LaneExecution

    text = """
    func.func @k(%A: memref<?xf32>, %T: memref<4xf32>) attributes {xpiler.kernel} {
      %c0 = arith.constant 0 : index
      %all = memref.alloca() : memref<8xf32>
      scf.forall (%i) in (8) {
        %x = memref.load %A[%i] : memref<?xf32>
        memref.store %x, %all[%i] : memref<8xf32>
      }
      scf.forall (%row) in (4) {
        %own = memref.alloca() : memref<2xf32>
        scf.forall (%j) in (2) {
          %c2 = arith.constant 2 : index
          %first = arith.muli %row, %c2 : index
          %at = arith.addi %first, %j : index
          %x = memref.load %all[%at] : memref<8xf32>
          memref.store %x, %own[%j] : memref<2xf32>
        }
        %y = memref.load %own[%c0] : memref<2xf32>
        memref.store %y, %T[%row] : memref<4xf32>
      }
      return
    }"""
    ctx = context()
    with ctx, ir.Location.unknown():
        module = ir.Module.parse(text)
        block = module.body.operations[0].operation.regions[0].blocks[0]
        last = [visit for value, visit in LaneExecution(block).visits.items() if len(visit.terms) == 4]
        assert [term.mask for term in last[-1].terms] == [1 << 0, 1 << 2, 1 << 4, 1 << 6]
