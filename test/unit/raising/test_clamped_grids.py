"""Grid-stride loops whose grid depends on the data's size become one loop over the data, in every integer type."""

from __future__ import annotations

import pytest

from xpiler import frontend, raising
from xpiler.frontend import ReadOptions

SCALE = """
__global__ void scale(const float *x, float *y, TYPE n) {
  TYPE stride = (TYPE)gridDim.x * blockDim.x;
  for (TYPE i = (TYPE)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride) y[i] = 2.0f * x[i];
}
void launch(const float *x, float *y, TYPE n, cudaStream_t s) {
  int blocks = (int)((n + 255) / 256);
  if (blocks > LIMIT) blocks = LIMIT;
  scale<<<blocks, 256, 0, s>>>(x, y, n);
}
"""

# four floats a thread, then the rest; at least one block, at most LIMIT
VECTORS = """
__global__ void scale(const float *x, float *y, int n) {
  int stride = STRIDE, t = blockIdx.x * blockDim.x + threadIdx.x;
  for (int i = t; i < n / 4; i += stride) {
    float4 v = reinterpret_cast<const float4 *>(x)[i];
    v.x *= 2, v.y *= 2, v.z *= 2, v.w *= 2;
    reinterpret_cast<float4 *>(y)[i] = v;
  }
  for (int i = n / 4 * 4 + t; i < n; i += stride) y[i] = 2.0f * x[i];
}
void launch(const float *x, float *y, int n, cudaStream_t s) {
  int blocks = (n / 4 + 255) / 256;
  if (blocks < 1) blocks = 1;
  if (blocks > 1024) blocks = 1024;
  scale<<<blocks, 256, 0, s>>>(x, y, n);
}
"""


def _raised(text: str) -> str:
    module = raising.raise_module(frontend.read(text, "cuda", ReadOptions()))
    return str(next(op for op in module.body.operations if "xpiler.kernel" in op.operation.attributes))


@pytest.mark.parametrize("type_", ["int", "long long", "size_t"])
def test_a_clamped_grid_covers_the_data_once(type_: str) -> None:
    text = _raised(SCALE.replace("TYPE", type_).replace("LIMIT", "1024"))
    assert text.count("scf.forall") == 1
    assert "scf.while" not in text
    assert text.count("xpiler.extent") == 2


def test_vectors_and_the_rest_of_at_least_one_block_are_one_loop() -> None:
    """Where the first loop runs there is more than the one block: what was computed outside of it still has the maximum."""
    text = _raised(VECTORS.replace("STRIDE", "gridDim.x * blockDim.x"))
    assert text.count("scf.forall") == 1 and "arith.floordivsi" not in text


def test_vectors_with_a_longer_stride_leave_gaps() -> None:
    text = _raised(VECTORS.replace("STRIDE", "(gridDim.x + 1) * blockDim.x"))
    assert text.count("scf.forall") > 1


def test_a_grid_that_may_be_smaller_than_asked_is_not_joined() -> None:
    """A grid of `min(blocks, limit)` has no block where the limit is zero: then nothing is written."""
    text = SCALE.replace("TYPE", "int").replace("LIMIT", "limit").replace("(x, y, n);", "(x, y, n, limit);")
    text = text.replace("int n)", "int n, int limit)").replace("int n, cudaStream_t", "int n, int limit, cudaStream_t")
    assert _raised(text).count("scf.for") > 1


def test_a_step_of_another_size_stays_a_loop() -> None:
    """Threads that step by half of their number do some elements twice, and only the last write counts."""
    text = SCALE.replace("TYPE", "int").replace("LIMIT", "1024").replace("blockDim.x;\n  for", "blockDim.x / 2;\n  for")
    assert _raised(text).count("scf.for") > 1
