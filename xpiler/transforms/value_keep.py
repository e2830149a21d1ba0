"""value-keep: what a sum has worked out with some effort is kept where a later loop writes what it makes of it.

    for j { s += exp(x[j] - m) }              for j { e = exp(x[j] - m); T[j] = e; s += e }
    forall j { T[j] = exp(x[j] - m) / s }     forall j { T[j] = T[j] / s }

The place is written anyway, by the same iterations of the later loop, and nobody reads it before; a row of it is in the
cache still. Pays where the value is dearer than a store and a load: functions such as exponentials.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import defining, effects_of, walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    body,
    clone,
    content,
    defined_inside,
    erase_dead,
    extent,
    functions,
    is_unit_for,
    is_unit_forall,
    note_noalias,
    operations,
    terminator,
    variable,
)

DEAR = frozenset(f"math.{f}" for f in ("exp", "exp2", "log", "tanh", "erf", "sin", "cos", "powf", "log1p", "expm1"))


class ValueKeepPass(Pass):
    """Keeps dear values of a reduction in the output of a later loop over the same elements."""

    name = "value-keep"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [inner for inner in walk(function) if is_unit_forall(inner)]:
                for earlier in _reductions_before(loop):
                    kept = _Kept.of(earlier, loop)
                    if kept is not None:
                        kept.rewrite()
                        break


def _reductions_before(loop: ir.Operation) -> Iterator[ir.Operation]:
    """The reductions over the same range before a loop, nearest first, as long as only values are computed between."""
    ops = operations(loop.block)
    for op in reversed(ops[: ops.index(loop)]):
        effects = effects_of(op)
        if effects.unknown is not None or effects.written():
            return
        if is_unit_for(op) and len(op.results) and extent(op) == extent(loop) and _is_plain(op):
            yield op


def _is_plain(loop: ir.Operation) -> bool:
    """Whether a loop's body is a straight line of values and accesses."""
    return all(not len(op.regions) for op in content(body(loop)))


@dataclass(frozen=True)
class _Kept:
    """The value `early` of the reduction is `late` of the later loop, which stores to `store`'s place."""

    reduction: ir.Operation
    loop: ir.Operation
    early: ir.Value
    late: ir.Value
    store: ir.Operation

    @staticmethod
    def of(reduction: ir.Operation, loop: ir.Operation) -> _Kept | None:
        """The dear value that both work out, if the later loop has a place for it."""
        store = _place(reduction, loop)
        if store is None:
            return None
        element = ir.MemRefType(store.operands[1].type).element_type
        for late in (op for op in content(body(loop)) if op.name in DEAR and op.results[0].type == element):
            for early in (op for op in content(body(reduction)) if op.name == late.name):
                if _same(early.results[0], late.results[0], reduction, loop):
                    return _Kept(reduction, loop, early.results[0], late.results[0], store)
        return None

    def rewrite(self) -> None:
        """Stores the value where it is first known, and loads it where it was worked out again."""
        buffer, *place = list(self.store.operands)[1:]
        mapping, dear = {variable(self.loop): variable(self.reduction)}, defining(self.late)
        end = ir.InsertionPoint(terminator(body(self.reduction)))
        for op in _leading_to(place, self.loop):
            clone(op, mapping, end)
            op.move_before(dear)
        with end, self.store.location:
            memref.store(self.early, buffer, [mapping.get(v, v) for v in place])
        with ir.InsertionPoint(dear), dear.location:
            self.late.replace_all_uses_with(memref.load(buffer, place))
        erase_dead(self.loop)
        note_noalias(self.loop)


def _place(reduction: ir.Operation, loop: ir.Operation) -> ir.Operation | None:
    """The one store of the later loop, if its place is known before and touched by nothing else from the reduction on."""
    ops = operations(loop.block)
    later = ops[ops.index(reduction) : ops.index(loop) + 1]
    effects = [effects_of(op) for op in later]
    accesses = [access for found in effects for access in found.accesses]
    stores = [access.op for access in accesses if access.writes]
    if any(found.unknown is not None for found in effects) or [op.name for op in stores] != ["memref.store"] or not _is_plain(loop):
        return None
    (store,) = stores
    buffer, *place = list(store.operands)[1:]
    steps = _leading_to(place, loop)
    known = [v for op in steps for v in op.operands] + place
    if not all(op.name.startswith("arith.") for op in steps) or not isinstance(buffer.owner, ir.Block):
        return None
    if any((op := defining(v)) is not None and op in later for v in known):
        return None
    return None if any(access.buffer == buffer and access.op != store for access in accesses) else store


def _leading_to(values: list[ir.Value], loop: ir.Operation) -> list[ir.Operation]:
    """The operations of a loop's body that values rest on, in order."""
    found: set[ir.Operation] = set()
    pending = list(values)
    while pending:
        op = defining(pending.pop())
        if op is not None and defined_inside(op.results[0], loop) and op not in found:
            found.add(op)
            pending += op.operands
    return [op for op in content(body(loop)) if op in found]


def _same(early: ir.Value, late: ir.Value, reduction: ir.Operation, loop: ir.Operation) -> bool:
    """Whether two values are one expression of the loops' variables and of what is known before both."""
    if early == variable(reduction):
        return late == variable(loop)
    if early == late:
        return True
    a, b = defining(early), defining(late)
    if a is None or b is None or not defined_inside(early, reduction) or not defined_inside(late, loop):
        return False
    if a.name != b.name or len(a.operands) != len(b.operands) or _attributes(a) != _attributes(b):
        return False
    if not (a.name.startswith(("arith.", "math.")) or a.name == "memref.load"):
        return False
    return all(_same(x, y, reduction, loop) for x, y in zip(a.operands, b.operands, strict=True))


def _attributes(op: ir.Operation) -> dict[str, str]:
    return {name: str(op.attributes[name]) for name in op.attributes}
