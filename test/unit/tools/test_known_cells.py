"""Tables that go on: a cell that was right is not run again, one that was wrong or whose output changed is."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import accuracy
import proofs
from accuracy import Judging
from known_cells import Known


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The outputs that are run."""
    made: list[str] = []
    monkeypatch.setattr(accuracy, "_compute", lambda row, library, seeds: made.append(row.name) or "")
    return made


def test_what_was_right_is_not_run_again(tmp_path: Path, runs: list[str]) -> None:
    path = tmp_path / "table.json"
    cell = accuracy.check("add", "cuda", "hip", Judging(1))
    assert (cell.stage, runs) == ("ok", ["add"])
    Known(path).add(cell)
    again = accuracy.check("add", "cuda", "hip", Judging(1, Known(path).right()))
    assert (again.stage, again.key, runs) == ("ok", cell.key, ["add"])
    assert accuracy.check("add", "cuda", "hip", Judging(2, Known(path).right())).key != cell.key  # other inputs
    assert runs == ["add", "add"]


def test_what_was_wrong_is_run_again(tmp_path: Path, runs: list[str]) -> None:
    path = tmp_path / "table.json"
    cell = accuracy.check("add", "cuda", "hip", Judging(1))
    Known(path).add(replace(cell, stage="run", message="T[0] is 1, expected 2"))
    accuracy.check("add", "cuda", "hip", Judging(1, Known(path).right()))
    assert runs == ["add", "add"]


def test_a_proof_of_the_same_texts_is_not_made_again(tmp_path: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def proof_of(operator: str, source: str, target: str, timeout: float, output: Path) -> proofs.Cell:
        asked.append(output.read_text())
        return proofs.Cell(operator, source, target, "proved", "all sizes")

    monkeypatch.setattr(proofs, "proof_of", proof_of)
    path = tmp_path / "table.json"
    for _ in range(2):
        known = Known(path)
        cell = accuracy.check("add", "cuda", "hip", Judging(1, known.right(), 30.0, known.proofs()))
        assert (cell.stage, cell.verdict, cell.scope) == ("ok", "proved", "all sizes")
        known.add(cell)
    assert len(asked) == 1
