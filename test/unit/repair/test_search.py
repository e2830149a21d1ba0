"""Faults of every kind are localised and mended; what was changed is undone; a program that is right is left alone."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler.dialects import context
from xpiler.repair.edit import Edit
from xpiler.repair.observation import Bench
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


ROWS = """
module attributes {xpiler.target = #xpiler.target<"vnni", arch = "icelake-server">} {
  func.func @k(%A: memref<?xf32> {xpiler.name = "A"}, %B: memref<?xf32> {xpiler.name = "B"}, %n: i32 {xpiler.name = "n"},
               %m: i32 {xpiler.name = "m"}) attributes {xpiler.kernel} {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    scf.for %i = %zero to %n step %one : i32 {
      scf.for %j = %zero to %m step %one : i32 {
        %row = arith.muli %i, %m : i32
        %to = arith.addi %row, %j : i32
        %at = arith.index_cast %to : i32 to index
        %x = memref.load %A[%at] : memref<?xf32>
        %y = arith.addf %x, %x : f32
        memref.store %y, %B[%at] : memref<?xf32>
      }
    }
    return
  }
}
"""


def of_rows(*changes: tuple[str, str], rows: tuple[dict[str, int], ...] = ({"n": 2, "m": 5}, {"n": 3, "m": 4})) -> Search:
    """The search on the program above with changes."""
    wrong = ROWS
    for old, new in changes:
        assert old in wrong
        wrong = wrong.replace(old, new, 1)
    ctx = context()
    right = ir.Module.parse(ROWS, ctx)
    return Search(ir.Module.parse(wrong, ctx), [Bench(right, row) for row in rows], lambda edits: True, seconds=60.0)


SWAPPED = (("muli %i, %m", "muli %j, %m"), ("addi %row, %j", "addi %row, %i"))


def test_row_and_column_change_places_in_one_step() -> None:
    changes = found(of_rows(*SWAPPED))
    assert changes and len(changes) == 1 and changes[0].endswith("arg5 and arg4 change places")


TWICE = (
    ("        memref.store %y, %B[%at]",
     "        %there = arith.addi %row, %j : i32\n        %place = arith.index_cast %there : i32 to index\n"
     "        memref.store %y, %B[%place]"),
)  # fmt: skip


def test_they_change_places_for_all_that_use_the_product() -> None:
    changes = found(of_rows(*SWAPPED, *TWICE))
    assert changes and len(changes) == 1 and changes[0].endswith("change places, wherever the product is used")


def test_a_change_that_helps_a_little_is_where_the_second_is_looked_for() -> None:
    looking = of_rows(*SWAPPED, ("arith.addf", "arith.mulf"))
    changes = found(looking)
    assert changes and len(changes) == 2 and looking.runs < 150


def test_sizes_of_a_counterexample_are_one_more_bench() -> None:
    looking = of_rows(
        ("step %one : i32 {\n      scf.for", "step %zero2 : i32 {\n      scf.for"), ("%one =", "%zero2 = arith.constant 2 : i32\n %one =")
    )
    looking.benches = looking.benches[:1]
    further = of_rows(rows=({"n": 3, "m": 2},)).benches[0]

    def accept(edits) -> bool:
        right = further.observe(looking.suspect).right
        if not right and further not in looking.learnt:
            looking.learnt.append(further)
        return right

    looking.accept = accept
    assert found(looking)


def test_an_array_without_a_space_is_no_fault_of_the_search() -> None:
    private = ("%zero = arith", "%tmp = memref.alloca() : memref<4xf32>\n    %zero = arith")
    assert found(of_rows(private, ("arith.addf", "arith.subf")))


def test_a_result_that_nobody_stores_is_stored() -> None:
    twice = ("memref.store %y, %B[%at] : memref<?xf32>", "%z = arith.mulf %y, %y : f32\n memref.store %y, %B[%at] : memref<?xf32>")
    looking = of_rows(twice)
    right = ir.Module.parse(
        ROWS.replace(*twice).replace("memref.store %y,", "memref.store %y, %B[%at] : memref<?xf32>\n memref.store %z,"), context()
    )
    looking.benches = [Bench(right, {"n": 2, "m": 3})]
    changes = found(looking)
    assert changes and "is stored to" in changes[0]


WORDS = """
module attributes {xpiler.target = #xpiler.target<"vnni", arch = "icelake-server">} {
  func.func @k(%B: memref<?xi32> {xpiler.name = "B"}, %n: i32 {xpiler.name = "n"}) attributes {xpiler.kernel} {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %four = arith.constant 4 : i32
    %three = arith.constant 3 : i32
    %more = arith.addi %n, %three : i32
    %parts = arith.divsi %more, %four : i32
    scf.for %i = %zero to %parts step %one : i32 {
      %at = arith.index_cast %i : i32 to index
      memref.store %parts, %B[%at] : memref<?xi32>
    }
    return
  }
}
"""


def test_a_share_is_rounded_up_rather_than_taken_whole() -> None:
    ctx = context()
    right = ir.Module.parse(WORDS, ctx)
    wrong = ir.Module.parse(WORDS.replace("divsi %more", "divsi %n"), ctx)
    changes = found(Search(wrong, [Bench(right, {"n": n}) for n in (5, 9, 2)], lambda edits: True, seconds=60.0))
    assert changes and "is rounded up" in changes[0]


def test_a_constant_is_changed_for_all_that_use_it() -> None:
    twice = ("arith.addf %x, %x : f32", "arith.addf %x, %half : f32\n %u = arith.mulf %y, %half : f32")
    uses = ("memref.store %y", "memref.store %u")
    right = ROWS.replace("%zero =", "%half = arith.constant 5.000000e-01 : f32\n %zero =").replace(*twice).replace(*uses)
    ctx = context()
    source, wrong = ir.Module.parse(right, ctx), ir.Module.parse(right.replace("5.000000e-01", "4.000000e+00"), ctx)
    changes = found(Search(wrong, [Bench(source, {"n": 2, "m": 3})], lambda edits: True, seconds=60.0))
    assert changes and len(changes) == 1 and changes[0].endswith("wherever it is used: 4 becomes 0.5")


def test_one_wrong_number_after_another_is_no_sign_of_a_dead_place() -> None:
    wrong = ROWS.replace("%zero =", "%by = arith.constant 1.000000e+00 : f32\n %zero =").replace("addf %x, %x", "mulf %x, %by")
    ctx = context()
    looking = Search(ir.Module.parse(wrong, ctx), [Bench(ir.Module.parse(ROWS, ctx), {"n": 2, "m": 3})], lambda edits: True, seconds=60.0)
    looking._solved_floats = lambda edits, seen: None  # by the search alone
    changes = found(looking)
    assert changes and len(changes) == 1


PIECES = """
module attributes {xpiler.target = #xpiler.target<"vnni", arch = "icelake-server">} {
  func.func @k(%A: memref<?xf32> {xpiler.name = "A"}, %T: memref<?xf32> {xpiler.name = "T"}, %total: i32 {xpiler.name = "n"})
      attributes {xpiler.kernel} {
    %n = arith.index_cast %total : i32 to index
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %piece = arith.constant 16 : index
    %none = arith.constant 0.000000e+00 : f32
    %sum = scf.for %i = %zero to %n step %piece iter_args(%before = %none) -> (f32) {
      %left = arith.subi %n, %i : index
      %length = arith.minsi %left, %piece : index
      %end = arith.addi %i, %length : index
      %behind = scf.for %j = %i to %end step %one iter_args(%s = %before) -> (f32) {
        %x = memref.load %A[%j] : memref<?xf32>
        %y = arith.addf %s, %x : f32
        scf.yield %y : f32
      }
      scf.yield %behind : f32
    }
    memref.store %sum, %T[%zero] : memref<?xf32>
    return
  }
}
"""


def test_pieces_are_not_taken_apart() -> None:
    ctx = context()
    right, wrong = ir.Module.parse(PIECES, ctx), ir.Module.parse(PIECES.replace("%left, %piece", "%piece, %piece"), ctx)
    offered: list[str] = []

    def accept(edits: tuple[Edit, ...]) -> bool:
        offered.extend(e.what for e in edits)
        return False

    found(Search(wrong, [Bench(right, {"n": n}) for n in (5, 33)], accept, seconds=3.0))
    assert offered and not any(change.endswith("16 becomes 1") for change in offered)


UNSEEN = (
    ("        %y = arith.addf %x, %x : f32",
     "        %top = arith.NAME %x, %c : f32\n        %more = arith.addf %x, %top : f32\n        %twice = arith.addf %more, %x : f32\n"
     "        %y = arith.subf %twice, %top : f32"),
    ("%zero = ", "%c = arith.constant 1.0 : f32\n    %zero = "),
)  # fmt: skip


def test_what_only_runs_show_is_looked_for_among_changes_that_keep_it_right() -> None:
    """Over the reals it does not matter what is added and taken away again."""
    looking = of_rows((UNSEEN[0][0], UNSEEN[0][1].replace("NAME", "minnumf")), UNSEEN[1])
    asked = []
    looking.accept = lambda edits: asked.append(edits) or "maxnumf" in str(looking.module)
    with looking.module.context, ir.Location.unknown():
        assert looking.found() is None and not asked
        changes = looking.found_by_runs()
    assert [edit.what.rpartition(" ")[2] for edit in changes] == ["arith.maxnumf"] and len(asked) == 1


def test_a_value_that_is_computed_for_nothing_is_put_in() -> None:
    """The sum is still there, and a constant is stored."""
    looking = of_rows(("store %y, %B", "store %c, %B"), UNSEEN[1])
    changes = found(looking)
    assert changes and len(changes) == 1 and "memref.store: 1.0 becomes" in changes[0] and looking.runs < 20
