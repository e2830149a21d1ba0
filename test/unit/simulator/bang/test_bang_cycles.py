"""The cycle model: what it charges, and what overlaps.

Numbers here are those of runtime/cycle_constants.h, worked out by hand.
"""

from __future__ import annotations

import numpy as np
import pytest
from bang_program import UNION1, Program, compile_program

KERNELS = """
__nram__ float x[4][2048];
__nram__ float y[64];
__wram__ float w[64 * 64];
extern "C" __mlu_global__ void serial(float *out, const float *in, int n) {
  for (int i = 0; i < n; ++i) {
    __memcpy(x[0], in + i * 2048, 8192, GDRAM2NRAM);
    __bang_active_exp(x[0], x[0], 2048);
    __memcpy(out + i * 2048, x[0], 8192, NRAM2GDRAM);
  }
}
extern "C" __mlu_global__ void pipelined(float *out, const float *in, int n) {
  for (int i = 0; i < n + 2; ++i) {
    if (i >= 2) __memcpy_async(out + (i - 2) * 2048, x[i % 2], 8192, NRAM2GDRAM);
    if (i < n) __memcpy_async(x[i % 2], in + i * 2048, 8192, GDRAM2NRAM);
    if (i >= 1 && i <= n) __bang_active_exp(x[(i - 1) % 2], x[(i - 1) % 2], 2048);
    __sync_io_move_compute();
  }
}
extern "C" __mlu_global__ void vectors(float *out, const float *in, int n) {
  __bang_write_value(x[0], 2048, 1.0f);
  for (int i = 0; i < n; ++i) __bang_add(x[0], x[0], x[0], 33);
}
extern "C" __mlu_global__ void narrow_pool(float *out, const float *in, int n) {
  __bang_write_value(x[0], 2048, 1.0f);
  __bang_sumpool(y, x[0], 1, 1, 2048, 1, 2048, 1, 1);
}
extern "C" __mlu_global__ void wide_pool(float *out, const float *in, int n) {
  __bang_write_value(x[0], 2048, 1.0f);
  __bang_sumpool(y, x[0], 32, 1, 64, 1, 64, 1, 1);
}
extern "C" __mlu_global__ void product(float *out, const float *in, int n) {
  __bang_write_value(x[0], 2048, 1.0f);
  __bang_write_value(x[1], 2048, 1.0f);
  __memcpy(w, x[1], 8192, NRAM2WRAM);
  __bang_matmul(x[2], x[0], w, 32, 64, 32);
}
extern "C" __mlu_global__ void strided(float *out, const float *in, int n) {
  __memcpy(x[0], in, 4, GDRAM2NRAM, 4, 256, 63);
}
extern "C" __mlu_global__ void scalar(float *out, const float *in, int n) {
  float total = 0;
  for (int i = 0; i < n; ++i) total += in[i];
  out[0] = total;
}
extern "C" __mlu_global__ void meeting(float *out, const float *in, int n) {
  if (taskId == 0) __bang_write_value(x[0], 2048, 1.0f);
  __sync_all();
}
"""
START, VECTOR, ISSUE, FUNCTION, LATENCY, GDRAM = 32, 128, 3, 6, 200, 16


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return compile_program(tmp_path_factory.mktemp("cycles"), KERNELS)


def cycles(program: Program, kernel: str, n: int = 8, **launch: object) -> dict:
    program.launch(kernel, np.zeros(16384, np.float32), np.zeros(16384, np.float32), n, **launch)
    assert program.findings() == []
    return program.cycles()


def test_synchronous_copies_and_builtins_follow_each_other(program: Program) -> None:
    one = 2 * (LATENCY + 8192 // GDRAM) + 2 * ISSUE + START + FUNCTION * 8192 // VECTOR
    assert cycles(program, "serial", 1)["total"] == one
    assert cycles(program, "serial", 8)["total"] == 8 * one


def test_a_pipeline_hides_computation_behind_copies(program: Program) -> None:
    serial, piped = cycles(program, "serial"), cycles(program, "pipelined")
    assert piped["io"] == serial["io"] and piped["compute"] == serial["compute"]
    assert piped["io"] <= piped["total"] < serial["total"] - 0.9 * serial["compute"]


def test_a_rest_of_a_vector_costs_a_whole_one(program: Program) -> None:
    fill = START + 2048 * 4 // VECTOR
    assert cycles(program, "vectors", 5)["compute"] == fill + 5 * (START + 2)


def test_pools_work_on_channels(program: Program) -> None:
    fill = START + 2048 * 4 // VECTOR
    assert cycles(program, "narrow_pool")["compute"] == fill + START + 2048
    assert cycles(program, "wide_pool")["compute"] == fill + START + 64


def test_a_product_is_charged_by_padded_columns(program: Program) -> None:
    fill = START + 2048 * 4 // VECTOR
    assert cycles(program, "product")["compute"] == 2 * fill + START + 32 * 64 * 64 // 256


def test_segments_below_a_granule_waste_it(program: Program) -> None:
    assert cycles(program, "strided")["io"] == LATENCY + 64 * (8 + 64 // GDRAM)


def test_scalar_loads_of_device_memory_wait(program: Program) -> None:
    assert cycles(program, "scalar", 10)["total"] >= 10 * LATENCY


def test_a_barrier_joins_clocks(program: Program) -> None:
    last = ISSUE + START + 2048 * 4 // VECTOR + ISSUE + 100
    assert abs(cycles(program, "meeting", dim=(4, 1, 1), union=UNION1)["total"] - last) <= ISSUE


def test_more_tasks_than_cores_take_turns(program: Program) -> None:
    alone = cycles(program, "vectors", 2)["total"]
    assert cycles(program, "vectors", 2, dim=(32, 1, 1))["total"] == alone
    assert cycles(program, "vectors", 2, dim=(33, 1, 1))["total"] == 2 * alone
