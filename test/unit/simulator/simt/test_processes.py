"""Large grids in several processes: what comes out is what one process gives, to the bit, the count and the finding."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

BLOCKS = 24
PID = 'extern "C" int getpid();\n'


@pytest.fixture
def spread(simulate, monkeypatch):
    """Launches a kernel in one process and in three, after its first block, and gives the arrays and the machines."""

    def run(text: str, kernel: str, *arrays: np.ndarray, grid: int = BLOCKS, **options):
        monkeypatch.setenv("XPILER_SIM_SPREAD_AFTER", "0")
        results = []
        for processes in ("1", "3"):
            monkeypatch.setenv("XPILER_SIM_PROCESSES", processes)
            copies = [array.copy() for array in arrays]
            machine = simulate(text, **options)
            machine.launch(kernel, *copies, grid=grid)
            results.append((copies, machine))
        return results

    return run


def without_folder(findings: list[dict]) -> list[dict]:
    return [finding | {"file": ""} for finding in findings]


def assert_alike(results) -> None:
    (one, single), (several, spread_out) = results
    for a, b in zip(one, several, strict=True):
        np.testing.assert_array_equal(a, b)
    assert without_folder(single.findings) == without_folder(spread_out.findings)
    assert single.counts == spread_out.counts


@pytest.mark.parametrize("strict", [True, False])
def test_blocks_run_in_several_processes(spread, strict):
    text = PID + "__global__ void k(int *pid) { if (threadIdx.x == 0) pid[blockIdx.x] = getpid(); }"
    (one, _), (several, _) = spread(text, "k", np.zeros(BLOCKS, np.int32), strict=strict)
    assert len(set(one[0])) == 1
    assert len(set(several[0])) > 1


@pytest.mark.parametrize("strict", [True, False])
def test_results_and_counts_are_those_of_one_process(spread, strict):
    text = """__device__ float last[24];
    __global__ void k(const float *x, float *y, unsigned char *flags) {
      __shared__ float tile[32];
      tile[threadIdx.x] = x[blockIdx.x * 32 + threadIdx.x];
      __syncthreads();
      float sum = 0;
      for (int i = 0; i < 32; ++i) sum += tile[i] * tile[(i + threadIdx.x) % 32];
      y[blockIdx.x * 32 + threadIdx.x] = __expf(sum);
      if (threadIdx.x < 5) flags[blockIdx.x * 5 + threadIdx.x] = blockIdx.x;
      if (threadIdx.x == 0) last[blockIdx.x] = sum;
    }
    __global__ void give(float *y) { y[threadIdx.x] = threadIdx.x < 24 ? last[threadIdx.x] : 0; }"""
    x = np.random.default_rng(1).uniform(-0.3, 0.3, 32 * BLOCKS).astype(np.float32)
    results = spread(text, "k", x, np.zeros_like(x), np.zeros(5 * BLOCKS, np.uint8), strict=strict)
    assert_alike(results)
    variables = [np.zeros(32, np.float32) for _ in results]
    for array, (_, machine) in zip(variables, results, strict=True):
        machine.launch("give", array)
    np.testing.assert_array_equal(*variables)
    assert variables[0][:BLOCKS].all()


FAULTS = {
    "out-of-bounds": "y[blockIdx.x * 32 + threadIdx.x + (blockIdx.x == 23)] = 1;",
    "race": "if (threadIdx.x == 0) y[blockIdx.x / 2] = blockIdx.x;",
    "uninitialised": "__shared__ float s[32]; y[blockIdx.x * 32 + threadIdx.x] = blockIdx.x > 11 ? s[threadIdx.x] : 0;",
    "missed-barrier": 'if (blockIdx.x < 20 || threadIdx.x) asm volatile("bar.sync 1, 32;"); y[blockIdx.x * 32 + threadIdx.x] = 1;',
}


@pytest.mark.parametrize("kind", FAULTS)
def test_findings_are_those_of_one_process(spread, kind):
    results = spread(f"__global__ void k(float *y) {{ {FAULTS[kind]} }}", "k", np.zeros(32 * BLOCKS, np.float32))
    assert {finding["kind"] for finding in results[0][1].findings} == {kind}
    assert_alike(results)


TALKING = {
    "float atomics": "atomicAdd(y, 1.0f / (1 + blockIdx.x));",
    "a block that reads what another wrote": "if (threadIdx.x == 0) y[blockIdx.x + 1] = y[blockIdx.x] + 1;",
    "polling": "volatile float *v = y; if (threadIdx.x == 0) v[blockIdx.x + 1] = v[blockIdx.x] + 1;",
    "a variable of the file": "static int calls = 0; if (threadIdx.x == 0) y[blockIdx.x] = ++calls;",
}


@pytest.mark.parametrize("what", TALKING)
def test_blocks_that_meet_run_in_one_process(spread, what):
    results = spread(f"__global__ void k(float *y) {{ {TALKING[what]} }}", "k", np.ones(BLOCKS + 1, np.float32))
    assert_alike(results)


def test_what_blocks_print_keeps_its_order(spread, capfd):
    text = '#include <cstdio>\n__global__ void k(int *y) { if (!threadIdx.x) printf("block %d\\n", blockIdx.x); }'
    spread(text, "k", np.zeros(1, np.int32))
    assert capfd.readouterr().out.split("\n")[:-1] == [f"block {i}" for i in range(BLOCKS)] * 2


def test_a_pointer_to_the_host_is_written_without_checks(simulate, monkeypatch):
    monkeypatch.setenv("XPILER_SIM_SPREAD_AFTER", "0")
    monkeypatch.setenv("XPILER_SIM_PROCESSES", "3")
    machine = simulate("__global__ void k(int *y) { y[blockIdx.x] = blockIdx.x + 1; }", strict=False)
    y = np.zeros(BLOCKS, np.int32)
    machine.launch("k", ctypes.c_void_p(y.ctypes.data), grid=BLOCKS, block=1)
    np.testing.assert_array_equal(y, np.arange(BLOCKS) + 1)
