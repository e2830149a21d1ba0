"""Defects as they stand in kernels of other people: named at their line, right twins left alone, never put down to the output."""

from __future__ import annotations

from pathlib import Path

import pytest
from proof_subjects import PLATFORMS, corpus

from xpiler import frontend, raising
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.examination import examined
from xpiler.verify.defects.overruns import overruns
from xpiler.verify.defects.report import tempered
from xpiler.verify.differential import Case, Finding, Runs, Text
from xpiler.verify.prover import prove
from xpiler.verify.proving import Proved
from xpiler.verify.sizes import Candidate
from xpiler.verify.verdict import Answer, Verdict

SHIFT = """#include <immintrin.h>
extern "C" void shift(const float *x, float *y, int n) {
  for (int i = 0; i + 17 <= n; i += 16) {
    __m512 v = _mm512_%s_ps(x + i + 1);
    _mm512_storeu_ps(y + i, v);
  }
}
"""
TOTAL = """
__global__ void total(const float *x, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) %s;
}
void launch(const float *d_x, float *d_out, int n, cudaStream_t s) { total<<<(n + 255) / 256, 256, 0, s>>>(d_x, d_out, n); }
"""
COUNTS = """
__global__ void counts(const int *bin, int *hist, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) %s;
}
void launch(const int *d_bin, int *d_hist, int n, cudaStream_t s) { counts<<<(n + 255) / 256, 256, 0, s>>>(d_bin, d_hist, n); }
"""
TURNS = """#include <bang.h>
__mlu_entry__ void twice(const float *x, float *y, int n) {
  __nram__ float buf[2][256];
  int tiles = n / 256;
  if (taskId != 0) return;
  for (int i = 0; i <= tiles; ++i) {
    if (i < tiles) __memcpy_async(buf[i %% 2], x + i * 256, 1024, GDRAM2NRAM);
    if (i > 0) {
      __bang_mul_scalar(buf[%s], buf[%s], 2.0f, 256);
      __memcpy(y + (i - 1) * 256, buf[%s], 1024, NRAM2GDRAM);
    }
    __sync();
  }
}
void launch(cnrtQueue_t q, const float *x, float *y, int n) {
  cnrtDim3_t dim = {4, 1, 1};
  twice<<<dim, cnrtFuncTypeUnion1, q>>>(x, y, n);
}
"""
OTHER, SAME = ("(i - 1) % 2",) * 3, ("i % 2",) * 3
CASES = [
    pytest.param("shift.cpp", SHIFT, "load", "loadu", "alignment", 4, lambda s: {"x": s["n"] + 1, "y": s["n"]}, id="aligned load"),
    pytest.param(
        "total.cu", TOTAL, "out[0] += x[i]", "atomicAdd(out, x[i])", "race", 4, lambda s: {"d_x": s["n"], "d_out": 1}, id="blocks"
    ),
    pytest.param(
        "counts.cu",
        COUNTS,
        "hist[bin[i]]++",
        "atomicAdd(&hist[bin[i]], 1)",
        "race",
        4,
        lambda s: {"d_bin": s["n"], "d_hist": 256},
        id="bins",
    ),
    pytest.param("turns.mlu", TURNS, SAME, OTHER, "race", 9, lambda s: {"x": s["n"], "y": s["n"]}, id="stale half"),
]


def defects_of(folder: Path, name: str, text: str, extents) -> list[SourceDefect]:
    path = folder / name
    path.write_text(text)
    platform = PLATFORMS[path.suffix]
    return examined(frontend.read(path, platform), Text(path, platform, DEFAULT_ARCH[platform]), (), extents)


@pytest.mark.parametrize(("name", "text", "wrong", "right", "kind", "line", "extents"), CASES)
def test_a_defect_is_told_and_its_right_twin_is_not(tmp_path: Path, name, text, wrong, right, kind, line, extents) -> None:
    found = defects_of(tmp_path, name, text % wrong, extents)[0]
    assert (kind, line, True) == (found.kind, found.place.line, found.is_definite)
    assert defects_of(tmp_path, name, text % right, extents) == []


