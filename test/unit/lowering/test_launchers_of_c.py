"""A C function that hands its pointers to kernels becomes a launcher with memory on the device, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.translation import Translation
from xpiler.verify.verdict import Verdict

TWO = """
void scale(const float *x, float *y, int n) { for (int i = 0; i < n; ++i) y[i] = 2.0f * x[i]; }
void shift(float *y, int n) { for (int i = 0; i < n; ++i) y[i] += 1.0f; }
void both(const float *x, float *y, int rows, int cols) {
  scale(x, y, rows * cols);
  shift(y, cols);
}
"""
UNSIZED = """
void gather(const float *x, const int *ids, float *y, int n) { for (int i = 0; i < n; ++i) y[i] = x[ids[i]]; }
void go(const float *x, const int *ids, float *y, int n) { gather(x, ids, y, n); }
"""


def _translated(tmp_path: Path, text: str, to: str, verify: str) -> Translation:
    source = tmp_path / "source.cpp"
    source.write_text(text)
    return xpiler.translate(str(source), to=to, verify=verify)


@pytest.mark.parametrize("target", ["cuda", "bang"])
def test_two_kernels_share_their_buffers(tmp_path: Path, target: str) -> None:
    made = _translated(tmp_path, TWO, target, "test")
    assert made.answer.verdict is Verdict.TESTED
    launcher = made.text.split("void both(")[1].split("\n}\n")[0]
    assert launcher.count("Malloc(") == 2
    assert launcher.index("scale<<<") < launcher.index("shift<<<") < launcher.index("y, device_y") < launcher.index("Free(")
    assert "x, device_x" not in launcher  # nothing wrote it


def test_on_the_host_the_pointers_stay(tmp_path: Path) -> None:
    assert "malloc" not in _translated(tmp_path, TWO, "vnni", "none").text


def test_without_sizes_there_is_no_such_launcher(tmp_path: Path) -> None:
    made = _translated(tmp_path, UNSIZED, "cuda", "none")
    assert "void go(" not in made.text
    assert "gather_launch(" in made.text
    assert any("how many elements" in diagnostic.message for diagnostic in made.diagnostics)


GUARDED = """
__global__ void scale(const float *x, float *y, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
extern "C" void go(const float *x, float *y, int n) {
  float *dx, *dy;
  cudaMalloc(&dx, n * sizeof(float));
  cudaMalloc(&dy, n * sizeof(float));
  cudaMemcpy(dx, x, n * sizeof(float), cudaMemcpyHostToDevice);
  if (n > 0) scale<<<(n + 255) / 256, 256>>>(dx, dy, n);
  cudaMemcpy(y, dy, n * sizeof(float), cudaMemcpyDeviceToHost);
  LATE
  cudaFree(dx);
  cudaFree(dy);
}
"""


@pytest.mark.parametrize(("late", "copies"), [("", 0), ("cudaMemcpy(dx, y, n * sizeof(float), cudaMemcpyHostToDevice);", 1)])
def test_a_launch_under_a_condition_works_on_the_callers_memory(tmp_path: Path, late: str, copies: int) -> None:
    source = tmp_path / "source.cu"
    source.write_text(GUARDED.replace("LATE", late))
    assert xpiler.translate(str(source), to="vnni", verify="none").text.count("malloc(") == copies


NUMBERS = """
#include <cmath>
void decay(float *x, int n, float factor) { for (int i = 0; i < n; ++i) x[i] *= factor; }
void go(float *x, int n, int step) {
  if (n > 4096) return;
  decay(x, n, 1.0f - powf(0.5f, step));
}
"""


def test_a_launcher_may_compute_numbers_and_return_early(tmp_path: Path) -> None:
    made = _translated(tmp_path, NUMBERS, "bang", "test")
    assert made.answer.verdict is Verdict.TESTED
    assert "__mlu_global__ void decay(float *x, int n, float factor)" in made.text
    assert "powf" in made.text.split("void go(")[1]
