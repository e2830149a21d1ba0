"""Forms are shared only while the function stays what it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forget_forms, forms_of
from xpiler.dialects import context

TEXT = """
func.func @f(%n: index, %out: memref<?xindex>) {
  %two = arith.constant 2 : index
  %twice = arith.muli %n, %two : index
  memref.store %twice, %out[%n] : memref<?xindex>
  return
}
"""


@pytest.fixture
def function() -> Iterator[ir.Operation]:
    with context(), ir.Location.unknown():
        module = ir.Module.parse(TEXT)
        yield module.body.operations[0].operation
        forget_forms()


def block(function: ir.Operation) -> ir.Block:
    return function.regions[0].blocks[0]


def test_an_unchanged_function_keeps_its_forms(function: ir.Operation) -> None:
    store = block(function).operations[2].operation
    forms = forms_of(function)
    forms.of(store.operands[0])
    assert forms_of(store) is forms


def test_a_changed_function_gets_new_forms(function: ir.Operation) -> None:
    forms = forms_of(function)
    block(function).operations[2].operation.operands[0] = block(function).arguments[0]
    assert forms_of(function) is not forms


def test_forms_that_looked_at_an_erased_value_are_not_used_again(function: ir.Operation) -> None:
    forms = forms_of(function)
    with ir.InsertionPoint(block(function).operations[2]):
        trial = arith.AddIOp(block(function).arguments[0], block(function).operations[1].result)
    forms.of(trial.result)
    trial.operation.erase()
    assert forms_of(function) is not forms


def test_an_operation_made_again_elsewhere_gets_new_forms(function: ir.Operation) -> None:
    store = block(function).operations[2].operation
    forms = forms_of(function)
    store.clone(ir.InsertionPoint(store))
    store.erase()
    assert forms_of(function) is not forms
