"""Findings name kernel, line and variable, also where the library of a run could not tell them."""

from __future__ import annotations

import pytest

from xpiler.execution.findings import Launched, completed

TEXT = "// a kernel\nvoid k(float *x) {\n  total += x[i];\n  if (x[j] > best) hits[j]++;\n  use(x[j] == 2);\n}\n"


@pytest.fixture
def launched(tmp_path):
    (tmp_path / "k.cu").write_text(TEXT)
    return Launched("k", str(tmp_path / "k.cu"), 2, ["x"])


@pytest.mark.parametrize(("line", "variable"), [(3, "total"), (4, "hits"), (5, "x")])
def test_the_variable_of_a_line(launched, line, variable):
    (done,) = completed([{"kind": "race", "file": launched.file, "line": line, "buffer": ""}], launched)
    assert (done["buffer"], done["kernel"], done["line"]) == (variable, "k", line)


def test_what_is_known_stays(launched):
    finding = {"kind": "race", "file": launched.file, "line": 3, "buffer": "y", "kernel": "other"}
    assert completed([finding], launched) == (finding,)


def test_code_made_for_a_launch_is_told_at_the_kernel(launched):
    (done,) = completed([{"kind": "launch", "file": "k.cu", "line": 99, "buffer": ""}], launched)
    assert (done["line"], done["kernel"]) == (2, "k")
