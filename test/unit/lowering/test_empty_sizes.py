"""Kernels that divide by a size are right where it is 0, although loops over rows ask for the quotient in front of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX

SOURCE = Path(__file__).resolve().parents[3] / "kernels" / "batchnorm" / "batchnorm.hip"


@pytest.mark.parametrize("platform", ["vnni", "bang"])
def test_nothing_is_divided_by_a_size_of_zero(platform: str, tmp_path: Path) -> None:
    output = tmp_path / f"k{OUTPUT_SUFFIX[platform]}"
    output.write_text(xpiler.translate(str(SOURCE), platform, verify="none").text)
    build(output, platform, tmp_path / "k.so", arch=DEFAULT_ARCH[platform])
    calls = []
    for batch, channels, pixels in ((1, 3, 0), (0, 3, 5), (2, 0, 4)):
        x, per_channel = np.zeros(batch * channels * pixels, np.float32), np.ones(channels, np.float32)
        calls.append([x, per_channel, per_channel, per_channel, per_channel, x.copy(), batch, channels, pixels])
    assert [result.failure for result in run(tmp_path / "k.so", "batchnorm_kernel", calls)] == ["", "", ""]


STENCIL = """
extern "C" void difference(const float *X, float *T, int n, int m) {
  for (int i = 0; i < n - 2; ++i)
    for (int j = 0; j < m; ++j) T[i * m + j] = X[(i + 2) * m + j] - X[i * m + j];
}
"""


@pytest.mark.parametrize("platform", ["cuda", "bang"])
def test_a_launcher_does_nothing_where_nothing_is_written(platform: str, tmp_path: Path) -> None:
    (tmp_path / "difference.cpp").write_text(STENCIL)
    output = tmp_path / f"k{OUTPUT_SUFFIX[platform]}"
    output.write_text(xpiler.translate(str(tmp_path / "difference.cpp"), platform, verify="none").text)
    build(output, platform, tmp_path / "k.so", arch=DEFAULT_ARCH[platform])
    empty = np.zeros(0, np.float32)
    calls = [[np.arange(3 * n, dtype=np.float32), empty if n < 3 else np.zeros(3 * (n - 2), np.float32), n, 3] for n in (1, 2, 4)]
    results = run(tmp_path / "k.so", "difference_kernel", calls)
    assert [result.failure for result in results] == ["", "", ""]
    assert list(results[2].arrays[1]) == [6.0] * 6


INNER = """
extern "C" void inner(const float *X, float *T, int n, int m) {
  int rows = (n - 3) / 2 + 1, cols = (m - 3) / 2 + 1;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < cols; ++j) T[i * cols + j] = X[2 * i * m + 2 * j] + X[(2 * i + 2) * m + 2 * j + 2];
}
"""


@pytest.mark.parametrize("platform", ["hip", "bang"])
def test_lengths_that_are_quotients_are_asked_for(platform: str, tmp_path: Path) -> None:
    """A quotient that is -1 makes no sum of products of the lengths of loops."""
    (tmp_path / "inner.cpp").write_text(INNER)
    text = xpiler.translate(str(tmp_path / "inner.cpp"), platform, verify="none").text
    launcher = text[text.index("inner_kernel(") :]
    assert launcher[: launcher.index("Malloc")].count("+ 1 > 0") == 2


def test_launchers_ask_only_where_there_may_be_nothing(tmp_path: Path) -> None:
    (tmp_path / "copy.cpp").write_text(STENCIL.replace("n - 2", "n").replace("(i + 2)", "i"))
    text = xpiler.translate(str(tmp_path / "copy.cpp"), "bang", verify="none").text
    assert "if (" not in text[text.index("difference_kernel(") :]


INSIDE = """
__global__ void inside(const double *X, double *T, int h, int w) {
  int i = blockIdx.y * 8 + threadIdx.y, j = blockIdx.x * 32 + threadIdx.x;
  if (i < h - 2 && j < w - 2) T[i * (w - 2) + j] = X[(i + 1) * w + j + 1] - X[i * w + j];
}
void launch(const double *X, double *T, int h, int w) { inside<<<dim3((w + 31) / 32, (h + 7) / 8), dim3(32, 8)>>>(X, T, h, w); }
"""


def test_an_image_of_one_pixel_has_no_inside(tmp_path: Path) -> None:
    """Two bounds of -1 are no loop of one iteration."""
    (tmp_path / "inside.cu").write_text(INSIDE)
    text = xpiler.translate(str(tmp_path / "inside.cu"), "bang", verify="none").text
    assert "< (int64_t)max(h - 2, 0) * (w - 2);" in text


TILES = """
extern "C" void corner(const float *X, float *T, int rows, int cols) {
  for (int i = 0; i + 4 <= rows; i += 4)
    for (int j = 0; j + 4 <= cols; j += 4)
      for (int k = 0; k < 16; ++k) T[(j + k / 4) * rows + i + k % 4] = X[(i + k % 4) * cols + j + k / 4];
}
"""


def test_lengths_that_are_zero_together_are_asked_for(tmp_path: Path) -> None:
    """Without a whole tile `(cols / 4 * 4 - 1) * rows + rows / 4 * 4` may be positive, and nothing is there."""
    (tmp_path / "corner.cpp").write_text(TILES)
    output = tmp_path / "k.cu"
    output.write_text(xpiler.translate(str(tmp_path / "corner.cpp"), "cuda", verify="none").text)
    build(output, "cuda", tmp_path / "k.so", arch=DEFAULT_ARCH["cuda"])
    calls = [[np.arange(r * c, dtype=np.float32), np.zeros(r * c, np.float32), r, c] for r, c in ((1, 5), (5, 1), (4, 4))]
    calls[0][1] = calls[1][1] = np.zeros(0, np.float32)
    results = run(tmp_path / "k.so", "corner_kernel", calls)
    assert [result.failure for result in results] == ["", "", ""]
    np.testing.assert_array_equal(results[2].arrays[1].reshape(4, 4), np.arange(16).reshape(4, 4).T)
