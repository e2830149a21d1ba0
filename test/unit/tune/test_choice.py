"""Without a search the cost model chooses among a few variations of the default schedule, always the same one, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlir import ir

from xpiler import dialects
from xpiler.lowering import lower
from xpiler.platforms.target import Target
from xpiler.tune.choice import Choice, choose
from xpiler.tune.cost_model import estimate

KERNELS = Path(__file__).parents[1] / "lowering" / "shared_kernels"
BANG, VNNI = Target("bang", "mtp_592"), Target("vnni", "icelake-server")


ROW_SUMS = """
func.func @row_sum(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"},
    %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %rows: i32 {xpiler.name="rows", xpiler.ctype="int"},
    %cols: i32 {xpiler.name="cols", xpiler.ctype="int"}) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = arith.index_cast %rows : i32 to index
  %n = arith.index_cast %cols : i32 to index
  %size = arith.muli %m, %n : index
  xpiler.extent %a, %size : memref<?xf32>
  xpiler.extent %t, %m : memref<?xf32>
  scf.forall (%r) in (%m) {
    %base = arith.muli %r, %n : index
    %total = scf.for %j = %c0 to %n step %c1 iter_args(%s = %zero) -> f32 {
      %o = arith.addi %base, %j : index
      %x = memref.load %a[%o] : memref<?xf32>
      %next = arith.addf %s, %x : f32
      scf.yield %next : f32
    }
    memref.store %total, %t[%r] : memref<?xf32>
  }
  return
}
"""


def choice(kernel: str, target: Target) -> Choice:
    text = ROW_SUMS if kernel == "row_sum" else (KERNELS / f"{kernel}.mlir").read_text()
    return choose(ir.Module.parse(text, dialects.context()), target)


def test_reductions_are_pooled_by_vectors() -> None:
    found = choice("row_sum", BANG)
    assert "wide_pools=true" in found.schedule
    assert "times as fast as the default" in found.reason
    assert found == choice("row_sum", BANG)


@pytest.mark.parametrize(("kernel", "target"), [("add", BANG), ("row_softmax", BANG), ("gemm", VNNI), ("add", Target("cuda", "sm_90"))])
def test_the_default_stays_where_nothing_is_much_faster(kernel: str, target: Target) -> None:
    """Rows of 96 elements (row_softmax) are not worth two pools each."""
    found = choice(kernel, target)
    assert found.reason.startswith("the default")
    assert "{packed" not in found.schedule and "wide_pools" not in found.schedule


def test_the_model_knows_what_packed_columns_save() -> None:
    """B is read from one end to the other there, where the other form skips a row of it at every step."""
    module = ir.Module.parse((KERNELS / "gemm.mlir").read_text(), dialects.context())
    sizes = {"M": 1024, "N": 1024, "K": 1024}
    packed, unpacked = (
        estimate(lower(module, VNNI, f"vnni-float-product{{{options}}}"), VNNI, sizes)
        for options in ("rows=8 registers=3", "rows=4 registers=2 packed=false")
    )
    assert packed < unpacked
    assert packed >= 1024**3 / 16 / 2  # two fused operations of sixteen lanes a cycle
