"""Faults of every kind are localised and mended; what was changed is undone; a program that is right is left alone."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler.repair.search import Search

N = ({"n": 5}, {"n": 45})

FAULTS = [
    ("builtin", "add", "bang.binary<add>", "bang.binary<sub>", "operators"),
    ("bytes", "add", "arith.constant 4 : i32", "arith.constant 2 : i32", "uninitialised"),
    ("length", "add", "arith.minsi", "arith.maxsi", "bounds"),
    ("coefficient", "gelu", "4.471500e-02", "4.500000e-01", "operators"),
]


def found(search: Search) -> tuple[str, ...] | None:
    with search.module.context, ir.Location.unknown():
        edits = search.found()
    return None if edits is None else tuple(e.what for e in edits)


@pytest.mark.parametrize(("name", "operator", "old", "new", "symptom"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_fault_is_mended_and_the_search_leaves_no_trace(search, name, operator, old, new, symptom) -> None:
    looking = search(operator, "bang", old, new, *N)
    before = str(looking.module)
    assert found(looking)
    assert str(looking.module) == before
    assert looking.diagnosis.symptom == symptom


def test_a_float_is_solved_not_guessed(search) -> None:
    looking = search("gelu", "bang", "4.471500e-02", "1.234500e-01", *N)
    changes = found(looking)
    assert changes and changes[0].endswith("becomes 0.044715") and looking.runs < 20


def test_a_missing_barrier_is_put_back(search) -> None:
    looking = search("row_sum", "hip", "hip.barrier", "", {"rows": 1, "cols": 5})
    changes = found(looking)
    assert looking.diagnosis.symptom == "race"
    assert changes and changes[0].startswith("hip.barrier in front of")


def test_two_faults_take_two_changes(translated, search) -> None:
    looking = search("add", "bang", "bang.binary<add>", "bang.binary<sub>", *N)
    text = str(looking.module).replace("arith.minsi", "arith.maxsi", 1)
    looking.module = ir.Module.parse(text, looking.module.context)
    changes = found(looking)
    assert changes and len(changes) == 2


def test_a_right_program_is_not_changed(search) -> None:
    looking = search("add", "bang", "arith.minsi", "arith.minsi", *N)
    assert found(looking) is None and looking.runs == 2
