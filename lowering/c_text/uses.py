"""Where values are used: what decides folding, the sign of a variable's type, and which values may share a variable."""

from __future__ import annotations

from mlir import ir

from xpiler.transforms.rewriting import constant_int

_EQUALITY = (0, 1)  # predicates: equal, not equal
LOOPS = frozenset(("scf.for", "scf.while", "scf.forall", "scf.parallel"))
_SIGNED = frozenset(
    f"arith.{n}" for n in "divsi remsi floordivsi ceildivsi shrsi extsi sitofp index_cast maxsi minsi mulsi_extended".split()
)
_UNSIGNED = frozenset(f"arith.{n}" for n in "divui remui ceildivui shrui extui uitofp index_castui maxui minui mului_extended".split()) | {
    "vector.from_elements"
}


def owners(value: ir.Value) -> list[ir.Operation]:
    """The operations that use `value`, one entry a use."""
    return [use.owner.operation for use in value.uses]


def is_idle(value: ir.Value) -> bool:
    """Whether a value is used by nothing, or only to say how long arrays are."""
    return all(op.name == "xpiler.extent" or (op.name.startswith("arith.") and all(map(is_idle, op.results))) for op in owners(value))


def parent_op(op: ir.Operation) -> ir.Operation | None:
    """The operation whose region holds `op`."""
    return op.operation.parent.operation if op.operation.parent is not None else None


def ancestor_in(op: ir.Operation, block: ir.Block) -> ir.Operation | None:
    """The operation of `block` that is `op` or holds it; None when `op` is not inside `block`."""
    while op.block != block:
        if op.name == "func.func":
            return None
        op = parent_op(op)
    return op


def starts_loop(value: ir.Value) -> bool:
    """Whether a value is only what a counted loop beside it starts to carry: the loop may go on in its variable."""
    users = owners(value)
    single = len(users) == 1 and users[0].name == "scf.for" and not isinstance(value.owner, ir.Block)
    return single and users[0].block == value.owner.operation.block


def enters_loop(user: ir.Operation, block: ir.Block) -> bool:
    """Whether a loop lies between `block` and the block of `user`."""
    while user.block != block:
        user = parent_op(user)
        if user.name in LOOPS:
            return True
    return False


def sign_by_uses(value: ir.Value) -> bool | None:
    """True where a use reads the value as signed, False where uses read it as unsigned only, None where no use tells."""
    verdict = None
    for op in owners(value):
        if op.name in _SIGNED or (op.name == "arith.cmpi" and _predicate(op) in (2, 3, 4, 5)) or _is_nsw(op):
            return True
        if op.name == "arith.index_castui" and str(value.type) == "i64":  # as wide: no use of the sign
            continue
        if op.name in _UNSIGNED or (op.name == "arith.cmpi" and _predicate(op) > 5):
            verdict = False
    return verdict


def tells_multiples(op: ir.Operation) -> bool:
    """Whether a remainder is only compared with zero, and by a power of two: the low bits decide, whatever the sign."""
    divisor = constant_int(op.operands[1])
    if op.name != "arith.remui" or divisor is None or divisor <= 0 or divisor & (divisor - 1):
        return False
    users = owners(op.results[0])
    return all(user.name == "arith.cmpi" and _predicate(user) in _EQUALITY and 0 in map(constant_int, user.operands) for user in users)


def _predicate(op: ir.Operation) -> int:
    return ir.IntegerAttr(op.attributes["predicate"]).value


def _is_nsw(op: ir.Operation) -> bool:
    return op.name in ("arith.addi", "arith.subi", "arith.muli") and "nsw" in str(op.attributes["overflowFlags"])


def unused_after(value: ir.Value, op: ir.Operation, *, inside: bool) -> bool:
    """Whether no operation after `op` in its block reads `value`; `inside` allows reads within the regions of `op`."""
    for user in owners(value):
        if user == op:
            continue
        around = ancestor_in(op, user.block)
        if around is not None and around == user:  # it started a loop around `op`
            continue
        top = ancestor_in(user, op.block)
        if top is None or (top == op and not inside) or (top != op and not top.is_before_in_block(op)):
            return False
    return True
