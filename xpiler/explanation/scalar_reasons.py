"""Why a statement of the output handles one element at a time."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import access_of, defining, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.reductions import folds_of
from xpiler.transforms.rewriting import variable

LOOPS = ("scf.for", "scf.forall", "scf.while")


def loop_around(op: ir.Operation) -> ir.Operation | None:
    """The innermost loop around an operation, or None."""
    while op.name != "func.func" and op.parent is not None:
        op = op.parent.operation
        if op.name in LOOPS:
            return op
    return None


def reason(op: ir.Operation) -> str:
    """The first obstacle to doing the loop around an access at once."""
    loop = loop_around(op)
    if loop is None:
        return "it is done once"
    if loop.name == "scf.while":
        return "the iterations of its loop are not counted"
    accesses = [inner for inner in walk(loop) if access_of(inner) is not None and loop_around(inner) == loop]
    if any(map(_comes_from_memory, accesses)):
        return "a subscript in its loop is read from memory"
    if loop.name == "scf.for" and any(not fold.operator for fold in folds_of(loop)):
        return "each iteration needs what the one before has made"
    forms, own = IndexForms(), variable(loop)
    strides = [_stride(forms, inner, own) for inner in accesses]
    if any(stride is None for stride in strides):
        return "a subscript is no sum of multiples of its loop's variable"
    if any(stride not in (0, 1) for stride in strides):
        return "what neighbouring iterations access does not lie side by side"
    if any(inner.name in LOOPS for inner in walk(loop) if inner != loop):
        return "its loop holds others"
    return "no builtin for it was found"


def _stride(forms: IndexForms, op: ir.Operation, step: ir.Value) -> int | None:
    access = access_of(op)
    if not access.subscripts:
        return 0
    parts = forms.of(access.subscripts[-1]).split(forms.atom(step))
    return None if parts is None else parts[0].as_int() if parts[0].as_int() is not None else 2


def _comes_from_memory(op: ir.Operation) -> bool:
    access = access_of(op)
    pending = list(access.subscripts) if access is not None else []
    while pending:
        made = defining(pending.pop())
        if made is not None and access_of(made) is not None:
            return True
        pending += list(made.operands) if made is not None and not len(made.regions) else []
    return False
