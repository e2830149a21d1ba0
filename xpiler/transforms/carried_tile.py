"""carried-tile: a tile that each iteration fills from what it carried, and empties into it at the end, stays over the loop.

    for k { T[g(x)] = A[h(x)] over x; ... T ...; A[h(x)] = T[g(x)] over x }
      becomes
    T[g(x)] = A[h(x)] over x;  for k { ... T ... };  A[h(x)] = T[g(x)] over x

Accumulators of matrix units lie in the registers of lanes in an order of the hardware's; an instruction's meaning takes them apart into a
tile and puts them back. From the second iteration on, the first copy writes into the tile what the last copy has read from it, so that
both may be left to the first and the last iteration. The copies are parallel loops, hence no two of their iterations write one element.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, defining, is_private, is_pure, walk
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    Mapping,
    ancestor_in,
    body,
    clone,
    content,
    defined_inside,
    extent,
    functions,
    inside,
    is_unit_forall,
    new_forall,
    operations,
    terminator,
    variable,
)

LOAD, STORE = "memref.load", "memref.store"


class CarriedTilePass(Pass):
    """Tiles that iterations fill from carried arrays and empty into them are filled once before the loop and emptied once behind it."""

    name = "carried-tile"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [op for op in walk(function) if op.name == "scf.for"]:
                for alloca in [op for op in content(body(loop)) if op.name == "memref.alloca"]:
                    _keep(loop, alloca)


@dataclass(frozen=True)
class _Copy:
    """`to[...] = from[...]` in a nest of parallel loops, which lie directly in the carrying loop."""

    load: ir.Operation
    store: ir.Operation
    nest: tuple[ir.Operation, ...]

    def subscripts(self, buffer: ir.Value) -> tuple[ir.Value, ...]:
        """Those of the side that is `buffer`."""
        return next(access_of(op).subscripts for op in (self.load, self.store) if access_of(op).buffer == buffer)


def _keep(loop: ir.Operation, alloca: ir.Operation) -> None:
    tile = alloca.results[0]
    users = [use.owner.operation for use in tile.uses]
    if any(op.name not in (LOAD, STORE) or op.operands[0 if op.name == LOAD else 1] != tile for op in users):
        return
    pairs = _pairs(loop, tile, users)
    if not pairs or not _in_order(loop, users, pairs):
        return
    alloca.move_before(loop)
    following = operations(loop.block)
    behind = following[following.index(loop) + 1]
    for copy, back in pairs:
        _move(copy, ir.InsertionPoint(loop))
        _move(back, ir.InsertionPoint(behind))
    for copies in pairs:
        for copy in copies:
            copy.store.erase()


def _pairs(loop: ir.Operation, tile: ir.Value, users: list[ir.Operation]) -> list[tuple[_Copy, _Copy]]:
    """Copies into the tile with those back into the same array, each array's only accesses in the loop."""
    forms = forms_of(loop)
    found = []
    for store in (op for op in users if op.name == STORE):
        copy = _copy_of(loop, store)
        if copy is None:
            continue
        array = access_of(copy.load).buffer
        others = [op for op in _accesses(loop, array) if op != copy.load]
        back = _copy_of(loop, others[0]) if len(others) == 1 and others[0].name == STORE else None
        if back is not None and access_of(back.load).buffer == tile and _is_same(forms, copy, back, tile, array):
            found.append((copy, back))
    return found


def _copy_of(loop: ir.Operation, store: ir.Operation) -> _Copy | None:
    """The copy that a store is, between private arrays, where nothing in it depends on the loop's iteration."""
    load = defining(store.operands[0])
    if load is None or load.name != LOAD or not all(is_private(access_of(op).buffer) for op in (load, store)):
        return None
    if access_of(load).buffer == access_of(store).buffer or len(list(load.results[0].uses)) != 1:
        return None
    nest = _nest_around(loop, store)
    if nest is None or load.block != store.block:
        return None
    values = [*access_of(load).subscripts, *access_of(store).subscripts]
    bounds = [extent(inner) for inner in nest]
    fixed = not any(isinstance(b, ir.Value) and defined_inside(b, loop) for b in bounds)
    return _Copy(load, store, nest) if fixed and _slice(loop, nest, values) is not None else None


