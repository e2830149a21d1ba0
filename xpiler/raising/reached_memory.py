"""Which memory a subscript reaches."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.structure import users

ACCESSES = {"memref.load": 0, "memref.store": 1, "memref.atomic_rmw": 1, "memref.generic_atomic_rmw": 0}


def reaches_unsized(subscript: ir.Value) -> bool:
    """Does an index end, through sums and products, in subscripts of pointer parameters without a stated extent alone?"""
    found = users(subscript)
    return bool(found) and all(_reaches_unsized(user, subscript) for user in found)


def _reaches_unsized(user: ir.Operation, subscript: ir.Value) -> bool:
    if user.name in ("arith.addi", "arith.subi", "arith.muli"):
        return reaches_unsized(user.results[0])
    if user.name not in ACCESSES or subscript in list(user.operands)[: ACCESSES[user.name] + 1]:
        return False
    base = user.operands[ACCESSES[user.name]]
    is_parameter = isinstance(base, ir.BlockArgument) and base.owner.owner.operation.name == "func.func"
    return is_parameter and not any(other.name == "xpiler.extent" for other in users(base))
