"""The forms of a function as it is now, shared by passes in a row that change nothing.

Forms remember values by address, so they may be used again only where every operation is the one they were made for:
the function's code is the same, its operations lie where they lay, and no value was looked at that has gone since.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from mlir import ir

from xpiler._mlir_libs import _xpiler
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms


@dataclass(frozen=True)
class _State:
    """What a function is made of: equal states have the same values at the same addresses."""

    code: int
    operations: list[ir.Operation]

    @staticmethod
    def of(function: ir.Operation) -> _State:
        return _State(hash_of_code(function), walk(function))

    @cached_property
    def values(self) -> set[ir.Value]:
        """Every value of the function."""
        blocks = (block for op in self.operations for region in op.regions for block in region.blocks)
        arguments = {argument for block in blocks for argument in block.arguments}
        return arguments.union(*(op.results for op in self.operations))


@dataclass(frozen=True)
class _Look:
    """Forms and the state they were made for."""

    state: _State
    forms: IndexForms = field(default_factory=IndexForms)

    def fits(self, state: _State) -> bool:
        return self.state == state and self.forms.values() <= self.state.values


_latest: list[_Look] = []  # the one look that may be used again


def forms_of(op: ir.Operation) -> IndexForms:
    """The forms of the function around `op`: those of the look before, if nothing has changed since."""
    function = _function_around(op.operation)
    if function is None:
        return IndexForms()
    state = _State.of(function)
    if not (_latest and _latest[0].fits(state)):
        _latest[:] = [_Look(state)]
    return _latest[0].forms


def forget_forms() -> None:
    """Lets go of the latest look, and of the context that it holds."""
    _latest.clear()


def hash_of_code(op: ir.Operation) -> int:
    """Equal for equal code, locations included; 64 bits that differ from one process to the next."""
    return _xpiler.hash_of_code(op.operation)


def _function_around(op: ir.Operation | None) -> ir.Operation | None:
    while op is not None and op.name != "func.func":
        op = op.parent.operation if op.parent else None
    return op
