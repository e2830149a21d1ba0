"""The output's header says which extents nobody stated."""

from __future__ import annotations

from xpiler import frontend, lowering, raising
from xpiler.frontend import ReadOptions
from xpiler.platforms.target import Target
from xpiler.stated_facts import state_facts

SCALE = """
__global__ void scale(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
"""


def _header(extents: dict[str, str]) -> str:
    module = frontend.read(SCALE, "cuda", ReadOptions(launch="grid=(n+255)/256,block=256"))
    state_facts(module, "scale", extents, ())
    text = lowering.emit(lowering.lower(raising.raise_module(module), Target("bang", "")))
    return text.partition("#include")[0]


def test_extents_from_the_footprint_are_named() -> None:
    assert "// Extent of x, y: as far as scale reaches" in _header({})


def test_stated_extents_are_not() -> None:
    assert "// Extent of x: as far as" in _header({"y": "n"})
