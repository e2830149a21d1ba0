"""store-split: what a reduction stores to an array on the way is stored by a loop of its own.

    for k { x = f(k); a[k] = x; s += x }        forall k { a[k] = f(k) }
                                                for k { s += f(k) }

The array may then be forwarded and the sum joined to others. Only loads, choices and cheap arithmetic are done twice, and only
where the array is private and the reduction does not read it.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import access_of, effects_of, is_private, walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import body, clone, content, functions, is_unit_for, new_for, terminator, variable

_DEAR = ("arith.divf", "arith.divsi", "arith.divui", "arith.remsi", "arith.remui")


class StoreSplitPass(Pass):
    """Gives the stores of each reduction a loop before it."""

    name = "store-split"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [inner for inner in walk(function) if is_unit_for(inner) and len(inner.results)]:
                if _is_split(loop):
                    _split(loop)


def _is_split(loop: ir.Operation) -> bool:
    """Whether the stores of a reduction can be made without its sums."""
    stores = [op for op in content(body(loop)) if op.name == "memref.store"]
    if not stores or any(not is_private(op.operands[1]) for op in stores):
        return False
    effects = effects_of(loop)
    buffers = {op.operands[1] for op in stores}
    if effects.unknown is not None or any((a.writes and a.op not in stores) or (a.reads and a.buffer in buffers) for a in effects.accesses):
        return False
    needed = _needed(loop, stores)
    sums = set(list(body(loop).arguments)[1:])
    if any(operand in sums for op in needed for inner in walk(op) for operand in inner.operands):
        return False
    return all(_is_cheap(inner) for op in needed for inner in walk(op))


def _needed(loop: ir.Operation, stores: list[ir.Operation]) -> list[ir.Operation]:
    """The operations of the loop that the stores rest on, in order."""
    wanted: set[ir.Operation] = set()
    for op in reversed(content(body(loop))):
        used = any(use.owner.operation in wanted or _inside(use.owner.operation, wanted) for r in op.results for use in r.uses)
        if op in stores or used:
            wanted.add(op)
    return [op for op in content(body(loop)) if op in wanted]


def _inside(op: ir.Operation, roots: set[ir.Operation]) -> bool:
    parent = op.parent
    while parent is not None and parent.name != "func.func":
        if parent.operation in roots:
            return True
        parent = parent.parent
    return False


def _is_cheap(op: ir.Operation) -> bool:
    access = access_of(op)
    known = access is not None or op.name in ("scf.if", "scf.yield")
    return known or (op.name.startswith("arith.") and op.name not in _DEAR)


def _split(loop: ir.Operation) -> None:
    stores = [op for op in content(body(loop)) if op.name == "memref.store"]
    first = new_for(loop.operands[1], [], variable(loop).location, ir.InsertionPoint(loop))
    mapping = {variable(loop): variable(first)}
    for op in _needed(loop, stores):
        clone(op, mapping, ir.InsertionPoint(terminator(body(first))))
    for op in stores:
        op.erase()
