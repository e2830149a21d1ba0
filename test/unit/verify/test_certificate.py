"""Certificates: queries that another solver finds unsatisfiable, and that would not be for a fact that is false."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import z3
from proof_subjects import KERNELS

import xpiler
from xpiler.verify.certificate.presburger import obligation
from xpiler.verify.symbolic.facts import Fact
from xpiler.verify.symbolic.sets import name, number, within
from xpiler.verify.texts import VerifyOptions, verify_files


def decided(fact: Fact) -> str:
    solver = z3.Solver()
    solver.from_string(obligation(fact).replace("(push 1)", "").replace("(check-sat)", "").replace("(pop 1)", ""))
    return str(solver.check())


HALF = name("i").div(number(2)).floor()


@pytest.mark.parametrize(
    ("given", "then", "expected"),
    [
        ((within("i", name("n")),), (HALF.ge_set(number(0)), HALF.lt_set(name("n"))), "unsat"),
        ((within("i", name("n")),), (HALF.lt_set(name("n").sub(number(1))),), "sat"),  # not for one element
        ((within("i", 8), name("i").tdiv_r(number(3)).eq_set(number(2)), HALF.eq_set(number(1))), (), "sat"),  # 2 is such a number
        ((within("i", 8), name("i").tdiv_r(number(3)).eq_set(number(2)), HALF.eq_set(number(3))), (), "unsat"),
    ],
)
def test_a_query_is_unsatisfiable_where_the_fact_is_true(given: tuple, then: tuple, expected: str) -> None:
    assert decided(Fact("holds", given, then)) == expected


def test_a_certificate_is_checked_by_its_own_script(tmp_path: Path) -> None:
    paths = [str(KERNELS / "add" / f"add{suffix}") for suffix in (".cu", ".cpp")]
    verify_files(*paths, VerifyOptions({}, run=False, certificate=tmp_path / "c"))
    summary = json.loads((tmp_path / "c" / "summary.json").read_text())
    assert summary["verdict"] == "proved"
    assert summary["queries"]["bounds.smt2"] == 7
    assert "box: " in (tmp_path / "c" / "sets.isl").read_text()
    script = [sys.executable, str(tmp_path / "c" / "recheck.py"), "--solver", "z3"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{sum(summary['queries'].values())} queries" in done.stdout
    bounds = tmp_path / "c" / "bounds.smt2"
    bounds.write_text("\n".join(line for line in bounds.read_text().splitlines() if not line.startswith("(assert (not")))
    assert subprocess.run(script, capture_output=True, check=False).returncode == 1


def test_what_is_not_proved_for_all_sizes_has_no_queries(tmp_path: Path) -> None:
    paths = [str(KERNELS / "add" / "add.cu"), str(KERNELS / "add" / "add.mlu")]
    verify_files(*paths, VerifyOptions({"n": 3}, run=False, certificate=tmp_path / "c"))
    summary = json.loads((tmp_path / "c" / "summary.json").read_text())
    assert summary["queries"] == {}
    assert "asynchronous" in summary["no_queries"]


def test_translate_writes_one_with_the_text_that_it_is_about(tmp_path: Path) -> None:
    source, folder = KERNELS / "add" / "add.cu", tmp_path / "c"
    result = xpiler.translate(str(source), to="vnni", certificate=folder)
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["verdict"] == result.answer.verdict.value == "proved"
    written = folder / summary["target"]["file"]
    assert hashlib.sha256(written.read_bytes()).hexdigest() == summary["target"]["sha256"]
    assert written.read_text().splitlines()[-1] == result.text.splitlines()[-1]


TWO_LAUNCHERS = """
__global__ void twice(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
__global__ void middle(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i > 0 && i + 1 < n) y[i] = 0.5f * (x[i - 1] + x[i + 1]);
}
void run_twice(const float *x, float *y, int n) { twice<<<(n + 255) / 256, 256>>>(x, y, n); }
void run_middle(const float *x, float *y, int n) { middle<<<(n + 255) / 256, 256>>>(x, y, n); }
"""


def test_every_launcher_of_a_file_has_its_queries(tmp_path: Path) -> None:
    (tmp_path / "both.cu").write_text(TWO_LAUNCHERS)
    paths = [str(tmp_path / "both.cu")] * 2
    verify_files(*paths, VerifyOptions({}, run=False, certificate=tmp_path / "c"))
    sets = (tmp_path / "c" / "sets.isl").read_text()
    assert "box of run_twice: " in sets
    assert "box of run_middle: " in sets
    assert "no_queries" not in json.loads((tmp_path / "c" / "summary.json").read_text())


def test_a_launcher_without_queries_is_named_beside_the_others(tmp_path: Path) -> None:
    chosen = TWO_LAUNCHERS.replace("0.5f * (x[i - 1] + x[i + 1])", "x[(int)x[i] & 0]")
    (tmp_path / "both.cu").write_text(chosen)
    verify_files(*[str(tmp_path / "both.cu")] * 2, VerifyOptions({}, run=False, certificate=tmp_path / "c"))
    summary = json.loads((tmp_path / "c" / "summary.json").read_text())
    assert summary["queries"]["bounds.smt2"] > 0
    assert summary["no_queries"].startswith("run_middle: ")


def test_a_missing_solver_is_named_with_the_command_that_brings_it(tmp_path: Path) -> None:
    paths = [str(KERNELS / "add" / f"add{suffix}") for suffix in (".cu", ".cpp")]
    verify_files(*paths, VerifyOptions({}, run=False, certificate=tmp_path))
    script = [sys.executable, "-S", str(tmp_path / "recheck.py")]  # without packages
    done = subprocess.run(script, capture_output=True, text=True, check=False, env={})
    assert (done.returncode, done.stderr) == (2, "cvc5 is not installed: pip install cvc5\n")
