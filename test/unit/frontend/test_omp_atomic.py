"""OpenMP's atomic updates are atomic, and loops whose iterations wait for each other stay in order."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler import frontend
from xpiler.diagnostics import XpilerError
from xpiler.execution.jit import compile_module

LOOP = """
extern "C" void count(const int *b, int *h, float *s, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) {
STATEMENT
  }
}
"""


def _text(statement: str) -> str:
    return LOOP.replace("STATEMENT", statement)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("#pragma omp atomic\nh[b[i] & 7] += 1;", "addi"),
        ("#pragma omp atomic\nh[b[i] & 7]++;", "addi"),
        ("#pragma omp atomic update\nh[0] -= b[i];", "addi"),
        ("#pragma omp atomic\nh[0] = h[0] | b[i];", "ori"),
        ("#pragma omp atomic\ns[0] += b[i] * 0.5f;", "addf"),
        ("#pragma omp atomic compare\nif (h[0] < b[i]) { h[0] = b[i]; }", "maxs"),
        ("#pragma omp atomic compare\nif (h[0] > b[i]) h[0] = b[i];", "mins"),
        ("#pragma omp atomic compare\nh[0] = h[0] < b[i] ? b[i] : h[0];", "maxs"),
        ("int candidate = b[i];\n#pragma omp atomic compare\nh[0] = h[0] > candidate ? candidate : h[0];", "mins"),
    ],
)
def test_an_update_is_one_operation(statement: str, kind: str) -> None:
    module = frontend.read(_text(statement), "vnni")
    text = str(module)
    assert f"memref.atomic_rmw {kind}" in text
    assert "memref.store" not in text
    _agrees(module, statement)


def _agrees(module: object, statement: str) -> None:
    b = np.array([3, 11, -4, 7, 7, 2, 100], np.int32)
    h, s = np.full(8, 5, np.int32), np.full(1, 0.25, np.float32)
    compile_module(module).run("count", [b, h, s, np.int32(len(b))])
    expected, total = [5] * 8, 0.25
    for value in b.tolist():
        if "b[i] & 7" in statement:
            expected[value & 7] += 1
        elif "-=" in statement:
            expected[0] -= value
        elif "|" in statement:
            expected[0] |= value
        elif "<" in statement or ">" in statement:
            expected[0] = max(expected[0], value) if "<" in statement else min(expected[0], value)
        else:
            total += value * 0.5
    assert h.tolist() == expected
    assert s[0] == total


@pytest.mark.parametrize("clauses", ["capture", "read", "write"])
def test_other_forms_are_refused_at_their_line(clauses: str) -> None:
    with pytest.raises(XpilerError, match=rf":6:\d+: .*atomic {clauses}"):
        frontend.read(_text(f"#pragma omp atomic {clauses}\nint old = h[0];"), "vnni")


def test_an_update_of_another_place_is_refused() -> None:
    with pytest.raises(XpilerError, match="atomic update"):
        frontend.read(_text("#pragma omp atomic\nh[0] = h[1] + b[i];"), "vnni")


def test_a_loop_with_a_critical_section_stays_in_order() -> None:
    text = str(frontend.read(_text("#pragma omp critical\n{ if (h[0] < b[i]) { h[0] = b[i]; h[1] = i; } }"), "vnni"))
    assert "scf.forall" not in text
    assert "scf.for" in text
