"""Transposing copies on AVX-512: blocks of tiles in registers, whatever axes stay around them."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import KERNELS
from mlir import ir

from xpiler import dialects
from xpiler.diagnostics import PassFailed
from xpiler.execution import jit
from xpiler.lowering import emit, lower
from xpiler.lowering.vnni.schedule.vnni_transpose import VnniTransposePass
from xpiler.platforms.target import Target

# Images of c x p elements to p x c, or axes (b, c, p) to (p, b, c) by another subscript of the store.
IMAGES = """
func.func @f(%A: memref<?xf32>, %T: memref<?xf32>, %b: i32, %c: i32, %p: i32) attributes {xpiler.kernel} {
  %B = arith.index_cast %b : i32 to index
  %C = arith.index_cast %c : i32 to index
  %P = arith.index_cast %p : i32 to index
  %CP = arith.muli %C, %P : index
  %size = arith.muli %B, %CP : index
  xpiler.extent %A, %size : memref<?xf32>
  xpiler.extent %T, %size : memref<?xf32>
  scf.forall (%i) in (%B) {
    scf.forall (%j) in (%P) {
      scf.forall (%k) in (%C) {
        %image = arith.muli %i, %CP : index
        %plane = arith.muli %k, %P : index
        %from0 = arith.addi %image, %plane : index
        %from = arith.addi %from0, %j : index
        %x = memref.load %A[%from] : memref<?xf32>
        %pixel = arith.muli %j, %C : index
        %to0 = arith.addi %image, %pixel : index
        %to = arith.addi %to0, %k : index
        memref.store %x, %T[%to] : memref<?xf32>
      }
    }
  }
  return
}
"""
SIZES = [(1, 1), (16, 16), (15, 40), (64, 33), (130, 70)]


def written(text: str, schedule: str = "vnni-transpose") -> str:
    """The text of a kernel by a schedule."""
    return emit(lower(ir.Module.parse(text, dialects.context()), Target("vnni", "icelake-server"), schedule))


def matrix() -> str:
    """A kernel that transposes a matrix."""
    return (KERNELS / "transpose.mlir").read_text()


@pytest.mark.parametrize(("rows", "cols"), SIZES)
def test_a_matrix(run_text, rows: int, cols: int) -> None:
    a = np.random.default_rng(rows).standard_normal((rows, cols)).astype(np.float32)
    _, t = run_text(written(matrix()), "vnni", "transpose_kernel", a, np.full((cols, rows), 99, np.float32), rows, cols)
    np.testing.assert_array_equal(t, a.T)


@pytest.mark.parametrize(("rows", "cols"), SIZES)
def test_images(run_text, rows: int, cols: int) -> None:
    a = np.random.default_rng(cols).standard_normal((3, rows, cols)).astype(np.float32)
    text = written(IMAGES)
    assert "collapse(3)" in text
    _, t = run_text(text, "vnni", "f_kernel", a, np.full((3, cols, rows), 99, np.float32), 3, rows, cols)
    np.testing.assert_array_equal(t, a.transpose(0, 2, 1))


@pytest.mark.parametrize(("rows", "cols"), SIZES)
def test_the_scheduled_form_computes_the_same(rows: int, cols: int) -> None:
    """As upstream lowers `linalg.transpose`."""
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(matrix())
        VnniTransposePass(rows=32, columns=48).apply(context, module.operation)
        assert "linalg.transpose" in str(module)
        assert module.operation.verify()
    a = np.random.default_rng(2).standard_normal((rows, cols)).astype(np.float32)
    t = np.full((cols, rows), 99, np.float32)
    jit.run(module, "transpose", [a.reshape(-1), t.reshape(-1), rows, cols])
    np.testing.assert_array_equal(t, a.T)


def test_as_a_reader_sees_it(golden) -> None:
    """The source is only read: the launcher hands on what it is given."""
    golden("transpose.cpp", written(matrix()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("%turned = arith.muli %c, %R : index", "%turned = arith.muli %r, %C : index"),  # the strides are another matrix's
        ("memref.store %a", "%b = arith.addf %a, %a : f32\n memref.store %b"),
        ("%R = arith.index_cast %rows : i32 to index", "%R = arith.constant 8 : index"),  # shorter than a register
    ],
)
def test_other_copies_stay(old: str, new: str) -> None:
    assert old in matrix()
    assert "transpose_block" not in written(matrix().replace(old, new))


def test_other_elements_stay() -> None:
    assert "transpose_block" not in written(matrix().replace("xf32", "xi32"))


@pytest.mark.parametrize("options", [{"rows": 8}, {"columns": 40}])
def test_blocks_are_whole_tiles(options: dict[str, int]) -> None:
    with pytest.raises(PassFailed, match="multiples of 16"):
        VnniTransposePass(**options)
