"""Modules with asynchronous copies: done at a wait, and until then nobody's; symbolic proofs leave them to executions at sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlir import ir
from mlir.dialects import nvvm

from xpiler import dialects, frontend
from xpiler.analysis.effects import walk
from xpiler.dialects.words import ASYNC
from xpiler.verify.stages import staged
from xpiler.verify.verdict import Verdict

SOURCE = """
#include <cuda_runtime.h>
__global__ void turned(const float *x, float *y) {
  __shared__ alignas(16) float tile[128];
  int i = threadIdx.x;
  *(float4 *)(tile + 4 * i) = *(const float4 *)(x + 4 * i);
  __syncthreads();
  for (int k = 0; k < 4; ++k) y[4 * i + k] = tile[(4 * i + k) ^ 4];
}
extern "C" void turned_kernel(const float *x, float *y) {
  float *a, *b;
  cudaMalloc(&a, 128 * sizeof(float));
  cudaMalloc(&b, 128 * sizeof(float));
  cudaMemcpy(a, x, 128 * sizeof(float), cudaMemcpyHostToDevice);
  turned<<<1, 32>>>(a, b);
  cudaMemcpy(y, b, 128 * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(a);
  cudaFree(b);
}
"""


def answer(tmp_path: Path, *, commits: bool = True, pending: int | None = 0):
    """The verdict on the kernel with its copy made asynchronous; no wait where `pending` is None."""
    path = tmp_path / "turned.cu"
    path.write_text(SOURCE)
    context = dialects.context()
    source, target = (frontend.read(path, "cuda", context=context) for _ in range(2))
    (store,) = [op for op in walk(target.operation) if op.name == "vector.store"]
    (barrier,) = [op for op in walk(target.operation) if op.name == "cuda.barrier"]
    with context, ir.Location.unknown(), ir.InsertionPoint(barrier):
        store.attributes[ASYNC] = ir.UnitAttr.get()
        if commits:
            nvvm.cp_async_commit_group()
        if pending is not None:
            nvvm.cp_async_wait_group(pending)
    with context:
        return staged(source, target, {}, 30.0).answer


def test_a_copy_is_there_behind_its_wait(tmp_path: Path) -> None:
    assert answer(tmp_path).verdict is Verdict.PROVED


@pytest.mark.parametrize("wrong", [{"pending": None}, {"pending": 1}, {"commits": False}])
def test_what_no_wait_covers_is_a_race(tmp_path: Path, wrong: dict[str, object]) -> None:
    found = answer(tmp_path, **wrong)
    assert found.verdict is not Verdict.PROVED
    assert "asynchronous copy" in found.reason
