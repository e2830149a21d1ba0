"""simt-matmul: products by tiles are the products, at sizes that no tile divides; each thread keeps its sums to itself."""

from __future__ import annotations

import re

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.diagnostics import PassFailed
from xpiler.execution import jit
from xpiler.lowering import emit, lower
from xpiler.lowering.simt.schedule.simt_matmul import SimtMatmulPass
from xpiler.platforms.target import Target

PRODUCT = """
func.func @gemm(%A: memref<?xELEMENT>, %B: memref<?xELEMENT>, %C: memref<?xSUM>, %m: i32, %n: i32, %k: i32) attributes {xpiler.kernel} {
  %M = arith.index_cast %m : i32 to index
  %N = arith.index_cast %n : i32 to index
  %K = arith.index_cast %k : i32 to index
  %MK = arith.muli %M, %K : index
  %KN = arith.muli %K, %N : index
  %MN = arith.muli %M, %N : index
  xpiler.extent %A, %MK : memref<?xELEMENT>
  xpiler.extent %B, %KN : memref<?xELEMENT>
  xpiler.extent %C, %MN : memref<?xSUM>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant ZERO : SUM
  scf.forall (%i) in (%M) {
    scf.forall (%j) in (%N) {
      %s = scf.for %p = %c0 to %K step %c1 iter_args(%acc = %z) -> (SUM) {
        %ik = arith.muli %i, %K : index
        %ikp = arith.addi %ik, %p : index
        %a = memref.load %A[%ikp] : memref<?xELEMENT>
        %pn = arith.muli %p, %N : index
        %pj = arith.addi %pn, %j : index
        %b = memref.load %B[%pj] : memref<?xELEMENT>
        %aw = WIDEN %a : ELEMENT to SUM
        %bw = WIDEN %b : ELEMENT to SUM
        %ab = MUL %aw, %bw : SUM
        %next = ADD %acc, %ab : SUM
        scf.yield %next : SUM
      }
      %in = arith.muli %i, %N : index
      %at = arith.addi %in, %j : index
      memref.store %s, %C[%at] : memref<?xSUM>
    }
  }
  return
}
"""
WORDS = {
    "f32": {"ELEMENT": "f32", "SUM": "f32", "ZERO": "0.0", "MUL": "arith.mulf", "ADD": "arith.addf"},
    "f16": {"ELEMENT": "f16", "SUM": "f32", "ZERO": "0.0", "MUL": "arith.mulf", "ADD": "arith.addf", "WIDEN": "arith.extf"},
    "i8": {"ELEMENT": "i8", "SUM": "i32", "ZERO": "0", "MUL": "arith.muli", "ADD": "arith.addi", "WIDEN": "arith.extsi"},
}
NUMPY = {"f32": np.float32, "f16": np.float16, "i8": np.int8}
SUMS = {"f32": np.float32, "f16": np.float32, "i8": np.int32}


def product(kind: str) -> str:
    """The text of a product of a kind of numbers."""
    text = PRODUCT
    if kind == "f32":
        text = re.sub(r"%(aw|bw) = WIDEN.*\n", "", text).replace("%aw, %bw", "%a, %b")
    for word, meaning in WORDS[kind].items():
        text = text.replace(word, meaning)
    return text


