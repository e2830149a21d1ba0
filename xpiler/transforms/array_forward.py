"""array-forward: a load of a private array becomes the expression that was stored there.

Scratch tiles, per-thread spill arrays, NRAM copies, fragments: where the store that wrote an element is known, and what it
read is still unchanged, the load computes that expression itself; where an array was filled and then overwritten in part
(a tile padded with zeros), it computes whichever of the two. An expression with a loop in it is moved only where it is
computed as often as before. Stores nobody reads are then removed by dead-store.
"""

from __future__ import annotations

from functools import reduce

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, access_of, defining, effects_of, is_private, is_pure, may_alias, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reaching import Producer, accesses_between, in_other_parts, last_writer, overlay_of, producer_of
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.rewriting import Mapping, clone, defined_inside, functions, inside, note_noalias


class ArrayForwardPass(Pass):
    """Loads of private arrays become what was stored."""

    name = "array-forward"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _forward_some(function):
                simplify_indices(function)


def forward_buffer(function: ir.Operation, buffer: ir.Value) -> ir.Operation | None:
    """Forwards all loads of one array; returns a load that cannot be, or None."""
    while _forward_some(function, buffer):
        pass
    loads = (use.owner.operation for use in buffer.uses if use.owner.operation.name == "memref.load")
    return next(loads, None)


def _forward_some(function: ir.Operation, only: ir.Value | None = None) -> bool:
    """One sweep in program order: producers before their consumers. True where something changed."""
    forms = forms_of(function)
    replaced: list[ir.Operation] = []
    loops: Loops = {}
    for op in list(walk(function)):
        access = access_of(op)
        if (
            access is None
            or access.writes
            or not access.exact
            or not is_private(access.buffer)
            or (only is not None and access.buffer != only)
        ):
            continue
        if forward(forms, access, loops) or _forward_overlay(forms, access):
            replaced.append(op)
    for op in replaced:
        op.erase()
    return bool(replaced)


Loops = dict[tuple, ir.Operation]  # copies of loops that compute several values, by what they are copies of, for which variables, where


def forward(forms: IndexForms, load: Access, loops: Loops | None = None) -> bool:
    """Replaces a load by what was stored, where that is known and may be computed again.

    Arrays that one loop fills with what it carries (a value and its place) take one copy of that loop: nothing was written in between.
    """
    producer = producer_of(forms, load)
    expression = movable(forms, load, producer) if producer else None
    if expression is None:
        return False
    value = _computed(forms, load, producer, expression, ir.InsertionPoint(load.op), {} if loops is None else loops)
    load.op.results[0].replace_all_uses_with(value)
    return True


def _forward_overlay(forms: IndexForms, load: Access) -> bool:
    """Replaces a load of an array that was filled, then overwritten in part: a padded tile."""
    overlay = overlay_of(forms, load)
    if overlay is None or not all(_is_visible(form, load.op) for form in overlay.inside):
        return False
    found = [(p, movable(forms, load, p)) for p in (overlay.upper, overlay.lower)]
    if any(expression is None or _has_loop(expression) for _, expression in found):
        return False
    with ir.InsertionPoint(load.op), load.op.location:
        choice = scf.IfOp(_all_nonneg(forms, overlay.inside), [load.op.results[0].type], has_else=True)
    for (producer, expression), block in zip(found, (choice.then_block, choice.else_block), strict=True):
        value = _computed(forms, load, producer, expression, ir.InsertionPoint(block), {})
        with ir.InsertionPoint(block), load.op.location:
            scf.yield_([value])
    load.op.results[0].replace_all_uses_with(choice.results[0])
    return True


def _all_nonneg(forms: IndexForms, polys: tuple[Poly, ...]) -> ir.Value:
    """A condition at the current insertion point: each of `polys`, with what is subtracted on the other side, is not negative."""
    conditions = []
    for poly in polys:
        less = Poly({monomial: -c for monomial, c in poly.terms.items() if c < 0})
        sides = [materialize(side, forms.ranges.nonneg) for side in (poly + less, less)]
        conditions.append(arith.cmpi(arith.CmpIPredicate.sge, *sides))
    return reduce(arith.andi, conditions)


def movable(forms: IndexForms, load: Access, producer: Producer) -> list[ir.Operation] | None:
    """The operations that compute the stored value, in order, if they may be computed at the load instead."""
    value = producer.store.op.operands[0]
    between = accesses_between(producer.root, load.op)
    slice_ = expression_slice(value, producer.root)
    if slice_ is None or between is None:
        return None
    read = [a for op in slice_ for a in effects_of(op).accesses]
    if any(a.buffer == load.buffer for a in read) or not _in_scope(slice_, value, producer, load):
        return None
    writes = {a.buffer for a in between if a.writes}
    if any(may_alias(a.buffer, w) for a in read for w in writes):
        return None
    if not _has_loop(slice_):
        return slice_
    return slice_ if _as_often(forms, load, producer) and _for_this_alone(slice_, producer) else None