TAIL = """#include <immintrin.h>
extern "C" void copy(const float *x, float *y, int n) {
  int i = 0;
  for (; i %s n; i += 16) _mm512_storeu_ps(y + i, _mm512_loadu_ps(x + i));
  %s
}
"""
SCALARS = "for (; i < n; ++i) y[i] = x[i];"


@pytest.mark.parametrize(
    ("loop", "rest", "assumed", "count"), [("<", "", (), 2), ("+ 16 <=", SCALARS, (), 0), ("<", "", ("n % 16 == 0",), 0)]
)
def test_a_forgotten_tail_is_a_possible_overrun(tmp_path: Path, loop: str, rest: str, assumed: tuple[str, ...], count: int) -> None:
    path = tmp_path / "copy.cpp"
    path.write_text(TAIL % (loop, rest))
    found = overruns(raising.raise_module(frontend.read(path, "vnni")), str(path), assumed)
    assert len(found) == count
    assert not any(defect.is_definite for defect in found)


def test_a_proof_says_where_the_source_is_wrong() -> None:
    half = corpus("gemm_half", ".hip")
    sizes = [{"M": 5, "N": 7, "K": 3}, {"M": 16, "N": 16, "K": 16}]
    proof = prove(half, half, [Candidate(row) for row in sizes], 60)
    assert proof.answer.verdict is Verdict.PROVED
    assert proof.source_fails
    assert any(note.startswith("warning: at K = 3, M = 5, N = 7 the source is wrong") for note in proof.answer.notes)


POSSIBLE = SourceDefect("race", "two iterations meet", None, {"n": 7})


@pytest.mark.parametrize(
    ("scope", "row", "verdict"), [("all sizes", 64, Verdict.TESTED), ("n = 7", 7, Verdict.TESTED), ("n = 64", 64, Verdict.PROVED)]
)
def test_a_possible_defect_takes_the_proof_of_its_sizes_away(scope: str, row: int, verdict: Verdict) -> None:
    answer = Answer(Verdict.PROVED, scope=scope, is_for_all_sizes=scope == "all sizes")
    assert tempered(answer, [POSSIBLE], Proved(answer, rows=(({"n": row}, {"x": row}),))).verdict is verdict


def test_what_differs_where_the_source_is_wrong_refutes_nothing() -> None:
    cases = [Case({"n": n}, "random", []) for n in (7, 64)]
    runs = Runs(cases, [Finding(cases[0], "y[0] is 1, expected 2", False)])
    assert runs.answer().verdict is Verdict.REFUTED
    assert runs.without([{"n": 7}]).answer().verdict is Verdict.TESTED
    assert runs.without([{"n": 7}, {"n": 64}]).answer().verdict is Verdict.UNSUPPORTED


ASSERTED = """#include <assert.h>
extern "C" void halves(const float *x, float *y, int n) {
  assert(n % 2 == 0 && "pairs");
  for (int i = 0; i < n / 2 STEP; ++i) y[i] = x[2 * i];
}
"""


@pytest.mark.parametrize(("step", "kinds"), [("", []), ("+ 1", ["bounds"])])
def test_an_assertion_says_which_sizes_are_meant(tmp_path: Path, step: str, kinds: list[str]) -> None:
    """It is no defect where it fails, and hides none where it holds."""
    found = defects_of(tmp_path, "halves.cpp", ASSERTED.replace("STEP", step), lambda sizes: {"x": sizes["n"], "y": sizes["n"] // 2})
    assert sorted({d.kind for d in found}) == kinds


RECORD = """struct params { float least, most; };
extern "C" void clamp(const float *x, float *y, int n, const struct params *p) {
  for (int i = 0; i < n STEP; ++i) y[i] = x[i] < p->least ? p->least : x[i] > p->most ? p->most : x[i];
}
"""


@pytest.mark.parametrize(("step", "kinds"), [("", []), ("+ 1", ["bounds"])])
def test_a_function_that_takes_a_record_is_not_called_with_its_fields(tmp_path: Path, step: str, kinds: list[str]) -> None:
    """It would crash, whatever it does; the model executes it."""
    found = defects_of(tmp_path, "clamp.cpp", RECORD.replace("STEP", step), lambda sizes: {"x": sizes["n"], "y": sizes["n"]})
    assert sorted({d.kind for d in found}) == kinds
