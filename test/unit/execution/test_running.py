"""`xpiler run` and `xpiler.run`: launchers, kernels by themselves, whole programs; findings, traces, counts, errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.diagnostics import InvalidInput
from xpiler.running import RunOptions
from xpiler.tools.commands.run import execute
from xpiler.tools.xpiler import parser

CUDA = """#include <cuda_runtime.h>
#include <cstdio>
// A class and a template the front end is not asked about.
template <class T> struct Twice { T value; __device__ operator T() const { return value + value; } };
__global__ void apply(const float *x, float *y, int n) {
  __shared__ float tile[32];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = i < n ? x[i] : 0.0f;
  __syncthreads();
  if (i < n) y[i] = Twice<float>{expf(tile[threadIdx.x])};
}
int main(int argc, char **argv) {
  float *x;
  cudaMalloc(&x, 4 * argc);
  apply<<<1, 32>>>(x, x, 0);
  printf("%d words, the last is %s\\n", argc, argv[argc - 1]);
  return cudaFree(x);
}
"""
BANG = """#include <bang.h>
__nram__ float part[64];
__mlu_entry__ void twice(const float *x, float *y, int n) {
  for (int at = taskId * 64; at < n; at += taskDim * 64) {
    const int count = n - at < 64 ? n - at : 64;
    __memcpy(part, x + at, count * sizeof(float), GDRAM2NRAM);
    __bang_add(part, part, part, count);
    __memcpy(y + at, part, count * sizeof(float), NRAM2GDRAM);
  }
}
"""
LAUNCH = RunOptions(launch="grid=(n+31)/32,block=32")


def main(words: list[str]) -> int:
    """The exit code of `xpiler WORDS`."""
    return execute(parser().parse_args(words))


@pytest.fixture
def cuda(tmp_path: Path) -> str:
    path = tmp_path / "apply.cu"
    path.write_text(CUDA)
    return str(path)


def test_a_kernel_is_launched_by_itself(cuda, tmp_path):
    x = np.linspace(-1, 1, 40).astype(np.float32)
    trace = tmp_path / "trace.txt"
    options = RunOptions(launch=LAUNCH.launch, trace=str(trace))
    outcome = xpiler.run(cuda, options=options, x=x, y="out:n", n=40)
    assert outcome.result.ok
    np.testing.assert_allclose(outcome.result.arrays[1], 2 * np.exp(x), rtol=1e-6)
    instructions = outcome.result.counts["instructions"]
    assert instructions["load device 4"] == instructions["expf"] == 40
    assert instructions["barrier"] == 64
    assert "apply.cu:8\tblock 1,0,0 thread 7,0,0\tload 4 device x +156" in trace.read_text().splitlines()


OPENMP = """#include <omp.h>
void total_kernel(const float *x, float *y, int n) {
  float total = 0;
#pragma omp parallel for
  for (int i = 0; i < n; i++)
    total += x[i];
  y[0] = total + y[n];
}
"""


def test_c_text_is_checked_beside_the_run(tmp_path):
    path = tmp_path / "total.cpp"
    path.write_text(OPENMP)
    outcome = xpiler.run(str(path), x="random:40", y="out:40", n=40)
    found = {f["kind"]: f for f in outcome.result.findings}
    assert {kind: (f["line"], f["buffer"], f["kernel"]) for kind, f in found.items()} == {
        "race": (6, "total", "total_kernel"),
        "out-of-bounds": (7, "y", "total_kernel"),
    }
    named = xpiler.run(str(path), x="random:40", y="out:40", n=40, options=RunOptions(defines=("total=sum",)))
    assert named.checked and len(named.result.findings) == 2
    path.write_text(OPENMP.replace("parallel for", "parallel for reduction(+ : total)").replace(" + y[n]", ""))
    assert xpiler.run(str(path), x="random:40", y="out:40", n=40).result.ok
    assert not xpiler.run(str(path), x="random:40", y="out:40", n=40, options=RunOptions(strict=False)).checked


def test_documented_errors_stay_within_their_bound(cuda):
    x = np.linspace(-5, 5, 300).astype(np.float32)
    options = RunOptions(launch=LAUNCH.launch, documented_errors=True)
    y = xpiler.run(cuda, options=options, x=x, y="out:300", n=300).result.arrays[1]
    exact = 2 * np.exp(x.astype(np.float64))
    ulps = np.abs(y - exact) / np.spacing(exact.astype(np.float32))
    assert 1.0 < ulps.max() <= 1.93


def test_an_output_read_first_and_a_buffer_too_small_are_named(cuda):
    outcome = xpiler.run(cuda, options=LAUNCH, x="out:40", y="out:20", n=40)
    assert {(f["kind"], f["buffer"], f["line"]) for f in outcome.result.findings} == {("uninitialised", "x", 8), ("out-of-bounds", "y", 10)}
    lenient = xpiler.run(cuda, options=RunOptions(launch=LAUNCH.launch, strict=False), x="out:40", y="out:64", n=40)
    assert lenient.result.ok


def test_a_whole_program_gets_its_words(cuda, capfd):
    assert main(["run", cuda, "--argv", "one", "two"]) == 0
    assert "3 words, the last is two" in capfd.readouterr().out


def test_tasks_of_a_bang_kernel(tmp_path, capfd):
    path = tmp_path / "twice.mlu"
    path.write_text(BANG)
    shape = ["--launch", "tasks=4,type=union1", "--args", "x=index:100", "y=out:100", "n=100"]
    assert main(["run", str(path), "--save", str(tmp_path), "--trace", str(tmp_path / "trace.txt"), *shape]) == 0
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), 2 * np.arange(100))
    assert "twice.mlu:7\ttask 1\t__bang_add src0 reads 144 of NRAM part +0" in (tmp_path / "trace.txt").read_text()
    shape[-2] = "y=out:99"
    assert main(["run", str(path), *shape]) == 1
    printed = capfd.readouterr().out
    assert "twice.mlu:8: out-of-bounds" in printed and "task 1" in printed


@pytest.mark.parametrize(
    ("options", "values", "message"),
    [
        (LAUNCH, {"x": "zero:4", "y": "zero:4"}, "no value for parameter 'n'"),
        (LAUNCH, {"x": "noise:4", "y": "zero:4", "n": 4}, "'noise:4' is nothing 'x' can hold"),
        (LAUNCH, {"x": np.zeros(4), "y": "zero:4", "n": 4}, "takes elements of float32, got float64"),
        (LAUNCH, {"z": "zero:4", "n": 4}, "no parameter 'z'"),
        (LAUNCH, {"x": "zero:-4", "y": "zero:4", "n": 4}, "cannot have -4 elements"),
        (LAUNCH, {"x": "missing.npy", "y": "zero:4", "n": 4}, "missing.npy.*cannot read"),
        (RunOptions(launch=LAUNCH.launch, readings={"log_base": "2"}), {"n": 4}, "readings of the BANG"),
        (RunOptions(call="other"), {}, "expected one host function"),
    ],
)
def test_wrong_arguments_are_refused(cuda, options, values, message):
    with pytest.raises(InvalidInput, match=message):
        xpiler.run(cuda, options=options, **values)


def test_a_kernel_runs_without_the_rest_of_the_project(tmp_path):
    path = tmp_path / "twice.mlu"
    path.write_text(BANG)
    code = f"""
