"""What stops nothing but should be known: on stderr, in the report, in `Translation.diagnostics`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import xpiler
from xpiler.diagnostics import InvalidInput

TASKS = """#include <bang.h>
__mlu_entry__ void copy(const float *A, float *T, int n) {
  for (int i = taskId; i < n; i += taskDim) T[i] = A[i];
  __bang_printf("done\\n");
}
"""
LAUNCHED = """
__global__ void copy(const float *A, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = A[i];
}
extern "C" void copy_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc(&dA, n * sizeof(float));
  cudaMalloc(&dT, n * sizeof(float));
  cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice);
  copy<<<(n + 255) / 256, 256>>>(dA, dT, n);
  cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost);
}
"""


@pytest.fixture
def launched(tmp_path: Path) -> str:
    (tmp_path / "copy.cu").write_text(LAUNCHED)
    return str(tmp_path / "copy.cu")


def test_warnings_are_located_on_stderr_and_in_the_report(tmp_path: Path):
    (tmp_path / "copy.mlu").write_text(TASKS)
    command = ["translate", "copy.mlu", "--to", "vnni", "--verify", "none", "-o", "out.cpp", "--json", "report.json"]
    done = subprocess.run([sys.executable, "-I", "-m", "xpiler", *command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert "copy.mlu:4:3: warning: '__bang_printf' is left out" in done.stderr
    assert "copy.mlu:2:20: warning: the file does not launch its kernel: taken as Union4" in done.stderr
    found = json.loads((tmp_path / "report.json").read_text())["diagnostics"]
    assert [(d["severity"], d["line"]) for d in found] == [("warning", 2), ("warning", 4)]


def test_a_refusal_is_reported_too(tmp_path: Path):
    (tmp_path / "copy.mlu").write_text(TASKS.replace("T[i] = A[i];", "T[i] = A[i]"))
    command = ["translate", "copy.mlu", "--to", "vnni", "--json", "report.json"]
    done = subprocess.run([sys.executable, "-I", "-m", "xpiler", *command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["verdict"] == "none"
    assert [(d["severity"], d["line"]) for d in report["diagnostics"]] == [("error", 3)]


def test_a_stated_launch_beside_a_launcher_is_said(launched: str):
    result = xpiler.translate(launched, to="vnni", launch="grid=(n+63)/64,block=64", verify="none")
    assert "takes the place" in result.diagnostics[0].message
    assert not xpiler.translate(launched, to="vnni", verify="none").diagnostics


def test_an_extent_other_than_the_launchers_is_refused(launched: str):
    assert xpiler.translate(launched, to="vnni", extents={"A": "n", "T": "n"}, verify="none").text
    with pytest.raises(InvalidInput, match=r"--extent T=n \+ 1 is 8 elements for n = 7, and the launcher allocates 7") as raised:
        xpiler.translate(launched, to="vnni", extents={"T": "n + 1"}, verify="none")
    assert raised.value.diagnostics[0].place.line == 9
