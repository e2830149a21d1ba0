"""Launches of one kernel agree in their geometry, or not, whatever the widths and signs of the numbers that count blocks."""

from __future__ import annotations

import pytest

from xpiler import frontend, raising
from xpiler.diagnostics import Unsupported
from xpiler.frontend import ReadOptions

TEXT = """
__global__ void scale(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
void on_device(const float *x, float *y, int n, cudaStream_t s) { scale<<<FIRST, 256, 0, s>>>(x, y, n); }
void with_stream(const float *x, float *y, int n, cudaStream_t s) { if (n > 0) scale<<<SECOND, 256, 0, s>>>(x, y, n); }
"""


def raised(first: str, second: str) -> None:
    raising.raise_module(frontend.read(TEXT.replace("FIRST", first).replace("SECOND", second), "cuda", ReadOptions()))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(n + 255) / 256", "(n + 255u) / 256"),
        ("(n + 255) / 256", "(int)(((long long)n + 255) / 256)"),
        ("n > 512 ? 2 : 1", "n > 512 ? 2u : 1u"),
        ("min((n + 255) / 256, 1024)", "min((n + 255u) / 256, 1024u)"),
    ],
)
def test_widths_and_signs_make_no_other_geometry(first: str, second: str) -> None:
    raised(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(n + 255) / 256", "(n + 255) / 128"),
        ("n > 512 ? 2 : 1", "n > 512 ? 3 : 1"),
        ("n > 512 ? n / 7 : 1", "n > 512 ? n / 9 : 1"),
        ("n", "(unsigned char)n"),
    ],
)
def test_other_numbers_do(first: str, second: str) -> None:
    with pytest.raises(Unsupported, match="several geometries"):
        raised(first, second)
