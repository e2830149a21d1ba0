"""When a register must be taken from memory at once: something may write there before its lanes are used."""

from __future__ import annotations

from mlir import ir

WRITES = ("memref.store", "vector.store", "vector.maskedstore", "memref.atomic_rmw", "memref.generic_atomic_rmw", "memref.copy")
LOADS = ("vector.load", "vector.maskedload")
VIEWS = ("xpiler.view", "memref.collapse_shape", "memref.subview", "memref.cast")


def must_materialize(value: ir.Value) -> bool:
    """True for a load whose memory may be written before a use of its lanes.

    Different allocations do not overlap; two pointer parameters may, so any write to a parameter counts
    against a load from a parameter, unless both are the same code position apart from each other's uses.
    """
    operation = ir.OpResult(value).owner
    operation = getattr(operation, "operation", operation)
    if operation.name not in LOADS:
        return False
    base = root(operation.operands[0])
    writers = [w for w in _writers(_function(operation)) if may_alias(root(_written(w)), base)]
    if not writers:
        return False
    return not _used_before_any_write(operation, writers)


def may_alias(a: ir.Value, b: ir.Value) -> bool:
    """Whether two root buffers may share memory: the same one, or two parameters without `restrict`."""
    if a == b:
        return True
    return isinstance(a, ir.BlockArgument) and isinstance(b, ir.BlockArgument)


def root(base: ir.Value) -> ir.Value:
    """The allocation or parameter a memref value is a view of."""
    while not isinstance(base, ir.BlockArgument):
        operation = _owner(base)
        if operation.name not in VIEWS:
            return base
        base = operation.operands[0]
    return base


def _owner(value: ir.Value) -> ir.Operation:
    owner = ir.OpResult(value).owner
    return getattr(owner, "operation", owner)


def _function(operation: ir.Operation) -> ir.Operation:
    while operation.name != "func.func":
        operation = operation.parent
        operation = getattr(operation, "operation", operation)
    return operation


def _writers(function: ir.Operation) -> list[ir.Operation]:
    found: list[ir.Operation] = []

    def visit(operation: ir.Operation) -> ir.WalkResult:
        if operation.name in WRITES:
            found.append(operation)
        return ir.WalkResult.ADVANCE

    function.walk(visit)
    return found


def _written(operation: ir.Operation) -> ir.Value:
    position = {"memref.store": 1, "vector.store": 1, "vector.maskedstore": 0, "memref.copy": 1}.get(operation.name, 1)
    return operation.operands[position]


def _used_before_any_write(load: ir.Operation, writers: list[ir.Operation]) -> bool:
    """Every use, through lane-wise operations, lies in the load's block before (or is) the next write there."""
    block = load.block
    sinks = _sinks(load)
    if any(sink.block != block for sink in sinks):
        return False
    positions = {op.operation: i for i, op in enumerate(block.operations)}
    last = max((positions[s] for s in sinks), default=positions[load])
    return not any(positions[load] < positions[_ancestor_in(w, block)] < last for w in writers if _ancestor_in(w, block) is not None)


def _ancestor_in(operation: ir.Operation, block: ir.Block) -> ir.Operation | None:
    while operation.name != "func.func":
        if operation.block == block:
            return operation
        operation = operation.parent
        operation = getattr(operation, "operation", operation)
    return None


def _sinks(operation: ir.Operation) -> list[ir.Operation]:
    """The operations that ask for the lanes: users that define no vector of their own, found through those that do."""
    found: list[ir.Operation] = []
    for result in operation.results:
        for use in result.uses:
            user = getattr(use.owner, "operation", use.owner)
            lanewise = len(user.regions) == 0 and len(user.results) > 0 and isinstance(user.results[0].type, ir.VectorType)
            found += _sinks(user) if lanewise else [user]
    return found