def _for_this_alone(slice_: list[ir.Operation], producer: Producer) -> bool:
    """Whether nothing but stores uses what the loops of an expression give: a score that a maximum takes as well stays where it is."""
    own = {*slice_, producer.store.op}
    dear: set[ir.Operation] = set()
    for op in slice_:
        if _has_loop([op]) or any(defining(operand) in dear for operand in op.operands):
            dear.add(op)
    users = [[use.owner.operation for use in result.uses] for op in dear for result in op.results]
    needed = [ops for ops in users if any(_within(op, own) for op in ops)]
    return all(_within(op, own) or _is_kept(op) for ops in needed for op in ops)


def _is_kept(op: ir.Operation) -> bool:
    """Whether an operation only keeps a value in a private array."""
    return op.name == "memref.store" and is_private(op.operands[1])


def _within(op: ir.Operation, own: set[ir.Operation]) -> bool:
    while op not in own:
        if op.parent is None or op.parent.name in ("func.func", "builtin.module"):
            return False
        op = op.parent.operation
    return True


def expression_slice(value: ir.Value, root: ir.Operation) -> list[ir.Operation] | None:
    """The operations inside `root` that `value` needs, in program order; None where one is not pure."""
    needed: set[ir.Operation] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if not defined_inside(current, root):
            continue
        op = defining(current)
        if op is None:
            continue
        if op in needed:
            continue
        if not is_pure(op):
            return None
        needed.add(op)
        pending += [o for inner in walk(op) for o in inner.operands if not defined_inside(o, op)]
    return [op for op in walk(root) if op in needed]


def _in_scope(slice_: list[ir.Operation], value: ir.Value, producer: Producer, load: Access) -> bool:
    """Whether what the slice takes from around it is visible at the load, the loops' variables set aside."""
    taken = [value, *(o for op in slice_ for inner in walk(op) for o in inner.operands)]
    for operand in taken:
        if operand in producer.variables or not defined_inside(operand, producer.root):
            continue
        if not any(defined_inside(operand, op) or operand in list(op.results) for op in slice_):
            return False
    return all(_is_visible(form, load.op) for form in producer.variables.values())


def _is_visible(form: Poly, op: ir.Operation) -> bool:
    return all(_visible(a.value, op) for a in form.atoms() if a.kind == "value")


def _visible(value: ir.Value, op: ir.Operation) -> bool:
    block = value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block
    current = op
    while current is not None and current.block != block:
        current = current.parent.operation if current.parent and current.name != "func.func" else None
    return current is not None


def _has_loop(ops: list[ir.Operation]) -> bool:
    return any(inner.name in ("scf.for", "scf.forall") for op in ops for inner in walk(op))


def _as_often(forms: IndexForms, load: Access, producer: Producer) -> bool:
    """Whether the load runs no more often than the store, and no other load sees that store."""
    users = {use.owner.operation for use in load.buffer.uses if use.owner.operation.name == "memref.load"}
    others = [access_of(op) for op in users if op != load.op and len(list(op.results[0].uses))]
    others = [other for other in others if not in_other_parts(forms, producer.store, other)]
    if any((root := last_writer(other)) is None or inside(producer.root, root) or inside(root, producer.root) for other in others):
        return False
    return _depth(load.op, producer.root) <= _depth(producer.store.op, producer.root)


def _depth(op: ir.Operation, root: ir.Operation) -> int:
    depth = 0
    while op.block != root.block:
        op = op.parent.operation
        depth += op.name in ("scf.for", "scf.forall", "scf.while")
    return depth


def _computed(
    forms: IndexForms, load: Access, producer: Producer, slice_: list[ir.Operation], ip: ir.InsertionPoint, loops: Loops
) -> ir.Value:
    """What the producer stored where the load reads, computed at `ip`."""
    if any(effects_of(op).accesses for op in slice_):
        note_noalias(load.op)
    mapping: Mapping = {}
    with ip, load.op.location:
        for value, form in producer.variables.items():
            mapping[value] = materialize(form, forms.ranges.nonneg)
    place = (list(load.op.block.operations)[-1].operation, tuple(producer.variables.values()))
    for op in slice_:
        key = (op, *place)
        if key in loops:
            mapping.update(zip(op.results, loops[key].results, strict=True))
            continue
        copied = clone(op, mapping, ip)
        if op.name in ("scf.for", "scf.if") and len(op.results) > 1:
            loops[key] = copied
    value = producer.store.op.operands[0]
    return mapping.get(value, value)
