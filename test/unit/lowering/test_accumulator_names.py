"""A sum keeps its name in the source through raising and through each target's schedule, and gives it to no loop variable."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = {
    "sum.cpp": """
        void sum(const float *x, float *y, int n) {
          float total = 0.0f;
          for (int i = 0; i < n; ++i) total += x[i];
          y[0] = total;
        }""",
    "lanes.cpp": """
        #include <immintrin.h>
        void lanes(const float *x, float *y, int n) {
          __m512 parts = _mm512_setzero_ps();
          for (int i = 0; i < n; i += 16) parts = _mm512_add_ps(parts, _mm512_loadu_ps(x + i));
          float total = _mm512_reduce_add_ps(parts);
          y[0] = total;
        }""",
}


@pytest.mark.parametrize(("name", "target"), [("sum.cpp", "cuda"), ("sum.cpp", "bang"), ("lanes.cpp", "cuda")])
def test_a_sum_keeps_its_name(tmp_path: Path, name: str, target: str) -> None:
    (tmp_path / name).write_text(SOURCES[name])
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(tmp_path / name), "--to", target, "--verify=none"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert re.search(r"\b(total|parts)\b [+]=", text)
    assert not re.search(r"for \(int (total|parts)\b", text)
    assert not re.search(r"float [ijk]\b", text)
