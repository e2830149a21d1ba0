"""Updates of elements that data choose in a parallel loop: without an atomic operation they are warned of."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.frontend import ReadOptions
from xpiler.verify.defects.chosen_updates import chosen_updates

TEXT = """void k(const int *label, int *count, int n, int m) {
#pragma omp parallel for CLAUSE
  for (int i = 0; i < n; ++i) {
    BODY
  }
}
"""
COUNTED = "count[label[i]] += 1;"
LOCAL = "int h[16] = {}; for (int j = 0; j < n; ++j) h[label[i * n + j]] += 1; for (int b = 0; b < 16; ++b) count[i * 16 + b] = h[b];"


def _lines(body: str, clause: str = "", parallel: bool = True) -> list[int]:
    text = TEXT.replace("BODY", body).replace("CLAUSE", clause)
    text = text if parallel else "\n".join("" if "#pragma" in line else line for line in text.split("\n"))
    return [defect.place.line for defect in chosen_updates(frontend.read(text, "vnni", ReadOptions()))]


@pytest.mark.parametrize("body", [COUNTED, "int l = label[i]; count[l] = count[l] + 1;", f"if (label[i] < m) {COUNTED}"])
def test_an_update_of_what_data_choose_is_told_at_its_line(body: str) -> None:
    assert _lines(body) == [4]


@pytest.mark.parametrize("body", ["for (int j = 0; j < m; ++j) count[i * 16 + label[j]] += 1;", LOCAL, "count[label[i]] = i;"])
def test_elements_of_an_iteration_s_own_are_not(body: str) -> None:
    assert _lines(body) == []


def test_nor_is_what_waits_for_its_turn() -> None:
    assert _lines(f"\n#pragma omp atomic\n{COUNTED}") == []
    assert _lines(COUNTED, "reduction(+ : count[:m])") == []
    assert _lines(COUNTED, parallel=False) == []
