"""Faults around a transposition in registers: the model runs tiles of a matrix before they are printed as C."""

from __future__ import annotations

import pytest
from mlir import ir

SIZES = ({"rows": 2, "cols": 5}, {"rows": 3, "cols": 4})


def changed(text: str, operation: str, number: int) -> str:
    """The text with the operands of the last operations of a name exchanged, counted from behind."""
    lines = text.split("\n")
    found = [k for k, line in enumerate(lines) if f"= {operation} " in line and ": index" in line]
    before, _, behind = lines[found[-number]].partition(f"{operation} ")
    (left, right), kind = behind.partition(" : ")[0].split(", "), behind.partition(" : ")[2]
    lines[found[-number]] = f"{before}{operation} {right}, {left} : {kind}"
    return "\n".join(lines)


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_left_of_a_tile_is_mended(translated, search, number: int) -> None:
    looking = search("transpose", "vnni", "linalg.transpose", "linalg.transpose", *SIZES)
    _, text = translated("transpose", "vnni")
    wrong = changed(text, "arith.subi", number)
    assert wrong != text
    looking.module = ir.Module.parse(wrong, looking.module.context)
    with looking.module.context, ir.Location.unknown():
        edits = looking.found()
    assert edits and len(edits) == 1 and "change places" in edits[0].what


def test_a_right_transposition_is_right_in_the_model(search) -> None:
    looking = search("transpose", "vnni", "linalg.transpose", "linalg.transpose", *SIZES)
    with looking.module.context, ir.Location.unknown():
        assert looking.found() is None
    assert looking.diagnosis is None
