"""tile-in-place: private arrays that only carry another one's elements from one statement to the next are that array.

    if c { B[j] = A[j] over j } else { B[j] = f(A[j]) over j };  A[j] = B[j] over j     is   if !c { A[j] = f(A[j]) over j }
    C[j] = A[j] over j;  for k { ... C ... };  A[j] = C[j] over j                       is   for k { ... A ... }

Registers that a condition leaves as they are (`continue` at the border of a window) come out of raising as arrays of lanes, a new one
for each value. All loops over lanes must run equally often and touch the element of their own number alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, is_private, walk
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import blocks, body, content, functions, is_unit_forall, operations, variable

LOAD, STORE = "memref.load", "memref.store"


class TileInPlacePass(Pass):
    """Arrays of lanes that are copied from and into another one are that one."""

    name = "tile-in-place"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for block in reversed(list(blocks(function))):  # inner ones first
                while any(_merge(block, alloca) for alloca in [op for op in operations(block) if op.name == "memref.alloca"]):
                    pass


@dataclass(frozen=True)
class _Copy:
    """`to[j] = source[j]` over all lanes."""

    loop: ir.Operation
    to: ir.Value
    source: ir.Value


def _merge(block: ir.Block, alloca: ir.Operation) -> bool:
    """Puts another array in an array's place where its last use copies it there; whether that was possible."""
    own = alloca.results[0]
    users = [op for op in operations(block) if op != alloca and _touches(op, own)]
    last = _copy_of(users[-1]) if len(users) > 1 else None
    if last is None or last.source != own or not _stays(last.to, alloca) or last.to.type != own.type:
        return False
    first = _copy_of(users[0])
    lanes = _Lanes(last.to, own, extent_form(forms_of(last.loop), last.loop))
    between = operations(block)[operations(block).index(users[0]) : operations(block).index(last.loop)]
    if first is not None and (first.to, first.source) == (own, last.to):
        fits = not any(_touches(op, last.to) for op in between[1:]) and all(lanes.visit(op, False) is not None for op in between)
    else:
        fits = lanes.visit_all(between, False) is not None
    if fits:
        own.replace_all_uses_with(last.to)
        alloca.erase()
        for copy in [copy for op in [*between, last.loop] for copy in map(_copy_of, walk(op)) if copy is not None]:
            if copy.to == copy.source:
                copy.loop.erase()
    return fits


def _stays(array: ir.Value, other: ir.Operation) -> bool:
    """Whether a private array is there where another one begins."""
    made = defining(array)
    if made is None or made.name != "memref.alloca" or not is_private(array):
        return False
    if made.block != other.block:
        return True
    ops = operations(other.block)
    return ops.index(made) < ops.index(other)


@dataclass(frozen=True)
class _Lanes:
    """Follows what statements do to a `kept` array and to one that would take its place, in the order in which they run."""

    kept: ir.Value
    own: ir.Value
    extent: Poly

    def visit_all(self, ops: list[ir.Operation], written: bool) -> bool | None:
        """Whether elements of `own` are written behind the operations; None where the arrays cannot be one."""
        for op in ops:
            after = self.visit(op, written)
            if after is None:
                return None
            written = after
        return written

    def visit(self, op: ir.Operation, written: bool) -> bool | None:
        if op.name == "memref.alloca" or not (_touches(op, self.own) or _touches(op, self.kept)):
            return written
        if op.name == "scf.if":
            branches = [self.visit_all(content(region.blocks[0]), written) for region in op.regions if len(region.blocks)]
            return None if None in branches else written or any(branches)
        if op.name == "scf.for":
            after = self.visit_all(content(body(op)), written)
            reads_again = after and not written and any(_touches(inner, self.kept) for inner in content(body(op)))
            return None if reads_again else after
        return self._of_lanes(op, written) if _is_of_lanes(op) else None

    def _of_lanes(self, loop: ir.Operation, written: bool) -> bool | None:
        if extent_form(forms_of(loop), loop) != self.extent:
            return None
        stored = False
        for op in content(body(loop)):
            arrays = [operand for operand in op.operands if operand in (self.kept, self.own)]
            if not arrays:
                continue
            if op.name not in (LOAD, STORE) or list(op.operands)[-1] != variable(loop):
                return None
            if arrays[0] == self.kept and (op.name == STORE or written or stored):
                return None
            stored = stored or op.name == STORE
        return written or stored


def _is_of_lanes(op: ir.Operation) -> bool:
    return is_unit_forall(op) and not any(len(inner.regions) for inner in content(body(op)))


def _copy_of(op: ir.Operation) -> _Copy | None:
    """The copy that a loop over lanes is, where it is nothing else."""
    if not is_unit_forall(op):
        return None
    inner = content(body(op))
    if [each.name for each in inner] != [LOAD, STORE] or inner[1].operands[0] != inner[0].results[0]:
        return None
    (source, *at), (to, *there) = list(inner[0].operands), list(inner[1].operands)[1:]
    return _Copy(op, to, source) if at == there == [variable(op)] else None


def _touches(op: ir.Operation, array: ir.Value) -> bool:
    return any(operand == array for inner in walk(op) for operand in inner.operands)
