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


def _raised(text: str) -> str:
    module = raising.raise_module(frontend.read(text, "cuda", ReadOptions()))
    return str(next(op for op in module.body.operations if "xpiler.kernel" in op.operation.attributes))


@pytest.mark.parametrize("type_", ["int", "long long", "size_t"])
def test_a_clamped_grid_covers_the_data_once(type_: str) -> None:
    text = _raised(SCALE.replace("TYPE", type_).replace("LIMIT", "1024"))
    assert text.count("scf.forall") == 1
    assert "scf.while" not in text
    assert text.count("xpiler.extent") == 2


def test_a_grid_that_may_be_smaller_than_asked_is_not_joined() -> None:
    """A grid of `min(blocks, limit)` has no block where the limit is zero: then nothing is written."""
    text = SCALE.replace("TYPE", "int").replace("LIMIT", "limit").replace("(x, y, n);", "(x, y, n, limit);")
    text = text.replace("int n)", "int n, int limit)").replace("int n, cudaStream_t", "int n, int limit, cudaStream_t")
    assert _raised(text).count("scf.for") > 1


def test_a_step_of_another_size_stays_a_loop() -> None:
    """Threads that step by half of their number do some elements twice, and only the last write counts."""
    text = SCALE.replace("TYPE", "int").replace("LIMIT", "1024").replace("blockDim.x;\n  for", "blockDim.x / 2;\n  for")
    assert _raised(text).count("scf.for") > 1
