"""Dynamic shared memory: a launch that asks for more than a block has does not run, so that no proof holds there."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler import dialects
from xpiler.verify.model import block_memory
from xpiler.verify.stages import at_sizes
from xpiler.verify.symbolic.stage import prove
from xpiler.verify.verdict import Verdict

ROWS = """extern "C" void k_kernel(const float *A, float *T, int cols) {
  for (int c = 0; c < cols; ++c) T[c] = A[cols - 1 - c];
}
"""
TURNED = """#include <{0}/{0}_runtime.h>
__global__ void k(const float *A, float *T, int cols) {{
  extern __shared__ float row[];
  for (int c = threadIdx.x; c < cols; c += 64) row[c] = A[c];
  __syncthreads();
  for (int c = threadIdx.x; c < cols; c += 64) T[c] = row[cols - 1 - c];
}}
extern "C" void k_kernel(const float *A, float *T, int cols) {{
  float *a, *t;
  {0}Malloc(&a, cols * sizeof(float));
  {0}Malloc(&t, cols * sizeof(float));
  {0}Memcpy(a, A, cols * sizeof(float), {0}MemcpyHostToDevice);
  {1}
  k<<<1, 64, cols * sizeof(float)>>>(a, t, cols);
  {0}Memcpy(T, t, cols * sizeof(float), {0}MemcpyDeviceToHost);
}}
"""
RAISED = "cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, cols * sizeof(float));"
LIMITS = {"cuda": (".cu", "", 49152), "raised": (".cu", RAISED, 232448), "hip": (".hip", "", 65536)}


@pytest.mark.parametrize("name", LIMITS)
def test_the_scope_ends_where_a_block_has_no_more_memory(written, name: str) -> None:
    suffix, raising, most = LIMITS[name]
    text = TURNED.format(suffix[1:].replace("cu", "cuda"), raising).replace("cuda/cuda_runtime", "cuda_runtime")
    source, target = written(ROWS, ".cpp"), written(text, suffix)
    found = prove(source, target, 60.0)
    assert found.scope == f"all sizes with 1 <= cols <= {most // 4}"
    assert found.narrowed == {"cols": most // 4}
    beyond = at_sizes(source, target, {"cols": most // 4 + 1}, 20).answer
    assert beyond.verdict is Verdict.UNSUPPORTED
    assert "bytes of shared memory" in beyond.reason


@pytest.mark.parametrize(
    ("target", "raised", "kilobytes"),
    [
        ('"cuda", arch = "sm_90a"', True, 227),
        ('"cuda", arch = "sm_86"', True, 99),
        ('"cuda", arch = "sm_61"', True, 48),
        ('"cuda", arch = "sm_90"', False, 48),
        ('"hip", arch = "gfx942"', False, 64),
        ('"hip", arch = "gfx950"', False, 160),
    ],
)
def test_what_a_block_may_have_is_that_of_its_architecture(target: str, raised: bool, kilobytes: int) -> None:
    """One that is not listed has what all have."""
    more = f", {block_memory.RAISED}" if raised else ""
    module = ir.Module.parse(f"module attributes {{xpiler.target = #xpiler.target<{target}>{more}}} {{}}", dialects.context())
    assert block_memory.most_shared_bytes(module) == kilobytes << 10
