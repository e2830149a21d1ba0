"""Races that only some data bring about are warnings: what data a kernel is for need not stand in its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend
from xpiler.diagnostics import Place
from xpiler.verify.defects.data_races import with_data_told
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.examination import examined
from xpiler.verify.defects.report import rests_on
from xpiler.verify.differential import Text

# paths over a vertex k: only a path from k to itself that is shorter than none is written to while other threads read it
PATHS = """
__global__ void relax(float *d, int n, int k) {
  int j = blockIdx.x * blockDim.x + threadIdx.x, i = blockIdx.y;
  if (j >= n) return;
  float via = d[i * n + k] + d[k * n + j];
  if (via CONDITION d[i * n + j]) d[i * n + j] = via;
}
void shortest(float *d, int n) {
  for (int k = 0; k < n; ++k) relax<<<dim3((n + 15) / 16, n), 16>>>(d, n, k);
}
"""


@pytest.fixture
def defects(tmp_path: Path):
    """What is found in the kernel with a condition put into it."""

    def find(condition: str) -> list[SourceDefect]:
        path = tmp_path / "paths.cu"
        path.write_text(PATHS.replace("CONDITION", condition))
        return examined(frontend.read(path, "cuda"), Text(path, "cuda", "sm_90"), ("n <= 64",), lambda s: {"d": s["n"] * s["n"]})

    return find


def test_a_race_on_negative_numbers_alone_is_possible(defects) -> None:
    found = defects("<")
    assert found and all(d.kind == "race" and not d.is_definite for d in found)
    assert "not where no number is negative" in found[0].message and "--assume-valid" in found[0].hint


def test_a_race_on_any_numbers_is_definite(defects) -> None:
    found = defects("!=")
    assert found[0].kind == "race" and found[0].is_definite
    assert "negative" not in found[0].message


def test_races_that_are_not_seen_to_go_stay_as_they_are() -> None:
    race = SourceDefect("race", "read and written", Place("a.cu", 3), {"n": 64})
    other = SourceDefect("bounds", "past the end", Place("a.cu", 4), {"n": 64})
    kept, marked, untouched = with_data_told([[race], [race, other], [other]], lambda rows: [row == 1 for row in rows])
    assert kept == [race] and untouched == [other]
    assert [d.is_of_data for d in marked] == [True, False]


def test_the_assumption_names_data_where_they_decide() -> None:
    race = SourceDefect("race", "read and written", Place("a.cu", 3), {"n": 64})
    (of_data,) = with_data_told([[race]], lambda rows: [True])
    assert rests_on([race]) == ("sizes at which the source itself is free of defects",)
    assert rests_on(of_data) == ("sizes and data at which the source itself is free of defects",)
