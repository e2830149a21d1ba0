"""Dependences between iterations of a loop: two accesses are apart when ranges show their subscripts to differ."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import Access, Effects, effects_of, is_private, may_alias
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms, owning_loop
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Bounds, Facts
from xpiler.analysis.told_iterations import tell_iterations

_ASSIGN = 3  # arith.AtomicRMWKind


def iterations_independent(forms: IndexForms, loop: ir.Operation, ignore: frozenset[ir.Value] = frozenset()) -> bool:
    """Whether no iteration of `loop` (a unit loop without results) reads or writes what another one writes."""
    effects = effects_of(loop)
    return effects.unknown is None and not _conflict(forms, loop, effects, ignore)


def _conflict(forms: IndexForms, loop: ir.Operation, effects: Effects, ignore: frozenset[ir.Value]) -> bool:
    shared = [a for a in effects.accesses if a.buffer not in ignore and not _local(a.buffer, loop)]
    writes = [a for a in shared if a.writes]
    for write in writes:
        for other in shared:
            if not may_alias(write.buffer, other.buffer) or _commute(write, other):
                continue
            if write.buffer != other.buffer or not carried_apart(forms, loop, write, other):
                return True
    return False


def _commute(one: Access, other: Access) -> bool:
    """Whether two accesses are atomic updates of one kind whose old values nobody reads: any order gives the same."""
    ops = (one.op, other.op)
    if one.buffer != other.buffer or any(op.name != "memref.atomic_rmw" or any(True for _ in op.results[0].uses) for op in ops):
        return False
    kinds = [ir.IntegerAttr(op.attributes["kind"]).value for op in ops]
    return kinds[0] == kinds[1] != _ASSIGN


def _local(buffer: ir.Value, loop: ir.Operation) -> bool:
    """Whether a buffer is allocated anew in each iteration."""
    if isinstance(buffer.owner, ir.Block):
        return False
    op = buffer.owner.operation
    while op is not None and op.name != "func.func":
        op = op.parent.operation if op.parent else None
        if op == loop:
            return buffer.owner.operation.name == "memref.alloca" and is_private(buffer)
    return False


def carried_apart(forms: IndexForms, loop: ir.Operation, x: Access, y: Access, scope: ir.Operation | None = None) -> bool:
    """Whether `x` in one iteration of `loop` and `y` in another one never touch the same element.

    Loops between `scope` (or `loop` itself) and the accesses take any two values; those around it the same one.
    """
    scope = scope or loop
    if not (x.exact and y.exact) or len(x.subscripts) != len(y.subscripts):
        return False
    if _apart_later(forms, loop, scope, x, y) and (x.op == y.op or _apart_later(forms, loop, scope, y, x)):
        return True
    return tell_iterations(forms, loop, scope, x, y)


def apart_later(forms: IndexForms, early: tuple[ir.Operation, Access], late: tuple[ir.Operation, Access]) -> bool:
    """Whether an access in iteration v of its loop and one in any iteration v + d, d >= 1, of the other's loop are apart.

    The two loops run over the same range; they may be the same loop.
    """
    (loop_x, x), (loop_y, y) = early, late
    if not (x.exact and y.exact) or len(x.subscripts) != len(y.subscripts):
        return False
    own = Poly.atom(forms.atom(loop_x.regions[0].blocks[0].arguments[0]))
    return _never_meet(forms, (loop_x, x), (loop_y, y), own)


def _apart_later(forms: IndexForms, loop: ir.Operation, scope: ir.Operation, x: Access, y: Access) -> bool:
    """`x` in iteration v against `y` in iteration v + d, d >= 1."""
    own = Poly.atom(forms.atom(loop.regions[0].blocks[0].arguments[0]))
    return _never_meet(forms, (scope, x), (scope, y), own, variable=forms.atom(loop.regions[0].blocks[0].arguments[0]))


def _never_meet(
    forms: IndexForms, first: tuple[ir.Operation, Access], second: tuple[ir.Operation, Access], own: Poly, variable: Atom | None = None
) -> bool:
    """Whether subscripts differ when `variable` (the second loop's) is `own` plus at least one, all else below being free."""
    (scope_x, x), (scope_y, y) = first, second
    variable = variable or forms.atom(scope_y.regions[0].blocks[0].arguments[0])
    furthest = tuple(last - own for last in forms.bounds(variable).upper)
    distance = forms.fresh("distance", Bounds((Poly.constant(1),), furthest))
    moved: dict[Atom, Poly] = {variable: own + Poly.atom(distance)}
    forms_x = [forms.of(s) for s in x.subscripts]
    forms_y = [forms.of(s) for s in y.subscripts]
    facts_y = [f for f in facts_at(forms, y.op) if not any(is_opaque(forms, scope_y, a) for a in f.atoms())]  # those are x's as well
    for atom in sorted({a for p in [*forms_y, *facts_y] for a in p.atoms()}, key=lambda a: a.serial):
        rename_inner(forms, scope_y, atom, moved)
    if any(is_opaque(forms, scope_x, a) for p in forms_x for a in p.atoms()) or any(
        is_opaque(forms, scope_y, a) for p in forms_y for a in p.atoms()
    ):
        return False
    moved_facts = tuple(forms.substitute(f, moved) for f in facts_y)
    facts: Facts = tuple(dict.fromkeys((*facts_at(forms, x.op), *moved_facts)))
    for a, b in zip(forms_x, forms_y, strict=True):
        gap = forms.substitute(b, moved) - a
        if forms.ranges.nonneg(gap - 1, facts) or forms.ranges.nonneg(-gap - 1, facts):
            return True
    return False


def rename_inner(forms: IndexForms, loop: ir.Operation, atom: Atom, moved: dict[Atom, Poly]) -> None:
    """Gives `atom`, if it is the variable of a loop inside `loop`, a second copy, with its bounds moved as well."""
    if atom in moved or atom.kind != "value" or not isinstance(atom.value, ir.Value):
        return
    if not _inside(atom.value, loop) or owning_loop(atom.value) is None:
        return
    bounds = forms.bounds(atom)
    lower, upper = ([p for p in side if not any(is_opaque(forms, loop, a) for a in p.atoms())] for side in (bounds.lower, bounds.upper))
    for inner in sorted({a for p in (*lower, *upper) for a in p.atoms()}, key=lambda a: a.serial):
        rename_inner(forms, loop, inner, moved)
    copy = Bounds(tuple(forms.substitute(p, moved) for p in lower), tuple(forms.substitute(p, moved) for p in upper))
    moved[atom] = Poly.atom(forms.fresh("other", copy))


def is_opaque(forms: IndexForms, loop: ir.Operation, atom: Atom) -> bool:
    """A value computed inside the loop that is no loop variable: it may be anything in each iteration."""
    if atom.kind != "value" or not isinstance(atom.value, ir.Value):
        return False
    return _inside(atom.value, loop) and owning_loop(atom.value) is None


def _inside(value: ir.Value, loop: ir.Operation) -> bool:
    owner = value.owner
    op = owner.owner.operation if isinstance(owner, ir.Block) else owner.operation
    while op is not None and op.name != "func.func":
        if op == loop:
            return True
        op = op.parent.operation if op.parent else None
    return False
