"""What the native module answers about code in one call: everything inside an operation, and whether two pieces are the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mlir import ir

from xpiler._mlir_libs import _xpiler
from xpiler.dialects import context

TEXT = """
func.func @f(%n: index, %out: memref<?xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %sum = arith.addi %i, %n : index
    memref.store %sum, %out[%i] : memref<?xindex>
  }
  return
}
"""


@pytest.fixture(autouse=True)
def in_a_context() -> Iterator[None]:
    with context(), ir.Location.unknown():
        yield


def parsed(text: str = TEXT) -> ir.Module:
    return ir.Module.parse(text)


def hashed(text: str) -> int:
    return _xpiler.hash_of_code(parsed(text).operation)


def test_a_walk_lists_everything_inside_in_program_order() -> None:
    module = parsed()
    names = [op.name for op in _xpiler.walk(module.operation)]
    inside = ["scf.for", "arith.addi", "memref.store", "scf.yield", "func.return"]
    assert names == ["builtin.module", "func.func", "arith.constant", "arith.constant", *inside]


def test_what_a_walk_lists_are_the_operations_themselves() -> None:
    module = parsed()
    function = module.body.operations[0].operation
    assert _xpiler.walk(module.operation)[1] == function
    del module
    assert function.name == "func.func"


def test_equal_code_at_different_places_has_one_hash() -> None:
    first, second = parsed(), parsed()
    assert _xpiler.hash_of_code(first.operation) == _xpiler.hash_of_code(second.operation)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("%i, %n : index", "%n, %i : index"),
        ("arith.addi", "arith.subi"),
        ("constant 1", "constant 2"),
        ("%n step", "%c1 step"),
        ("scf.for %i", "scf.for unsigned %i"),
        ("    memref.store %sum, %out[%i] : memref<?xindex>\n  }", "  }\n  memref.store %n, %out[%c0] : memref<?xindex>"),
        ("return", 'return loc("elsewhere")'),
        ("%out: memref<?xindex>", '%out: memref<?xindex> loc("elsewhere")'),
    ],
)
def test_any_change_changes_the_hash(old: str, new: str) -> None:
    assert old in TEXT
    assert hashed(TEXT.replace(old, new)) != hashed(TEXT)
