"""Which store a load of a private array sees, and with which values of the loops around that store.

`producer_of(load)` finds the one store that wrote the element and solves the store's subscripts for its loop variables:
`tile[ty][tx] = A[...]` read as `tile[k][j]` was written by `ty = k, tx = j`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce

from mlir import ir

from xpiler.analysis.effects import Access, effects_of, is_private
from xpiler.analysis.facts import condition_facts, facts_at
from xpiler.analysis.forms import IndexForms, loop_control
from xpiler.analysis.mixed_radix import digits_of, is_carry_free, solved
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Facts


@dataclass(frozen=True)
class Producer:
    """The store a load reads from, the operation around it that is a sibling of one around the load, and the loops' values."""

    store: Access
    root: ir.Operation
    variables: dict[ir.Value, Poly]


@dataclass(frozen=True)
class Overlay:
    """A load that sees `upper` where none of `inside` is negative, and `lower`, which was written before, elsewhere."""

    upper: Producer
    inside: tuple[Poly, ...]
    lower: Producer


def producer_of(forms: IndexForms, load: Access) -> Producer | None:
    """The store whose value `load` sees, if there is exactly one that can be."""
    root = last_writer(load)
    store = _only_store(forms, load, root) if root is not None else None
    return _solve(forms, load, store, root) if store else None


def overlay_of(forms: IndexForms, load: Access) -> Overlay | None:
    """The two stores one of which `load` sees: an array filled as a whole, then in part with something else."""
    root = last_writer(load)
    under = _last_writer(root, load.buffer) if root is not None else None
    if under is None:
        return None
    stores = [_only_store(forms, load, writer) for writer in (root, under)]
    if None in stores:
        return None
    lower, upper = _solve(forms, load, stores[1], under), _candidate(forms, load, stores[0], root)
    if lower is None or upper is None:
        return None
    inside = _unproved(forms, load, upper)
    return Overlay(upper, inside, lower) if inside else None


def _only_store(forms: IndexForms, load: Access, root: ir.Operation) -> Access | None:
    """The one store inside `root` that may write what `load` reads."""
    effects = effects_of(root)
    stores = [a for a in effects.accesses if a.writes and a.buffer == load.buffer and not in_other_parts(forms, a, load)]
    if effects.unknown is not None or len(stores) != 1 or stores[0].atomic or not stores[0].exact:
        return None
    return stores[0]


def in_other_parts(forms: IndexForms, one: Access, other: Access) -> bool:
    """Whether two accesses of one array are in different rows of it, or columns, whose numbers are constants, or even and odd ones."""
    if not (one.exact and other.exact):
        return False
    return any(_never_meet(forms.of(a), forms.of(b)) for a, b in zip(one.subscripts, other.subscripts, strict=True))


def _never_meet(a: Poly, b: Poly) -> bool:
    """Whether two numbers differ whatever their atoms are: the members of pairs, `2 * i` and `2 * j + 1`."""
    factor = math.gcd(*(coefficient for poly in (a, b) for monomial, coefficient in poly.terms.items() if monomial))
    apart = a.constant_term - b.constant_term
    return apart % factor != 0 if factor else apart != 0


def last_writer(load: Access) -> ir.Operation | None:
    """The nearest operation before `load` that writes its buffer; None where a loop may carry the value."""
    return _last_writer(load.op, load.buffer)


def _last_writer(current: ir.Operation, buffer: ir.Value) -> ir.Operation | None:
    writers = _writers(current, buffer)
    while current.name != "func.func":
        before = [op for op in writers if op.block == current.block and op != current and op.is_before_in_block(current)]
        if before:
            return reduce(lambda last, op: op if last.is_before_in_block(op) else last, before)
        current = current.parent.operation
        if current.name in ("scf.for", "scf.while") and current in writers:
            return None
    return None


def _writers(inside: ir.Operation, buffer: ir.Value) -> set[ir.Operation]:
    """The operations that write a buffer and those around them, up to the function that `inside` is in."""
    writers: set[ir.Operation] = set()
    for op in _stores(inside, buffer):
        while op.name != "func.func" and op not in writers:
            writers.add(op)
            op = op.parent.operation
    return writers


def _stores(inside: ir.Operation, buffer: ir.Value) -> list[ir.Operation]:
    """What writes a buffer. The uses of a private array tell; others may be written through views."""
    if is_private(buffer):
        return [use.owner.operation for use in buffer.uses if use.owner.operation.name == "memref.store"]
    while inside.name != "func.func":
        inside = inside.parent.operation
    return [access.op for access in effects_of(inside).accesses if access.writes and access.buffer == buffer]


