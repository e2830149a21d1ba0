"""Tables that go on: a cell that was right is not run again, one that was wrong or whose output changed is."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import accuracy
from known_cells import Known


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The outputs that are run."""
    made: list[str] = []
    monkeypatch.setattr(accuracy, "_compute", lambda row, library, seeds: made.append(row.name) or "")
    return made


def test_what_was_right_is_not_run_again(tmp_path: Path, runs: list[str]) -> None:
    path = tmp_path / "table.json"
    cell = accuracy.check("add", "cuda", "hip", 1, "")
    assert (cell.stage, runs) == ("ok", ["add"])
    Known(path).add(cell)
    again = accuracy.check("add", "cuda", "hip", 1, "", Known(path).right())
    assert (again.stage, again.key, runs) == ("ok", cell.key, ["add"])
    assert accuracy.check("add", "cuda", "hip", 2, "", Known(path).right()).key != cell.key  # other inputs
    assert runs == ["add", "add"]


def test_what_was_wrong_is_run_again(tmp_path: Path, runs: list[str]) -> None:
    path = tmp_path / "table.json"
    cell = accuracy.check("add", "cuda", "hip", 1, "")
    Known(path).add(replace(cell, stage="run", message="T[0] is 1, expected 2"))
    accuracy.check("add", "cuda", "hip", 1, "", Known(path).right())
    assert runs == ["add", "add"]
