"""Extents read off the IR: what depends on a number that is not known is said, and is no crash."""

from __future__ import annotations

import pytest

from xpiler import dialects
from xpiler.diagnostics import Unsupported
from xpiler.verify import signature

MODULE = """
func.func @k(%x: memref<?xf32> {xpiler.name = "x"}, %n: i32 {xpiler.name = "n"}, %m: i32 {xpiler.name = "m"}) attributes {xpiler.kernel} {
  %0 = arith.index_cast %n : i32 to index
  %1 = arith.index_cast %m : i32 to index
  %2 = arith.muli %0, %1 : index
  xpiler.extent %x, %2 : memref<?xf32>
  return
}
"""


def test_an_extent_of_an_unknown_size_is_not_known() -> None:
    from mlir import ir

    module = ir.Module.parse(MODULE, dialects.context())
    kernel = signature.kernel(module)
    assert kernel.extents({"n": 3, "m": 5}) == {"x": 15}
    with pytest.raises(Unsupported, match="more than the sizes that are known"):
        kernel.extents({"n": 3})
