"""A launch that rounds its number of blocks down is warned of where the kernel asks which elements there are."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler

TEXT = """
__global__ void scale(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  BODY
}
void launch(const float *x, float *y, int n) { scale<<<BLOCKS, 256>>>(x, y, n); }
"""
GUARDED = "if (i < n) y[i] = 2.0f * x[i];"
STRIDED = "for (; i < n; i += gridDim.x * blockDim.x) y[i] = 2.0f * x[i];"


@pytest.mark.parametrize(
    ("blocks", "body", "is_warned"),
    [
        ("n / 256", GUARDED, True),
        ("n >> 8", GUARDED, False),  # means it
        ("(n + 255) / 256", GUARDED, False),
        ("n / 128", GUARDED, False),
        ("n / 256", "y[i] = 2.0f * x[i];", False),
        ("n / 256", STRIDED, False),
    ],
)
def test_what_a_guard_is_for_is_in_a_block(tmp_path: Path, blocks: str, body: str, is_warned: bool) -> None:
    (tmp_path / "k.cu").write_text(TEXT.replace("BLOCKS", blocks).replace("BODY", body))
    found = [str(d) for d in xpiler.translate(str(tmp_path / "k.cu"), "vnni", verify="none").diagnostics]
    assert any("k.cu:6:" in d and "leave out the last elements" in d for d in found) == is_warned
