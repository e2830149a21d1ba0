"""Branches on data that store: both are executed, and what one stores is a choice between that and what was there.

Whether such an access happens is not known: what it would do wrong (out of bounds, a race) is no defect of the program, and no proof.
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.program import Thread, is_pure
from xpiler.verify.terms.term import Term, Value, make

MOST_CHOICES = 6  # one in another, of those that are looked at


def can_be_guarded(branch: ir.Operation) -> bool:
    """Whether a branch does nothing but compute and store single elements, in branches of that kind too."""
    if "xpiler.after_exit" in branch.attributes:
        return False
    operations = [op.operation for region in branch.regions for block in region for op in block.operations]
    return all(is_pure(op) or op.name == "memref.store" or (op.name == "scf.if" and can_be_guarded(op)) for op in operations)


def enter(thread: Thread, condition: Term, holds: bool) -> None:
    """From here on stores happen only where a condition holds, or where it does not."""
    if thread.recording:
        raise NotModelled("an asynchronous copy under a condition that depends on data")
    thread.guards.append((condition, holds))


def guarded(thread: Thread, buffer: Buffer, offset: int, type_: str, value: Value) -> Value:
    """What an element holds after a store under the conditions around it."""
    if any(monitor.shares(buffer) for monitor in thread.monitors):
        raise NotModelled(f"a store to '{buffer.name}' under a condition that depends on data, by one of several parallel iterations")
    old = buffer.held(offset, type_)
    if value is old:
        return value
    for condition, holds in reversed(thread.guards):
        value, kept = _assuming(value, condition, holds), _assuming(old, condition, not holds)
        value = make("select", condition, value, kept) if holds else make("select", condition, kept, value)
    return value


def _assuming(value: Value, condition: Term, holds: bool, depth: int = MOST_CHOICES) -> Value:
    """What a value is where a condition is known to hold, or not to: choices by it are decided."""
    if not isinstance(value, Term) or value.kind != "select" or not depth:
        return value
    chooses, yes, no = value.args
    if chooses is condition:
        return _assuming(yes if holds else no, condition, holds, depth)
    decided = [_assuming(of, condition, holds, depth - 1) for of in (yes, no)]
    return value if decided[0] is yes and decided[1] is no else make("select", chooses, *decided)
