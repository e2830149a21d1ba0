"""Loops around a compare-and-swap are atomic updates; what is none stays refused; updates without an instruction are such loops again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HOST = """
void k_kernel(const TYPE *x, TYPE *y, int n) {
  TYPE *dx, *dy;
  cudaMalloc(&dx, n * sizeof(TYPE)); cudaMalloc(&dy, sizeof(TYPE));
  cudaMemcpy(dx, x, n * sizeof(TYPE), cudaMemcpyHostToDevice);
  cudaMemcpy(dy, y, sizeof(TYPE), cudaMemcpyHostToDevice);
  k<<<(n + 255) / 256, 256>>>(dx, dy, n);
  cudaMemcpy(y, dy, sizeof(TYPE), cudaMemcpyDeviceToHost);
  cudaFree(dx); cudaFree(dy);
}
"""
KERNEL = """
__global__ void k(const TYPE *x, TYPE *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) update(y, x[i]);
}
"""
UNTIL_EQUAL = """
__device__ void update(float *p, float value) {
  int *bits = (int *)p;
  int old = *bits, assumed;
  do {
    assumed = old;
    old = atomicCAS(bits, assumed, __float_as_int(STEP));
  } while (assumed != old);
}
"""
WHILE_BETTER = """
__device__ float update(float *p, float value) {
  int *bits = (int *)p;
  int old = *bits, assumed;
  while (value > __int_as_float(old)) {
    assumed = old;
    old = atomicCAS(bits, assumed, __float_as_int(value));
    if (old == assumed) break;
  }
  return __int_as_float(old);
}
"""
UNLESS_THERE = """
__device__ void update(float *p, float value) {
  int *bits = (int *)p;
  int old = *bits, assumed;
  do {
    assumed = old;
    if (BETTER) break;
    old = atomicCAS(bits, assumed, __float_as_int(value));
  } while (assumed != old);
}
"""
DOUBLES = """
__device__ void update(double *p, double value) {
  unsigned long long *bits = (unsigned long long *)p;
  unsigned long long old = *bits, assumed;
  do {
    assumed = old;
    old = atomicCAS(bits, assumed, __double_as_longlong(value + __longlong_as_double(assumed)));
  } while (assumed != old);
}
"""
INTEGERS = """
__device__ void update(int *p, int value) {
  int old = *p, assumed;
  do {
    assumed = old;
    old = atomicCAS(p, assumed, STEP);
  } while (assumed != old);
}
"""


def translated(folder: Path, text: str, target: str, kind: str) -> subprocess.CompletedProcess[str]:
    source = folder / "k.cu"
    source.write_text((text + KERNEL + HOST).replace("TYPE", kind))
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(source), "--to", target, "--verify=test"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "kind", "target", "holds"),
    [
        (UNTIL_EQUAL.replace("STEP", "fmaxf(value, __int_as_float(assumed))"), "float", "vnni", "#pragma omp atomic compare"),
        (UNTIL_EQUAL.replace("STEP", "value + __int_as_float(assumed)"), "float", "hip", "atomicAdd(y"),
        (WHILE_BETTER, "float", "bang", "__bang_atomic_reduce_max"),
        (WHILE_BETTER, "float", "hip", "atomicCAS"),
        (UNLESS_THERE.replace("BETTER", "__int_as_float(assumed) >= value"), "float", "bang", "__bang_atomic_reduce_max"),
        (UNLESS_THERE.replace("BETTER", "value >= __int_as_float(assumed)"), "float", "vnni", "#pragma omp atomic compare"),
        (DOUBLES, "double", "vnni", "#pragma omp atomic\n"),
        (INTEGERS.replace("STEP", "max(value, assumed)"), "int", "bang", "__bang_atomic_reduce_max"),
        (INTEGERS.replace("STEP", "value < assumed ? value : assumed"), "int", "hip", "atomicMin(y"),
    ],
)
def test_a_loop_around_a_swap_is_one_update(tmp_path: Path, text: str, kind: str, target: str, holds: str) -> None:
    done = translated(tmp_path, text, target, kind)
    assert done.returncode == 0, done.stderr
    assert "verdict: tested" in done.stderr
    assert holds in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        INTEGERS.replace("STEP", "assumed * assumed + value"),  # no update that platforms have
        INTEGERS.replace("STEP", "assumed + *p"),  # what it adds changes from step to step
        INTEGERS.replace("STEP", "old + value").replace("assumed = old;", "assumed = *p;"),  # not what was assumed
        INTEGERS.replace("STEP", "value + assumed").replace("assumed != old", "old < value"),  # ends for another reason
        INTEGERS.replace("STEP", "value + 1").replace(
            "assumed = old;", "assumed = old; if (assumed >= value) break;"
        ),  # stores something else
    ],
)
def test_what_is_no_such_update_is_refused_at_its_line(tmp_path: Path, text: str) -> None:
    done = translated(tmp_path, text, "vnni", "int")
    assert done.returncode == 1
    assert "k.cu:" in done.stderr.splitlines()[0]


def test_updates_without_an_instruction_are_loops_again(tmp_path: Path) -> None:
    """atomicInc is no single operation of C; HIP has it, the shared form knows it as what it computes."""
    done = translated(tmp_path, "__device__ void update(unsigned *p, unsigned value) { atomicInc(p, 7u); }", "hip", "unsigned")
    assert done.returncode == 0, done.stderr
    assert "atomicCAS" in done.stdout
    assert "verdict: tested" in done.stderr