def _solve(forms: IndexForms, load: Access, store: Access, root: ir.Operation) -> Producer | None:
    """The producer, if the store is reached for the element that `load` reads."""
    found = _candidate(forms, load, store, root)
    if found is None:
        return None
    facts, solution = facts_at(forms, load.op), {forms.atom(value): form for value, form in found.variables.items()}
    return found if all(_holds(forms, op, store.op, solution, facts) for op in _chain(store.op, root)) else None


def _unproved(forms: IndexForms, load: Access, candidate: Producer) -> tuple[Poly, ...]:
    """What must not be negative for the store to write the element that `load` reads, and is not known to be so.

    Empty also where that cannot be said: the store stands under a condition, or several of its iterations may write one element.
    """
    chain = _chain(candidate.store.op, candidate.root)
    facts, solution = facts_at(forms, load.op), {forms.atom(value): form for value, form in candidate.variables.items()}
    if any(op.name == "scf.if" for op in chain) or not _writes_once(forms, candidate, facts):
        return ()
    needed: list[Poly] = []
    for loop in chain:
        variable = loop.regions[0].blocks[0].arguments[0]
        lower, upper, step = (forms.substitute(p, solution) for p in loop_control(forms, loop.opview, variable))
        if step.as_int() != 1:
            return ()
        value = solution[forms.atom(variable)]
        needed += [value - lower, upper - value - 1]
    return tuple(poly for poly in needed if not forms.ranges.nonneg(poly, facts))


def _writes_once(forms: IndexForms, candidate: Producer, facts: Facts) -> bool:
    """Whether no two iterations write one element: each variable is a digit of a subscript that is written in one way."""
    variables = [forms.atom(value) for value in candidate.variables]
    numbers = [
        digits_of(forms, form, [v for v in variables if form.mentions(v)], facts) for form in map(forms.of, candidate.store.subscripts)
    ]
    told = {digit.atom for digits in numbers if is_carry_free(forms, digits) for digit in digits}
    return told.issuperset(variables)


def _candidate(forms: IndexForms, load: Access, store: Access, root: ir.Operation) -> Producer | None:
    """The store with the values of its loops' variables for which it writes what `load` reads; whether they are reached is open."""
    chain = _chain(store.op, root)
    if chain is None or len(store.subscripts) != len(load.subscripts):
        return None
    variables = [forms.atom(loop.regions[0].blocks[0].arguments[0]) for loop in chain if loop.name != "scf.if"]
    written = [forms.of(s) for s in store.subscripts]
    read = [forms.of(s) for s in load.subscripts]
    solution = solved(forms, variables, written, read, facts_at(forms, load.op))
    if solution is None:
        return None
    return Producer(store, root, {atom.value: form for atom, form in solution.items()})


def _chain(store: ir.Operation, root: ir.Operation) -> list[ir.Operation] | None:
    """The loops and conditions from `root` down to the store."""
    chain: list[ir.Operation] = []
    op = store
    while op != root:
        op = op.parent.operation
        if op.name not in ("scf.for", "scf.forall", "scf.if") or (op.name == "scf.for" and len(op.results)):
            return None
        if op.name == "scf.forall" and len(list(op.opview.induction_variables)) != 1:
            return None
        chain.append(op)
    return chain[::-1]


def _holds(forms: IndexForms, op: ir.Operation, store: ir.Operation, solution: dict[Atom, Poly], facts: Facts) -> bool:
    """Whether a loop reaches the solved value of its variable, or a condition holds for it."""
    if op.name == "scf.if":
        needed = condition_facts(forms, op.operands[0], holds=_in_then(op, store))
        return bool(needed) and all(forms.ranges.nonneg(forms.substitute(f, solution), facts) for f in needed)
    variable = op.regions[0].blocks[0].arguments[0]
    lower, upper, step = (forms.substitute(p, solution) for p in loop_control(forms, op.opview, variable))
    value = solution[forms.atom(variable)]
    ranged = forms.ranges.nonneg(value - lower, facts) and forms.ranges.below(value, upper, facts)
    return ranged and step.as_int() == 1


def _in_then(op: ir.Operation, inner: ir.Operation) -> bool:
    while inner.parent.operation != op:
        inner = inner.parent.operation
    return inner.block == op.regions[0].blocks[0]


def accesses_between(root: ir.Operation, load: ir.Operation) -> list[Access] | None:
    """The accesses of `root`, of the operation around `load` beside it, and of all between; None where one is not known."""
    ancestor = load
    while ancestor.block != root.block:
        ancestor = ancestor.parent.operation
    found: list[Access] = []
    for op in _from_to(root, ancestor):
        effects = effects_of(op)
        if effects.unknown is not None:
            return None
        found += effects.accesses
    return found


def _from_to(first: ir.Operation, last: ir.Operation) -> list[ir.Operation]:
    """The operations of one block from `first` to `last`, both included."""
    ops = [op.operation for op in first.block.operations]
    return ops[ops.index(first) : ops.index(last) + 1]
