"""Launchers on device pointers are run as they are: at the sizes they pass, with a stream anywhere, one verdict for each of a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Answer, Verdict
from xpiler.verify.weakest import weakest

# `tile` is always 32: at other values the kernel would race.
TILED = """
__global__ void reversed(const float *x, float *y, int n, int tile) {
  __shared__ float s[32];
  int i = blockIdx.x * tile + threadIdx.x;
  if (i < n) s[threadIdx.x %% tile] = x[i];
  __syncthreads();
  int last = min(tile, n - (int)blockIdx.x * tile) - 1;
  if (i < n) y[i] = %s;
}
void launch(cudaStream_t stream, const float *d_x, float *d_y, int count) {
  const int tile = 32;
  reversed<<<(count + tile - 1) / tile, tile, 0, stream>>>(d_x, d_y, count, tile);
}
"""
VECTORS = """
__global__ void relu4(const float4 *x, float4 *y, int n4) {
  int i = blockIdx.x * 64 + threadIdx.x;
  if (i >= n4) return;
  float4 v = x[i];
  v.x = fmaxf(v.x, 0.f); v.y = fmaxf(v.y, 0.f); v.z = fmaxf(v.z, 0.f); v.w = fmaxf(v.w, 0.f);
  y[i] = v;
}
void relu(const float *d_x, float *d_y, int n, cudaStream_t s) {
  relu4<<<(n / 4 + 63) / 64, 64, 0, s>>>((const float4 *)d_x, (float4 *)d_y, n / 4);
}
"""
TWO = """
__global__ void scale(float *y, float a, int n) {
  int i = blockIdx.x * 64 + threadIdx.x;
  if (i < n) y[i] = a * y[i];
}
__global__ void shift(float *y, float a, int n) {
  int i = blockIdx.x * 64 + threadIdx.x;
  if (i < n) y[i] = a + y[i];
}
void launch_scale(float *d_y, float a, int n, cudaStream_t s) { scale<<<(n + 63) / 64, 64, 0, s>>>(d_y, a, n); }
void launch_shift(float *d_y, float a, int n, cudaStream_t s) { shift<<<(n + 63) / 64, 64, 0, s>>>(d_y, %s, n); }
"""


def translated(source: Path, target: str, output: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(source), "--to", target, "-o", str(output)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_kernel_is_run_with_what_its_launcher_passes(tmp_path: Path) -> None:
    source = tmp_path / "reversed.cu"
    source.write_text(TILED % "s[last - threadIdx.x]")
    done = translated(source, "hip", tmp_path / "out.hip")
    assert done.returncode == 0, done.stderr
    assert any(f"verdict: {word}" in done.stderr for word in ("proved", "tested on"))
    assert "race:" not in done.stderr


def test_pointers_to_vectors_are_pointers_to_elements(tmp_path: Path) -> None:
    source = tmp_path / "relu.cu"
    source.write_text(VECTORS)
    done = translated(source, "vnni", tmp_path / "out.cpp")
    assert "verdict: proved" in done.stderr, done.stderr
    assert "relu4(const float *x, float *y" in (tmp_path / "out.cpp").read_text()


def test_a_wrong_output_of_such_a_launcher_is_refuted(tmp_path: Path) -> None:
    for name, index in (("a.cu", "s[last - threadIdx.x]"), ("b.cu", "s[max(last - (int)threadIdx.x - 1, 0)]")):
        (tmp_path / name).write_text(TILED % index)
    answer = xpiler.verify(tmp_path / "a.cu", tmp_path / "b.cu", sizes={"count": 40})
    assert answer.verdict is Verdict.REFUTED
    assert "d_y[" in answer.counterexample


@pytest.mark.parametrize(("factor", "verdict"), [("a", Verdict.PROVED), ("a + 0.5f", Verdict.REFUTED)])
def test_every_launcher_of_a_file_counts(tmp_path: Path, factor: str, verdict: Verdict) -> None:
    (tmp_path / "a.cu").write_text(TWO % "a")
    (tmp_path / "b.cu").write_text(TWO % factor)
    answer = xpiler.verify(tmp_path / "a.cu", tmp_path / "b.cu", sizes={"n": 70})
    assert answer.verdict is verdict


def test_the_weakest_verdict_names_its_launcher() -> None:
    answers = {"one": Answer(Verdict.PROVED, scope="n = 1"), "two": Answer(Verdict.TESTED, "not proved: too long", "n = 1, 2", 12)}
    found = weakest(answers)
    assert found.verdict is Verdict.TESTED
    assert found.reason == "two: not proved: too long"
    assert "one: proved (n = 1)" in found.notes
