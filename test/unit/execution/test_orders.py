"""Other orders of threads and tasks: results that differ are a finding, unless atomic operations explain the difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.execution.findings import Launched
from xpiler.execution.orders import vary
from xpiler.execution.process import RunResult
from xpiler.running import RunOptions

CUDA = """__global__ void winner(int *cell) { atomicExch(cell, int(blockIdx.x * blockDim.x + threadIdx.x)); }
__global__ void total(const float *x, float *cell) { atomicAdd(cell, x[blockIdx.x * blockDim.x + threadIdx.x]); }
__global__ void compact(const float *x, float *packed, int *cursor) {
  float value = x[blockIdx.x * blockDim.x + threadIdx.x];
  if (value > 0) packed[atomicAdd(cursor, 1)] = value;
}
"""
BANG = """#include <bang.h>
__nram__ int mine[32];
__nram__ int old[32];
__mlu_entry__ void winner(int *cell) {
  mine[0] = taskId;
  __bang_atomic_exch(old, cell, mine, 1);
}
"""
KERNEL = Launched("k", "k.cu", 3, ["y"])


def varied(first: np.ndarray, second: np.ndarray, atomics: int) -> tuple[dict, ...]:
    results = [RunResult((array,), counts={"atomics": atomics}) for array in (first, second)]
    return vary(results[0], KERNEL, lambda seed: results[1], [5]).findings


@pytest.mark.parametrize("atomics", [0, 100])
def test_integers_are_compared_exactly(atomics):
    one = np.array([3, 4, 5], np.int32)
    assert varied(one, one.copy(), atomics) == ()
    (finding,) = varied(one, np.array([3, 9, 5], np.int32), atomics)
    assert (finding["kind"], finding["buffer"], finding["element"]) == ("order-dependent", "y", 1)
    assert finding["line"] == 3 and finding["kernel"] == "k"


def test_floats_may_round_differently_behind_atomics_only():
    one = np.array([1.0, np.nan, 3.0], np.float32)
    rounded = np.nextafter(one, np.float32(9))
    assert varied(one, rounded, 100) == ()
    assert varied(one, rounded, 0)[0]["element"] == 0
    assert varied(one, one * np.float32(1.01), 100)[0]["element"] == 0


def test_a_cursor_moves_elements_behind_atomics_only():
    one = np.array([1, 2, 3], np.int32)
    assert varied(one, one[::-1].copy(), 3) == ()
    assert varied(one, one[::-1].copy(), 0)


def test_findings_of_another_order_are_told_with_its_seed():
    clean, racy = RunResult(), RunResult(findings=({"kind": "race", "message": "m"},))
    (finding,) = vary(clean, KERNEL, lambda seed: racy if seed == 2 else clean, [1, 2, 3]).findings
    assert finding["message"] == "m (in the order of --seed 2)"


def test_a_fault_in_two_orders_is_told_once():
    race = {"kind": "race", "message": "m", "file": "k.cu", "line": 4, "buffer": "y"}
    first, other = RunResult(findings=(race,)), RunResult(findings=({**race, "message": "n"}, {**race, "line": 5}))
    assert [f["line"] for f in vary(first, KERNEL, lambda seed: other, [1, 2]).findings] == [4, 5]


def ran(path: Path, kernel: str, **values) -> xpiler.Outcome:
    launch = "tasks=4,type=union1" if path.suffix == ".mlu" else "grid=4,block=32"
    return xpiler.run(str(path), options=RunOptions(kernel=kernel, launch=launch), **values)


@pytest.mark.parametrize(("name", "text"), [("k.cu", CUDA), ("k.mlu", BANG)])
def test_the_last_writer_wins_is_found(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (finding,) = ran(tmp_path / name, "winner", cell="zero:1").result.findings
    assert finding["kind"] == "order-dependent" and finding["buffer"] == "cell"
    assert finding["line"] == text[: text.index("void winner")].count("\n") + 1


def test_sums_and_cursors_are_no_finding(tmp_path):
    (tmp_path / "k.cu").write_text(CUDA)
    outcome = ran(tmp_path / "k.cu", "total", x="random:128", cell="zero:1")
    assert outcome.result.ok and outcome.orders == 3
    assert ran(tmp_path / "k.cu", "compact", x="random:128", packed="zero:128", cursor="zero:1").result.ok
