"""loop-split: one loop becomes two, of `factor` iterations each time but the last; the remainder stays in the bound."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass, refuse
from xpiler.transforms.handles import find_kernel, find_loop, name_of, named
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    body,
    is_unit_loop,
    move_content,
    new_for,
    new_forall,
    operations,
    take_place,
    terminator,
    unnamed,
    variable,
)


@dataclass(frozen=True)
class LoopSplitPass(Pass):
    """Splits `loop` into `<loop>` over blocks of `factor` and `<loop>_in` inside a block; `names` gives other names."""

    name = "loop-split"
    loop: str
    factor: int
    names: tuple[str, ...] = ()
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        loop = find_loop(function, self.loop)
        if self.factor < 1:
            refuse(loop, f"loop-split needs a positive factor, not {self.factor}")
        if not is_unit_loop(loop):
            refuse(loop, "loop-split takes a loop from 0 by 1 that is not bound yet", "run loop-normalize first")
        name = name_of(loop)
        split(loop, Poly.constant(self.factor), self.names or (name, f"{name}_in"), IndexForms())
        simplify_indices(function)


def split(loop: ir.Operation, size: Poly, names: tuple[str, ...], forms: IndexForms) -> tuple[ir.Operation, ir.Operation]:
    """Splits a loop in normal form into pieces of `size` and returns the outer and the inner loop."""
    extent = extent_form(forms, loop)
    locations = [named(name, loop.location) if name else loop.location for name in names]
    with ir.InsertionPoint(loop), locations[0]:
        pieces, rest = extent.divided_by(size)
        blocks = materialize(forms.floordiv(extent + size - 1, size) if rest.terms else pieces, forms.ranges.nonneg)
    outer = _loop_like(loop, blocks, locations[0], ir.InsertionPoint(loop), list(loop.operands)[3:])
    inside = ir.InsertionPoint(body(outer)) if len(loop.results) else ir.InsertionPoint(terminator(body(outer)))
    done = forms.table.value(variable(outer)) * size
    with inside, unnamed(loop.location):
        rest = materialize(_block_extent(forms, extent, done, size), forms.ranges.nonneg)
    inner = _loop_like(loop, rest, locations[1], inside, list(body(outer).arguments)[1:])
    with ir.InsertionPoint.at_block_begin(body(inner)), loop.location:
        variable(loop).replace_all_uses_with(materialize(done + forms.table.value(variable(inner))))
    _fill(loop, outer, inner)
    return outer, inner


def _block_extent(forms: IndexForms, extent: Poly, done: Poly, size: Poly) -> Poly:
    even = not extent.divided_by(size)[1].terms
    return size if even else forms.extreme("min", [size, extent - done])


def _loop_like(loop: ir.Operation, upper: ir.Value, location: ir.Location, ip: ir.InsertionPoint, inits: list[ir.Value]) -> ir.Operation:
    return new_forall(upper, location, ip) if loop.name == "scf.forall" else new_for(upper, inits, location, ip)


def _fill(loop: ir.Operation, outer: ir.Operation, inner: ir.Operation) -> None:
    if not len(loop.results):
        move_content(operations(body(loop))[:-1], body(inner))
    else:
        for old, new in list(zip(body(loop).arguments, body(inner).arguments, strict=True))[1:]:
            take_place(new, old)
        for op in operations(body(loop)):
            body(inner).append(op)
        with ir.InsertionPoint(body(outer)), loop.location:
            ir.Operation.create("scf.yield", operands=list(inner.results))
        for old, new in zip(loop.results, outer.results, strict=True):
            old.replace_all_uses_with(new)
    loop.erase()
