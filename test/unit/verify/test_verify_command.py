"""`xpiler verify`: the verdict line, its JSON, exit codes, and a refutation that was run."""

from __future__ import annotations

import json
from pathlib import Path

import islpy as isl
import pytest
from proof_subjects import KERNELS, text_of

from xpiler.tools.commands import verify
from xpiler.tools.xpiler import parser

ADD = str(KERNELS / "add" / "add.cu")


def run(*words: str) -> int:
    return verify.execute(parser().parse_args(["verify", *words]))


def test_a_proof_is_printed_with_its_scope_and_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ADD, str(KERNELS / "add" / "add.cpp"), "--sizes", "n=13", "--no-run", "--require", "proved") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("add.cpp: proved (all sizes with 1 <= n <= 2147483392)")
    assert "  assuming noalias(A, T)" in lines


def test_the_verdict_does_not_depend_on_what_the_process_did_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The limit is in steps of integer sets, and this process has taken more than that before."""
    steps, sets = 500_000, isl.DEFAULT_CONTEXT
    monkeypatch.setattr("xpiler.verify.symbolic.child.MOST_OPERATIONS", steps)
    squares = isl.Set("[n] -> { [i, j] : 0 <= i < n and 0 <= j < i and (i + j) mod 7 = 3 }")
    large = squares.intersect_params(isl.Set("[n] -> { : n > 5 }"))
    sets.set_max_operations(steps + 1)
    with pytest.raises(isl.Error, match="maximal number of operations"):
        while True:
            squares.subtract(large).coalesce()
    sets.set_max_operations(0)
    assert run(ADD, str(KERNELS / "add" / "add.cpp"), "--sizes", "n=13", "--no-run") == 0
    assert "proved (all sizes" in capsys.readouterr().out


def test_a_refutation_shows_an_input_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.cpp"
    wrong.write_text(text_of("row_sum", ".cpp").replace("c < cols; ++c", "c < cols - 1; ++c"))
    assert run(str(KERNELS / "row_sum" / "row_sum.cpp"), str(wrong), "--sizes", "rows=3,cols=5", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "refuted"
    assert "rows = 1, cols = 1" in found["counterexample"]
    assert "T[0]" in found["reason"]


def test_sizes_are_chosen_where_a_proof_for_all_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    pipelined = str(KERNELS / "add" / "add.mlu")
    assert run(pipelined, pipelined, "--no-run", "--require", "proved") == 0
    printed = capsys.readouterr().out
    assert "proved (n = 5" in printed
    assert "not for all sizes: an asynchronous copy" in printed


def test_a_size_that_is_left_out_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    pipelined = str(KERNELS / "maxpool" / "maxpool.mlu")
    assert run(pipelined, pipelined, "--no-run", "--sizes", "batch=2", "--require", "proved") == 1
    assert "no value for parameter 'height'" in capsys.readouterr().out


TWICE = """#include <cuda_runtime.h>
__global__ void k(const float *A, float *T, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) T[i] = A[i];
}
extern "C" void k_kernel(const float *A, float *T, int n) {
  float *a, *t;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice);
  for (int round = 0; round < 2; ++round) k<<<(n + 255) / 256, 256>>>(a, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
}
"""
PICKED = 'extern "C" void k_kernel(const float *A, float *T, int n) {\n  for (int i = 0; i < n; ++i) T[i] = i < 200000 ? A[i] : 0;\n}\n'


def test_what_is_proved_at_sizes_is_run_past_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """200000 elements are too many for the executor and few for a run."""
    source, target = tmp_path / "source.cu", tmp_path / "target.cpp"
    source.write_text(TWICE)
    target.write_text(PICKED)
    assert run(str(source), str(target), "--no-run", "--require", "proved") == 0
    capsys.readouterr()
    assert run(str(source), str(target)) == 1
    assert "refuted" in capsys.readouterr().out
