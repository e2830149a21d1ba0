"""Branches on data: both are executed, and what one stores is a choice between that and what was there.

Whether such an access happens is not known: what it would do wrong (out of bounds, a race) is no defect of the program, and no proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.forall import callee_of, inside
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.program import EFFECTS, Thread
from xpiler.verify.terms.term import Term, Value, make, undefined

MOST_CHOICES = 6  # one in another, of those that are looked at


# What a branch on data may hold: all of it happens to memory by single loads, stores and updates, or computes.
DIALECTS = frozenset({"arith", "math", "vector", "scf", "bang", "vnni", "ub", "index"})
OPERATIONS = frozenset(
    f"memref.{name}" for name in ("load", "store", "atomic_rmw", "generic_atomic_rmw", "alloca", "dim", "cast", "collapse_shape")
) | {"xpiler.view", "func.call", "func.return", "memref.yield", "memref.atomic_yield", "cf.assert", "linalg.yield"}
SIMT = ("thread_id", "block_id", "block_dim", "grid_dim", "warp_size", "dynamic_shared", "approx", "approx_binary", "atomic")
MEETINGS = ("barrier", "warp_barrier", "shuffle", "vote")  # all threads of a block, or lanes of a warp, have the same condition there
REFUSED = frozenset({"bang.barrier", "bang.sync"})
COMPUTING = ("arith", "math", "vector", "scf")
LOOPS = frozenset({"scf.for", "scf.while", "scf.forall"})


def can_be_guarded(branch: ir.Operation) -> bool:
    """Whether a branch does nothing but compute, and access single elements; threads that leave a function meet no others behind."""
    is_exit = "xpiler.after_exit" in branch.attributes
    return all(_can_be_guarded(op, meets=not is_exit) for op in inside(branch))


def _can_be_guarded(op: ir.Operation, *, meets: bool) -> bool:
    dialect, _, name = op.name.partition(".")
    if dialect in ("cuda", "hip"):
        return name in SIMT or (meets and name in MEETINGS)
    if op.name == "func.call":
        callee = callee_of(op)
        return callee is not None and all(_can_be_guarded(i, meets=meets) for o in callee for i in (o.operation, *inside(o.operation)))
    if op.name in REFUSED or "async" in op.attributes:
        return False
    return dialect in DIALECTS or op.name in OPERATIONS


def can_load(branch: ir.Operation) -> bool:
    """Whether a branch does more than compute with what it has."""
    return any(op.name.partition(".")[0] not in COMPUTING or op.name in EFFECTS or "load" in op.name for op in inside(branch))


def has_loop(branch: ir.Operation) -> bool:
    """Whether a branch goes round a loop."""
    return any(op.name in LOOPS for op in inside(branch))


def enter(thread: Thread, condition: Term, holds: bool, *, loops: bool = False) -> None:
    """From here on loads and stores happen only where a condition holds, or where it does not."""
    if thread.recording:
        raise NotModelled("an asynchronous copy under a condition that depends on data")
    if loops and thread.machine.data_accesses is not None:
        thread.machine.data_accesses.note_loop()
    thread.guards.append((condition, holds))


def guarded(thread: Thread, buffer: Buffer, offset: int, type_: str, value: Value) -> Value:
    """What an element holds after a store under the conditions around it."""
    if thread.recording:
        raise NotModelled("an asynchronous copy under a condition that depends on data")
    is_fresh = any(monitor.is_fresh(buffer, offset) for monitor in thread.monitors)
    old = undefined() if is_fresh else buffer.held(offset, type_)
    return value if value is old else under(thread.guards, value, old)


def under(guards: list[tuple[Term, bool]], value: Value, old: Value) -> Value:
    """The one value where all conditions are as they should be, else the other one."""
    for condition, holds in reversed(guards):
        value, kept = _assuming(value, condition, holds), _assuming(old, condition, not holds)
        if value is not kept:
            value = make("select", condition, value, kept) if holds else make("select", condition, kept, value)
    return value


def within(thread: Thread, value: Value) -> Value:
    """A value as it is under the conditions around."""
    if not isinstance(value, Term) or value.kind != "select":
        return value
    for condition, holds in thread.guards:
        for part in _parts(condition, holds):
            value = _assuming(value, part, holds)
    return value


def _parts(condition: Term, holds: bool) -> Iterator[Term]:
    """What holds, or does not, with a condition."""
    yield condition
    if condition.kind == "int" and condition.args[:2] == ("andi" if holds else "ori", 1):
        for part in condition.args[2:]:
            if isinstance(part, Term):
                yield from _parts(part, holds)
    if condition.kind == "select" and holds and condition.args[2] == 0:
        for part in condition.args[:2]:
            if isinstance(part, Term):
                yield from _parts(part, holds)


def _assuming(value: Value, condition: Term, holds: bool, depth: int = MOST_CHOICES) -> Value:
    """What a value is where a condition is known to hold, or not to: choices by it are decided."""
    if not isinstance(value, Term) or value.kind != "select" or not depth:
        return value
    chooses, yes, no = value.args
    if chooses is condition:
        return _assuming(yes if holds else no, condition, holds, depth)
    decided = [_assuming(of, condition, holds, depth - 1) for of in (yes, no)]
    return value if decided[0] is yes and decided[1] is no else make("select", chooses, *decided)
