"""cache: what a loop's body reads of a buffer is copied into an array of its own in front of the body, and read from there.

The piece is a box: one dimension for each loop inside `loop` that moves the subscripts, as long as that loop. Its place
in the buffer is what remains of the subscript. Loops whose extent is not a constant need a `limit`, at most that many
elements being copied (the loop must be shown to stay below it, as `min(limit, n - i)` does).
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import Access, effects_of, may_alias
from xpiler.analysis.forms import IndexForms, owning_loop
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.passes import Pass, refuse
from xpiler.transforms.handles import find_buffer, find_kernel, find_loop, named
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, defined_inside, is_unit_loop, new_forall, operations, terminator, variable


@dataclass(frozen=True)
class CachePass(Pass):
    """Reads of `buffer` inside the body of `loop` go through an array `<buffer>_cached` in memory space `space`."""

    name = "cache"
    buffer: str
    loop: str
    space: str = ""
    limit: int = 0
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        buffer, loop = find_buffer(function, self.buffer), find_loop(function, self.loop)
        loads = _loads(loop, buffer, self.buffer)
        forms = IndexForms()
        box = _box(forms, loop, loads, self.limit)
        space = ir.Attribute.parse(self.space, ctx) if self.space else None
        _build(forms, loop, buffer, loads, box, space, f"{self.buffer}_cached")


@dataclass(frozen=True)
class _Box:
    """The loops that move the subscripts with their sizes, and the place of the box in the buffer."""

    loops: tuple[ir.Operation, ...]
    sizes: tuple[int, ...]
    forms: tuple[Poly, ...]


def _loads(loop: ir.Operation, buffer: ir.Value, name: str) -> list[Access]:
    effects = effects_of(loop)
    if effects.unknown is not None or any(a.writes and may_alias(a.buffer, buffer) for a in effects.accesses):
        refuse(loop, f"'{name}' may be written inside the loop: it cannot be cached")
    loads = [a for a in effects.accesses if a.buffer == buffer]
    if not loads or not all(a.exact for a in loads):
        refuse(loop, f"the loop does not read '{name}' by plain loads")
    return loads


def _box(forms: IndexForms, loop: ir.Operation, loads: list[Access], limit: int) -> _Box:
    subscripts = {tuple(forms.of(s) for s in a.subscripts) for a in loads}
    if len(subscripts) != 1:
        refuse(loop, "cache takes loads of one subscript only", "split the loop so that they fall together")
    (form,) = subscripts
    atoms = sorted({a for p in form for a in p.atoms()}, key=lambda a: a.serial)
    moving = [a for a in atoms if a.kind == "value" and defined_inside(a.value, loop) and a.value != variable(loop)]
    loops = tuple(_loop_of(loop, atom) for atom in moving)
    sizes = tuple(_size(forms, inner, limit) for inner in loops)
    return _Box(loops, sizes, form)


def _loop_of(loop: ir.Operation, atom: Atom) -> ir.Operation:
    inner = owning_loop(atom.value)
    if inner is None or not is_unit_loop(inner.operation):
        refuse(loop, "a subscript depends on a value computed inside the loop: what is read is not known before")
    return inner.operation


def _size(forms: IndexForms, inner: ir.Operation, limit: int) -> int:
    extent = extent_form(forms, inner)
    number = extent.as_int()
    if number is None and limit and forms.ranges.nonneg(Poly.constant(limit) - extent):
        return limit
    if number is None:
        refuse(inner, "the extent of this loop is not a constant, nor shown to be below the limit", "give limit=")
    return number


def _build(
    forms: IndexForms, loop: ir.Operation, buffer: ir.Value, loads: list[Access], box: _Box, space: ir.Attribute | None, name: str
) -> None:
    first = operations(body(loop))[0]
    outside = [_bound_before(forms, inner, loop) for inner in box.loops]
    with ir.InsertionPoint(first), named(name, loop.location):
        kind = ir.MemRefType.get(list(box.sizes), ir.MemRefType(buffer.type).element_type, memory_space=space)
        array = memref.alloca(kind, [], [])
    ip = ir.InsertionPoint(first)
    replace: dict[Atom, Poly] = {}
    variables = []
    for inner, bound in zip(box.loops, outside, strict=True):
        with ip, inner.location:
            copy = new_forall(materialize(bound, forms.ranges.nonneg), inner.location, ip)
        variables.append(variable(copy))
        replace[forms.atom(variable(inner))] = forms.table.value(variable(copy))
        ip = ir.InsertionPoint(terminator(body(copy)))
    with ip, loop.location:
        place = [materialize(forms.substitute(form, replace), forms.ranges.nonneg) for form in box.forms]
        memref.store(memref.load(buffer, place), array, variables)
    for load in loads:
        with ir.InsertionPoint(load.op), load.op.location:
            load.op.results[0].replace_all_uses_with(memref.load(array, [variable(inner) for inner in box.loops]))
        load.op.erase()


def _bound_before(forms: IndexForms, inner: ir.Operation, loop: ir.Operation) -> Poly:
    """The extent of an inner loop, if it can be computed at the start of the body of `loop`."""
    bound = extent_form(forms, inner)
    inside = [a for a in bound.atoms() if a.kind == "value" and defined_inside(a.value, loop) and a.value != variable(loop)]
    if inside:
        refuse(inner, "the extent of this loop changes inside the loop to cache in")
    return bound