def _nest_around(loop: ir.Operation, op: ir.Operation) -> tuple[ir.Operation, ...] | None:
    """The parallel loops between the carrying loop and an operation, outermost first; None where something else is between."""
    nest: list[ir.Operation] = []
    while op.parent.operation != loop:
        op = op.parent.operation
        if op.name != "scf.forall" or not is_unit_forall(op):
            return None
        nest.insert(0, op)
    return tuple(nest) or None


def _slice(loop: ir.Operation, nest: tuple[ir.Operation, ...], values: list[ir.Value]) -> list[ir.Operation] | None:
    """The operations in the loop that values are computed by from the nest's variables, operands first; None where they need more."""
    variables = [variable(inner) for inner in nest]
    needed: dict[ir.Operation, None] = {}

    def visit(value: ir.Value) -> bool:
        if value in variables or not defined_inside(value, loop):
            return True
        op = defining(value)
        if op is None or not is_pure(op) or len(op.regions) or access_of(op) is not None:
            return False
        if op in needed:
            return True
        if not all(map(visit, op.operands)):
            return False
        needed[op] = None
        return True

    return list(needed) if all(map(visit, values)) else None


def _is_same(forms: IndexForms, copy: _Copy, back: _Copy, tile: ir.Value, array: ir.Value) -> bool:
    """Whether the copy back goes over the same elements in the same pairs."""
    if len(copy.nest) != len(back.nest):
        return False
    if any(extent_form(forms, a) != extent_form(forms, b) for a, b in zip(copy.nest, back.nest, strict=True)):
        return False
    moved = {forms.atom(variable(b)): forms.table.value(variable(a)) for a, b in zip(copy.nest, back.nest, strict=True)}
    return all(
        forms.of(a) == forms.substitute(forms.of(b), moved)
        for buffer in (tile, array)
        for a, b in zip(copy.subscripts(buffer), back.subscripts(buffer), strict=True)
    )


def _accesses(loop: ir.Operation, array: ir.Value) -> list[ir.Operation]:
    return [use.owner.operation for use in array.uses if inside(use.owner.operation, loop)]


def _in_order(loop: ir.Operation, users: list[ir.Operation], pairs: list[tuple[_Copy, _Copy]]) -> bool:
    """Whether the copies into the tile come before all else that touches it, and those out of it behind all else that writes it."""
    statements = content(body(loop))
    at = {op: statements.index(ancestor_in(body(loop), op)) for op in users}
    ins, outs = {copy.store for copy, _ in pairs}, {back.load for _, back in pairs}
    others = [op for op in users if op not in ins and op not in outs]
    first_other = min((at[op] for op in others), default=len(statements))
    last_write = max((at[op] for op in others if op.name == STORE), default=-1)
    last_in, first_out = max(at[op] for op in ins), min(at[op] for op in outs)
    return last_in < first_other and last_in < first_out and last_write < first_out


def _move(copy: _Copy, ip: ir.InsertionPoint) -> None:
    """Makes the copy again, alone, at a place outside of the loop."""
    loop = copy.nest[0].parent.operation
    needed = _slice(loop, copy.nest, [*access_of(copy.load).subscripts, *access_of(copy.store).subscripts])
    mapping: Mapping = {}
    for inner in copy.nest:
        made = new_forall(extent(inner), inner.location, ip)
        mapping[variable(inner)] = variable(made)
        ip = ir.InsertionPoint(terminator(body(made)))
    for op in (*needed, copy.load, copy.store):
        clone(op, mapping, ip)
