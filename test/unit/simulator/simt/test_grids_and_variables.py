"""Grids that meet and those that cannot; `__device__` variables; what findings call a buffer. Each fault beside its clean twin."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

FILE = """
#include <cooperative_groups.h>
#include <cuda_runtime.h>
namespace cg = cooperative_groups;
__device__ int tally, turn;
template <bool faulty> __global__ void meets(int *a) {
  __shared__ int kept;
  if (threadIdx.x == 0) kept = blockIdx.x;
  a[blockIdx.x * blockDim.x + threadIdx.x] = 1;
  if (faulty && blockIdx.x == 1) return;
  cg::this_grid().sync();
  if (threadIdx.x == 0) a[blockIdx.x * blockDim.x] = kept + a[(blockIdx.x + 1) % gridDim.x * blockDim.x + 1];
}
template <bool faulty> __global__ void counts(int *a) {
  if (faulty) tally += a[threadIdx.x];
  else atomicAdd(&tally, a[threadIdx.x]);
}
/// Blocks take turns by an atomic counter; the faulty ones do not wait to write.
template <bool faulty> __global__ void last(int *a) {
  if (threadIdx.x == 0) {
    a[1 + blockIdx.x] = 5;
    __threadfence();
    if (faulty || atomicAdd(&turn, 1) == int(gridDim.x) - 1) {
      int sum = 0;
      for (int b = 0; b < int(gridDim.x); ++b) sum += a[1 + b];
      a[0] = sum;
    }
  }
}
template <bool faulty> __global__ void past(int *a) { a[threadIdx.x + faulty] = 1; }
template <class Kernel> void start(Kernel kernel, int *host, bool cooperative) {
  int *d_values;
  turn = 0;
  cudaMalloc(&d_values, 64 * sizeof(int));
  cudaMemcpy(d_values, host, 64 * sizeof(int), cudaMemcpyHostToDevice);
  void *arguments[] = {&d_values};
  if (cooperative) cudaLaunchCooperativeKernel((void *)kernel, 2, 32, arguments);
  else kernel<<<2, 32>>>(d_values);
  cudaMemcpy(host, d_values, 64 * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(d_values);
}
extern "C" void run_meets(int *host, bool faulty) { start(faulty ? meets<true> : &meets<false>, host, true); }
extern "C" void run_counts(int *host, bool faulty) { start(faulty ? counts<true> : counts<false>, host, false); }
extern "C" void run_last(int *host, bool faulty) { start(faulty ? last<true> : last<false>, host, false); }
extern "C" void run_alone(int *host, bool faulty) { start(meets<false>, host, !faulty); }
extern "C" void run_past(int *host, bool faulty) {
  int *d_values;
  cudaMalloc(&d_values, 32 * sizeof(int));
  if (faulty) past<true><<<1, 32>>>(d_values);
  else past<false><<<1, 32>>>(d_values);
  cudaFree(d_values);
}
"""
FAULTS = {
    "meets": ("missed-barrier", ""),
    "alone": ("launch", ""),
    "counts": ("race", "tally"),
    "last": ("race", "d_values"),
    "past": ("out-of-bounds", "d_values"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_its_twin_is_silent(simulate, name):
    machine = simulate(FILE)
    for faulty in (False, True):
        values = np.ones(64, np.int32)
        getattr(machine.library, f"run_{name}")(ctypes.c_void_p(values.ctypes.data), faulty)
        if not faulty:
            assert machine.findings == []
            assert name != "meets" or values[:34:32].tolist() == [1, 2]
    kind, buffer = FAULTS[name]
    assert (kind, buffer) in {(f["kind"], f["buffer"]) for f in machine.findings}


WAITING = """
__device__ int arrived, flag;
__global__ void meet(int *a) {  // every block waits for all: a barrier made of an atomic counter
  if (threadIdx.x == 0) {
    a[blockIdx.x] = 1;
    __threadfence();
    atomicAdd(&arrived, 1);
    while (atomicAdd(&arrived, 0) < int(gridDim.x)) {}
  }
  __syncthreads();
  if (threadIdx.x == 1) a[gridDim.x + blockIdx.x] = a[(blockIdx.x + 1) % gridDim.x];
}
__global__ void poll(int *a) {  // the first block waits for the last
  volatile int *seen = a;
  if (threadIdx.x == 0 && blockIdx.x == gridDim.x - 1) seen[0] = 3;
  if (threadIdx.x == 0 && blockIdx.x == 0) { while (seen[0] != 3) {} a[1] = 4; }
}
__global__ void chain(int *a) {  // each block waits for the one behind it
  volatile int *flag = a;
  if (threadIdx.x) return;
  while (flag[0] != int(gridDim.x - 1 - blockIdx.x)) {}
  a[1 + blockIdx.x] = 7;
  __threadfence();
  flag[0] = gridDim.x - blockIdx.x;
}
__global__ void forever(int *a) {
  if (blockIdx.x == 1)
    while (atomicCAS(&flag, 1, 2) != 1) {}
  a[blockIdx.x] = 1;
}
"""


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("order", [0, 1, 5])
def test_polling_lets_other_blocks_run(simulate, strict, order):
    machine = simulate(WAITING, strict=strict)
    machine.library.xpiler_sim_schedule(order)
    cells = np.zeros(5, np.int32)
    assert machine.launch("chain", cells, grid=4, block=64) == 0
    assert cells.tolist() == [4, 7, 7, 7, 7]
    assert machine.findings == []


def test_blocks_may_wait_for_later_ones(simulate):
    machine = simulate(WAITING)
    met, polled = np.zeros(12, np.int32), np.zeros(6, np.int32)
    assert machine.launch("meet", met, grid=6, block=64) == 0
    assert met.tolist() == [1] * 12
    assert machine.launch("poll", polled, grid=6, block=32) == 0
    assert polled[:2].tolist() == [3, 4]
    assert machine.findings == []


def test_waiting_for_what_nobody_does_ends_with_a_finding(simulate):
    machine = simulate(WAITING)
    assert machine.launch("forever", np.zeros(4, np.int32), grid=4) != 0
    assert [(f["kind"], f["block"], f["line"]) for f in machine.findings] == [("missed-barrier", [1, 0, 0], 29)]