import sys, numpy as np, xpiler
from xpiler.running import RunOptions
outcome = xpiler.run({str(path)!r}, options=RunOptions(launch="tasks=1"), x=np.ones(5, np.float32), y="out:5", n=5)
print(outcome.result.arrays[1].tolist(), [m for m in ("mlir", "clang", "xpiler.frontend") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[2.0, 2.0, 2.0, 2.0, 2.0] []"


COPYING = {
    "cu": """struct Shape { int rows, cols; };
template <class S> __global__ void add(float *y, const float *x, S s) {
  for (int i = threadIdx.x; i < s.rows * s.cols; i += blockDim.x) y[i] = x[i] + 1;
}
void start(const float *x, float *y, int rows, int cols) {
  float *dx, *dy;
  size_t bytes = (size_t)rows * cols * sizeof(float);
  cudaMalloc(&dx, bytes);
  cudaMalloc(&dy, bytes);
  cudaMemcpy(dx, x, bytes, cudaMemcpyHostToDevice);
  add<Shape><<<1, 32>>>(dy, dx, Shape{rows, cols});
  for (int r = 0; r < rows; ++r) cudaMemcpy(y + r * cols, dy + r * cols, cols * sizeof(float), cudaMemcpyDeviceToHost);
}
""",
    "mlu": """#include <bang.h>
struct Shape { int rows, cols; };
__nram__ float t[64];
__mlu_entry__ void add(float *y, const float *x, Shape s) {
  for (int r = 0; r < s.rows; ++r) {
    __memcpy(t, x + r * s.cols, s.cols * 4, GDRAM2NRAM);
    __bang_add_scalar(t, t, 1, s.cols);
    __memcpy(y + r * s.cols, t, s.cols * 4, NRAM2GDRAM);
  }
}
void start(const float *x, float *y, int rows, int cols) {
  float *dx, *dy;
  unsigned long bytes = (unsigned long)rows * cols * sizeof(float);
  cnrtMalloc((void **)&dx, bytes);
  cnrtMalloc((void **)&dy, bytes);
  cnrtMemcpy(dx, (void *)x, bytes, cnrtMemcpyHostToDev);
  cnrtDim3_t dim = {1, 1, 1};
  add<<<dim, cnrtFuncTypeBlock, nullptr>>>(dy, dx, Shape{rows, cols});
  cnrtMemcpy(y, dy, bytes, cnrtMemcpyDevToHost);
}
""",
}


@pytest.mark.parametrize("suffix", COPYING)
def test_buffers_are_as_long_as_the_launcher_copies(tmp_path, suffix):
    """Where the front end does not read the file: kernels that take records."""
    path = tmp_path / f"add.{suffix}"
    path.write_text(COPYING[suffix])
    outcome = xpiler.run(str(path), rows=3, cols=7)
    assert outcome.result.ok, outcome.result.findings
    x, y = outcome.result.arrays
    assert x.size == y.size == 21
    np.testing.assert_array_equal(y, x + 1)


def test_arch_is_the_device_a_kernel_is_run_on(tmp_path, capsys):
    path = tmp_path / "large.mlu"
    path.write_text("""#include <bang.h>
__mlu_entry__ void k(float *x) { __wram__ float w[150000]; __memcpy(w, x, 4096, GDRAM2WRAM); }
""")
    words = ["run", str(path), "--launch", "tasks=1", "--args", "x=random:1024", "--arch"]
    assert main([*words, "mtp_372"]) == 0
    assert main([*words, "mtp_592"]) == 1
    assert "capacity" in capsys.readouterr().out
