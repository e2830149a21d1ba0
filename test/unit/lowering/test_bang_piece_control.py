"""Loops and choices inside a piece of NRAM: every element takes the same way, and what is read again keeps its buffer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects, frontend, lowering, raising
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.frontend import ReadOptions
from xpiler.lowering import emit, lower
from xpiler.platforms.target import Target

AGAIN = """
__global__ void weigh(const float *A, const float *W, float *T, int n, int k) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float x = A[i], s = 0.0f;
  for (int j = 0; j < k; ++j) {
    float y = x * W[j];
    float z = y * y + x;
    s += z * y;
  }
  T[i] = s;
}
extern "C" void weigh_launch(cudaStream_t s, const float *A, const float *W, float *T, int n, int k) {
  weigh<<<(n + 255) / 256, 256, 0, s>>>(A, W, T, n, k);
}
"""
CHOSEN = """
__global__ void pick(const float *A, const int *rows, float *T, int n, int k, int m) {
  int i = threadIdx.x;
  if (i >= n) return;
  float s = 0.0f;
  for (int j = 0; j < k; ++j) {
    int r = rows[blockIdx.x * k + j];
    float v = r >= 0 && r < m ? A[r * n + i] : 1.0f;
    if (r != 2) s += v * v;
  }
  T[blockIdx.x * n + i] = s;
}
extern "C" void go(cudaStream_t s, const float *A, const int *rows, float *T, int n, int k, int m, int b) {
  pick<<<b, 1024, 0, s>>>(A, rows, T, n, k, m);
}
"""


def text_of(source: str) -> str:
    return lowering.emit(lowering.lower(raising.raise_module(frontend.read(source, "cuda", ReadOptions())), Target("bang", "")))


def kernel_of(text: str) -> str:
    return text.partition("__mlu_global__")[2].partition("\n}\n")[0]


def result(text: str, folder: Path, name: str, arguments: list[object]) -> np.ndarray:
    (folder / "k.mlu").write_text(text)
    build(folder / "k.mlu", "bang", folder / "k.so", arch="mtp_592")
    (done,) = run(folder / "k.so", name, [arguments])
    assert done.ok, (done.failure, done.findings)
    return done.arrays[2]


def test_what_a_loop_reads_in_each_iteration_is_not_written_over(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    a, w = generator.standard_normal(77).astype(np.float32), generator.standard_normal(5).astype(np.float32)
    text = text_of(AGAIN)
    assert "__bang_mul_scalar" in kernel_of(text)
    y = a[:, None] * w
    expected = ((y * y + a[:, None]) * y).sum(axis=1)
    assert np.allclose(result(text, tmp_path, "weigh_kernel", [a, w, np.zeros_like(a), 77, 5]), expected, rtol=1e-4, atol=1e-4)


def test_a_choice_that_is_the_same_for_all_elements_is_a_branch_around_builtins(tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    n, k, m, b = 70, 6, 4, 3
    a, rows = generator.standard_normal((m, n)).astype(np.float32), generator.integers(-1, m + 1, (b, k)).astype(np.int32)
    kernel = kernel_of(text := text_of(CHOSEN))
    assert "__bang_write_value" in kernel and kernel.count("__memcpy") == 2 and "__bang_move" not in kernel
    rows[0, 0] = 2
    values = np.where(((rows >= 0) & (rows < m))[..., None], a[np.clip(rows, 0, m - 1)], 1)
    expected = (values * values * (rows != 2)[..., None]).sum(axis=1)
    assert np.allclose(result(text, tmp_path, "pick_kernel", [a, rows, np.zeros((b, n), np.float32), n, k, m, b]), expected, atol=1e-4)


def test_tasks_share_what_several_outer_loops_have() -> None:
    source = CHOSEN.replace("blockIdx.x", "(blockIdx.y * gridDim.x + blockIdx.x)").replace("<<<b,", "<<<dim3(b, b, b),")
    assert "taskId; i < " in (kernel := kernel_of(text_of(source))) and kernel.count("for (") == 3


PLACES = """
func.func @k(%a: memref<?xf32> {xpiler.name = "A", xpiler.ctype = "const float *"},
             %b: memref<?xf32> {xpiler.name = "B", xpiler.ctype = "float *"},
             %r32: i32 {xpiler.name = "rows", xpiler.ctype = "int"}) attributes {xpiler.kernel, xpiler.noalias} {
  %rows = arith.index_cast %r32 : i32 to index
  %c64 = arith.constant 64 : index
  %all = arith.muli %rows, %c64 : index
  xpiler.extent %a, %all : memref<?xf32>
  xpiler.extent %b, %all : memref<?xf32>
  scf.forall (%r) in (%rows) {
    %row = arith.muli %r, %c64 : index
    %t = memref.alloca() : memref<64xf32>
    %u = memref.alloca() : memref<64xf32>
    scf.forall (%i) in (64) {
      %at = arith.addi %row, %i : index
      %x = memref.load %a[%at] : memref<?xf32>
      memref.store %x, %t[%i] : memref<64xf32>
      %z = arith.mulf %x, %x : f32
      %same = arith.addf %z, %x : f32
      memref.store %same, %u[%i] : memref<64xf32>
    }
    scf.forall (%i) in (64) {
      %old = memref.load %t[%i] : memref<64xf32>
      %v = memref.load %u[%i] : memref<64xf32>
      %new = arith.mulf %old, %v : f32
      memref.store %new, %t[%i] : memref<64xf32>
      %back = arith.BACK : f32
      memref.store %back, %u[%i] : memref<64xf32>
    }
    scf.forall (%i) in (64) {
      %x = memref.load %t[%i] : memref<64xf32>
      %y = memref.load %u[%i] : memref<64xf32>
      %s = arith.subf %x, %y : f32
      %at = arith.addi %row, %i : index
      memref.store %s, %b[%at] : memref<?xf32>
    }
  }
  return
}
"""


@pytest.mark.parametrize(("back", "moves"), [("addf %new, %v", 0), ("addf %new, %old", 2)])
def test_arrays_in_nram_are_worked_on_where_they_lie(tmp_path: Path, back: str, moves: int) -> None:
    """An element that is read behind its store, as it was before, is kept apart."""
    module = ir.Module.parse(PLACES.replace("BACK", back), dialects.context())
    text = emit(lower(module, Target("bang"), "bang-nram-pieces{arch=mtp_592}"))
    assert kernel_of(text).count("__bang_move") == moves
    a = np.random.default_rng(3).standard_normal((3, 64)).astype(np.float32)
    (tmp_path / "k.mlu").write_text(text)
    build(tmp_path / "k.mlu", "bang", tmp_path / "k.so", arch="mtp_592")
    (done,) = run(tmp_path / "k.so", "k_kernel", [[a, np.zeros_like(a), 3]])
    assert done.ok, (done.failure, done.findings)
    v = a * a + a
    expected = a * v - (a * v + (a if "old" in back else v))
    assert np.allclose(done.arrays[1], expected, rtol=1e-4, atol=1e-4)
