"""simt-vectors and simt-transpose: loops over neighbouring elements take four at once, transposing copies go through shared memory."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

ELEMENTWISE = """
func.func @f(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %N = arith.index_cast %n : i32 to index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %half = arith.constant 0.5 : f32
  %more = arith.addi %N, %c4 : index
  xpiler.extent %A, %more : memref<?xf32>
  xpiler.extent %T, %more : memref<?xf32>
  scf.forall (%i) in (%N) {
    %from = arith.addi %i, %FROM : index
    %to = arith.addi %i, %TO : index
    %x = memref.load %A[%from] : memref<?xf32>
    %y = arith.mulf %x, %half : f32
    %z = arith.addf %y, %x : f32
    memref.store %z, %T[%to] : memref<?xf32>
  }
  return
}
"""
TRANSPOSE = """
func.func @f(%A: memref<?xf32>, %T: memref<?xf32>, %m: i32, %n: i32) attributes {xpiler.kernel} {
  %M = arith.index_cast %m : i32 to index
  %N = arith.index_cast %n : i32 to index
  %MN = arith.muli %M, %N : index
  xpiler.extent %A, %MN : memref<?xf32>
  xpiler.extent %T, %MN : memref<?xf32>
  scf.forall (%i) in (%M) {
    scf.forall (%j) in (%N) {
      %iN = arith.muli %i, %N : index
      %ij = arith.addi %iN, %j : index
      %x = memref.load %A[%ij] : memref<?xf32>
      %jM = arith.muli %j, %M : index
      %ji = arith.addi %jM, %i : index
      memref.store %x, %T[%ji] : memref<?xf32>
    }
  }
  return
}
"""


def written(text: str, platform: str, schedule: str) -> str:
    """The text of a kernel by a schedule."""
    return emit(lower(ir.Module.parse(text, dialects.context()), Target(platform), schedule=schedule))


def elementwise(start: str, end: str) -> str:
    """A loop that reads from one offset on and writes from another on."""
    return ELEMENTWISE.replace("%FROM", start).replace("%TO", end)


@pytest.mark.parametrize("platform", ["cuda", "hip"])
@pytest.mark.parametrize("n", [0, 1, 3, 4, 1027])
def test_four_at_once_and_the_rest(run_text, platform: str, n: int) -> None:
    text = written(elementwise("%c4", "%c4"), platform, "simt-vectors")
    assert ("float4" if platform == "cuda" else "floatx4") in text
    a = np.random.default_rng(1).standard_normal(n + 4).astype(np.float32)
    _, t = run_text(text, platform, "f_kernel", a, np.full(n + 4, 99, np.float32), n)
    np.testing.assert_allclose(t, np.concatenate([np.full(4, 99), a[4:] * 1.5]), rtol=1e-6)


def test_what_is_not_aligned_is_read_alone(run_text) -> None:
    """Loads that begin one element further are four loads; stores that do keep the loop as it is."""
    text = written(elementwise("%c1", "%c4"), "cuda", "simt-vectors")
    assert "*(float4 *)" in text
    assert "*(const float4 *)" not in text
    a = np.arange(14, dtype=np.float32)
    _, t = run_text(text, "cuda", "f_kernel", a, np.full(14, 99, np.float32), 10)
    np.testing.assert_allclose(t[4:], a[1:11] * 1.5)
    assert "float4" not in written(elementwise("%c4", "%c1"), "cuda", "simt-vectors")


def test_an_array_that_is_read_elsewhere_keeps_its_loop() -> None:
    """Each iteration reads an element of the array that another one writes: four at once would read before they write."""
    text = elementwise("%c4", "%c4").replace("memref.store %z, %T[%to]", "memref.store %z, %A[%i]")
    assert "float4" not in written(text, "cuda", "simt-vectors")


@pytest.mark.parametrize("platform", ["cuda", "hip"])
@pytest.mark.parametrize(("m", "n"), [(64, 32), (33, 70), (1, 40)])
def test_transposing_copy(run_text, platform: str, m: int, n: int) -> None:
    text = written(TRANSPOSE, platform, "simt-transpose")
    assert "tile[64][33];" in text
    assert "dim3(32, 8)" in text
    a = np.random.default_rng(1).standard_normal((m, n)).astype(np.float32)
    _, t = run_text(text, platform, "f_kernel", a, np.full((n, m), 99, np.float32), m, n)
    np.testing.assert_array_equal(t, a.T)


def test_tiles_of_a_transpose_need_no_loop() -> None:
    """However many there are: those that the grid's y does not take go along z."""
    text = written(TRANSPOSE, "cuda", "simt-transpose")
    kernel = text[text.index("__global__") : text.index("// Host")]
    assert "gridDim" not in kernel
    assert "int across = blockIdx.z * 65535 + blockIdx.y;" in kernel