def operands(kind: str, m: int, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    numbers = [random.integers(-128, 128, s) if kind == "i8" else random.standard_normal(s) for s in ((m, k), (k, n))]
    a, b = (x.astype(NUMPY[kind]) for x in numbers)
    return a, b


def expected(kind: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a.astype(SUMS[kind]) @ b.astype(SUMS[kind])


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("m,n,k", [(64, 64, 32), (13, 37, 7), (65, 129, 17), (3, 1, 40)])
def test_tiles_compute_the_product(kind: str, m: int, n: int, k: int) -> None:
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(product(kind))
        SimtMatmulPass().apply(context, module.operation)
        assert module.operation.verify()
    assert "memref<64x16x" in str(module)
    a, b = operands(kind, m, n, k)
    c = np.full(m * n, 99, SUMS[kind])
    jit.run(module, "gemm", [a.ravel(), b.ravel(), c, m, n, k])
    np.testing.assert_allclose(c.reshape(m, n), expected(kind, a, b), rtol=1e-4, atol=1e-4)


def test_other_sums_are_left_alone() -> None:
    text = product("f32").replace("arith.addf", "arith.maxnumf")
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        before = str(module)
        SimtMatmulPass().apply(context, module.operation)
        assert str(module) == before


@pytest.mark.parametrize(("platform", "kind"), [("cuda", "f32"), ("hip", "f16"), ("cuda", "i8")])
def test_threads_compute_the_product(run_text, platform: str, kind: str) -> None:
    m, n, k = 66, 37, 19
    context = dialects.context()
    module = ir.Module.parse(product(kind), context)
    text = emit(lower(module, Target(platform), schedule="simt-matmul"))
    assert "[4][4];" in text
    assert not re.search(r"__shared__ \w+ acc", text)
    a, b = operands(kind, m, n, k)
    *_, c = run_text(text, platform, "gemm_kernel", a, b, np.full((m, n), 99, SUMS[kind]), m, n, k)
    np.testing.assert_allclose(c, expected(kind, a, b), rtol=1e-4, atol=1e-4)


def test_sums_that_threads_keep_take_no_shared_memory() -> None:
    """128 x 128 sums are 64 KiB, more than a block may share: each thread keeps 8 x 8 of them."""
    module = ir.Module.parse(product("f32"), dialects.context())
    text = emit(lower(module, Target("cuda"), schedule="simt-matmul{each=8}"))
    assert "[8][8];" in text
    assert "threadIdx.x" in text


@pytest.mark.parametrize(("m", "n", "k"), [(64, 64, 32), (66, 37, 19)])
def test_fragments_compute_the_product(run_text, m: int, n: int, k: int) -> None:
    context = dialects.context()
    module = ir.Module.parse(product("f16"), context)
    text = emit(lower(module, Target("cuda"), schedule="cuda-fragments"))
    assert "wmma::mma_sync" in text
    a, b = operands("f16", m, n, k)
    *_, c = run_text(text, "cuda", "gemm_kernel", a, b, np.full((m, n), 99, np.float32), m, n, k)
    np.testing.assert_allclose(c, expected("f16", a, b), rtol=1e-3, atol=1e-3)


RING = "simt-wide-products{rows=8 across=1 stages=2}"
WIDE = {"f32": RING, "f16": "cuda-wide-fragments", "i8": "cuda-wide-fragments"}


@pytest.mark.parametrize("kind", WIDE)
@pytest.mark.parametrize(("m", "n", "k"), [(128, 256, 192), (128, 128, 0), (128, 128, 96), (66, 37, 19)])
def test_whole_tiles_and_what_is_left(run_text, kind: str, m: int, n: int, k: int) -> None:
    """Sizes that are multiples of all tiles (with slices enough to go round the ring, and with none), of some, of none."""
    module = ir.Module.parse(product(kind), dialects.context())
    text = emit(lower(module, Target("cuda"), schedule=f"{WIDE[kind]},simt-matmul"))
    assert ("uint4" if kind == "i8" else "__pipeline_memcpy_async") in text
    assert "gemm_phase2<<<" in text
    a, b = operands(kind, m, n, k)
    *_, c = run_text(text, "cuda", "gemm_kernel", a, b, np.full((m, n), 99, SUMS[kind]), m, n, k)
    np.testing.assert_allclose(c, expected(kind, a, b), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("kind", "missing"), [("f16", "__pipeline_wait_prior(0);"), ("f16", "__pipeline_commit();"), ("f32", "__pipeline_wait_prior(0);")]
)
def test_a_slice_that_nothing_waits_for_is_a_race(run_text, kind: str, missing: str) -> None:
    """The twin of the test above: simulated copies arrive at their wait, not before."""
    module = ir.Module.parse(product(kind), dialects.context())
    text = emit(lower(module, Target("cuda"), schedule=f"{WIDE[kind]},simt-matmul"))
    assert missing in text
    a, b = operands(kind, 128, 128, 96)
    with pytest.raises(AssertionError, match="race"):
        run_text(text.replace(missing, ";"), "cuda", "gemm_kernel", a, b, np.full((128, 128), 99, np.float32), 128, 128, 96)


@pytest.mark.parametrize(("options", "m", "n"), [("stages=2", 64, 64), ("down=4 across=2", 128, 128)])
def test_shapes_of_a_block(run_text, options: str, m: int, n: int) -> None:
    """A ring, more sums a thread."""
    module = ir.Module.parse(product("f32"), dialects.context())
    text = emit(lower(module, Target("cuda"), schedule=f"simt-wide-products{{rows=8 {options.replace('stages', 'across=1 stages')}}}"))
    a, b = operands("f32", m, n, 160)
    *_, c = run_text(text, "cuda", "gemm_kernel", a, b, np.full((m, n), 99, np.float32), m, n, 160)
    np.testing.assert_allclose(c, expected("f32", a, b), rtol=1e-3, atol=1e-3)


def test_shapes_that_no_block_has_are_refused() -> None:
    module = ir.Module.parse(product("f32"), dialects.context())
    with pytest.raises(PassFailed, match="rows \\* down at least 16"):
        lower(module, Target("cuda"), schedule="simt-wide-products{rows=8 down=1}")
    with pytest.raises(PassFailed, match="tiles of 52224 bytes"):
        lower(module, Target("cuda"), schedule="simt-wide-products{rows=8 across=1 stages=3}")


def test_whole_tiles_on_hip(run_text) -> None:
    module = ir.Module.parse(product("f32"), dialects.context())
    text = emit(lower(module, Target("hip"), schedule="simt-wide-products,simt-matmul"))
    a, b = operands("f32", 128, 128, 64)
    *_, c = run_text(text, "hip", "gemm_kernel", a, b, np.full((128, 128), 99, np.float32), 128, 128, 64)
    np.testing.assert_allclose(c, expected("f32", a, b), rtol=1e-3, atol=1e-3)


def test_known_sizes_need_no_choice() -> None:
    """Extents that are numbers decide when the text is written."""
    for columns, kernels in ((256, 1), (257, 1)):
        sizes = f"%M = arith.constant 128 : index\n  %N = arith.constant {columns} : index\n  %K = arith.constant 64 : index"
        text = re.sub(r"%M = arith.index_cast.*\n.*\n.*index_cast %k.*", sizes, product("f32"))
        module = ir.Module.parse(text, dialects.context())
        written = emit(lower(module, Target("cuda"), schedule="simt-wide-products,simt-matmul"))
        assert written.count("__global__") == kernels
        assert ("float4" in written) == (columns == 256)
