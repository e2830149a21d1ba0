"""Large launches in several processes: what comes out is what one process gives, to the bit, the count, the cycle and the finding."""

from __future__ import annotations

import numpy as np
import pytest
from bang_program import BLOCK, UNION1, UNION2

TASKS = 24
KERNELS = """#include <unistd.h>
#include <cstdio>
__nram__ float a[64];
__nram__ float b[64];
__mlu_shared__ float s[256];
__mlu_device__ int calls = 0;
#define KERNEL(name) extern "C" __mlu_global__ void name(float *out, const float *in)
#define LOAD __memcpy(a, in + 64 * taskId, 256, GDRAM2NRAM)
KERNEL(pids) { out[taskId] = getpid(); }
KERNEL(work) {
  LOAD;
  for (int i = 0; i < 4; ++i) __bang_mul(a, a, a, 64);
  __bang_active_sin(b, a, 64);
  __memcpy_async(out + 64 * taskId, b, 256, NRAM2GDRAM);
  __sync_io();
}
KERNEL(clusters) {
  LOAD;
  __memcpy(s + 64 * coreId, a, 256, NRAM2SRAM);
  __sync_cluster();
  __memcpy(b, s + 64 * (3 - coreId), 256, SRAM2NRAM);
  __memcpy(out + 64 * taskId, b, 256, NRAM2GDRAM);
}
KERNEL(suspicious) { LOAD; __bang_mul_scalar(a, a, 100, 64); __bang_active_sin(a, a, 64); __memcpy(out + 64 * taskId, a, 256, NRAM2GDRAM); }
KERNEL(past_the_end) { LOAD; __memcpy(out + 64 * taskId + (taskId == 23), a, 256, NRAM2GDRAM); }
KERNEL(unwritten) { if (taskId > 11) __memcpy(out + 64 * taskId, b, 256, NRAM2GDRAM); }
KERNEL(meet) { LOAD; __memcpy(out + taskId / 2 * 64, a, 256, NRAM2GDRAM); }
KERNEL(reads_another) { LOAD; __memcpy(out + 64 * taskId, a, 256, NRAM2GDRAM); if (taskId) out[64 * taskId] = out[64 * taskId - 1]; }
KERNEL(atomics) { __bang_write_value(a, 64, 1.0f / (1 + taskId)); __bang_atomic_reduce_add(out, a, 64); out[64 + taskId] = 1; }
KERNEL(variable) { out[taskId] = ++calls; }
KERNEL(prints) { if (coreId >= 0) printf("task %d\\n", taskId); out[taskId] = 1; }
KERNEL(locks) { __bang_lock(0, 0); out[0] = taskId; __bang_unlock(0, 0); }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    from bang_program import compile_program

    return [compile_program(tmp_path_factory.mktemp("processes"), KERNELS) for _ in range(2)]


@pytest.fixture
def spread(built, monkeypatch):
    """Launches a kernel in one process and, after its first job, in three; gives what each said, printed and computed."""

    def run(kernel: str, union: int = BLOCK, seed: int = 0):
        monkeypatch.setenv("XPILER_SIM_SPREAD_AFTER", "0")
        x = np.random.default_rng(1).uniform(-0.5, 0.5, 64 * TASKS).astype(np.float32)
        said = []
        for program, processes in zip(built, ("1", "3"), strict=True):
            monkeypatch.setenv("XPILER_SIM_PROCESSES", processes)
            program.library.xpiler_sim_schedule(seed)
            out = np.zeros_like(x)
            program.launch(kernel, out, x, dim=(TASKS, 1, 1), union=union, out=0 if kernel == "atomics" else 1)
            found = [[finding | {"file": ""} for finding in listed] for listed in (program.findings(), program.warnings())]
            said.append((out, found, program.counts(), program.cycles()))
        return said

    return run


def assert_alike(one, several) -> None:
    np.testing.assert_array_equal(one[0], several[0])
    assert one[1:] == several[1:]


@pytest.mark.parametrize("union", [BLOCK, UNION1, UNION2])
def test_jobs_run_in_several_processes(spread, union) -> None:
    one, several = spread("pids", union)
    assert len(set(one[0][:TASKS])) == 1
    assert len(set(several[0][:TASKS])) > 1


@pytest.mark.parametrize(("kernel", "union"), [("work", BLOCK), ("work", UNION1), ("clusters", UNION2)])
@pytest.mark.parametrize("seed", [0, 7])
def test_results_counts_and_cycles_are_those_of_one_process(spread, kernel, union, seed) -> None:
    one, several = spread(kernel, union, seed)
    assert one[1] == [[], []]
    assert one[0].any() and one[3]["total"] > 0
    assert_alike(one, several)


def test_warnings_are_counted_as_by_one_process(spread) -> None:
    one, several = spread("suspicious")
    assert [warning["count"] for warning in one[1][1]] == [TASKS]
    assert_alike(one, several)


FAULTS = {"past_the_end": "out-of-bounds", "unwritten": "uninitialised-read", "meet": "data-race", "reads_another": "data-race"}


@pytest.mark.parametrize("kernel", FAULTS)
def test_findings_are_those_of_one_process(spread, kernel) -> None:
    one, several = spread(kernel)
    assert {finding["kind"] for finding in one[1][0]} == {FAULTS[kernel]}
    assert_alike(one, several)


@pytest.mark.parametrize("kernel", ["atomics", "variable", "locks"])
def test_tasks_that_talk_run_in_one_process(spread, kernel) -> None:
    assert_alike(*spread(kernel))


def test_what_tasks_print_keeps_its_order(spread, capfd) -> None:
    spread("prints")
    assert capfd.readouterr().out.split("\n")[:-1] == [f"task {i}" for i in range(TASKS)] * 2
