"""Dropping what the reader made ahead of knowing: operations and results that nobody uses."""

from __future__ import annotations

from mlir import ir

PURE_PREFIXES = ("arith.", "ub.", "math.", "vector.extract", "vector.insert", "vector.broadcast", "vector.bitcast", "vector.from_elements")
PURE = {"memref.collapse_shape", "memref.cast", "memref.alloca", "memref.get_global", "xpiler.view"}


def drop_dead(operation: ir.Operation) -> None:
    """Erases unused pure operations and unused results of conditions inside, uses before definitions."""
    for region in operation.regions:
        for block in region.blocks:
            for inner in reversed(list(block.operations)):
                current = _without_dead_results(inner.operation)
                drop_dead(current)
                if (is_pure(current) or _does_nothing(current)) and not any(is_used(result) for result in current.results):
                    current.erase()


def is_pure(operation: ir.Operation) -> bool:
    """Whether an operation does nothing but compute its results."""
    return operation.name in PURE or operation.name.startswith(PURE_PREFIXES)


def _does_nothing(operation: ir.Operation) -> bool:
    """Whether a condition has nothing but its terminators."""
    return operation.name == "scf.if" and all(len(list(block.operations)) == 1 for region in operation.regions for block in region.blocks)


def is_used(value: ir.Value) -> bool:
    return next(iter(value.uses), None) is not None


def _without_dead_results(operation: ir.Operation) -> ir.Operation:
    """An `scf.if` with the results that are used; the operation itself where all are."""
    if operation.name != "scf.if":
        return operation
    live = [k for k, result in enumerate(operation.results) if is_used(result)]
    blocks = [block for region in operation.regions for block in region.blocks]
    if len(live) == len(operation.results):
        return operation
    attributes = {name: operation.attributes[name] for name in operation.attributes}
    kept = ir.Operation.create(
        "scf.if",
        results=[operation.results[k].type for k in live],
        operands=list(operation.operands),
        attributes=attributes,
        regions=2,
        loc=operation.location,
        ip=ir.InsertionPoint(operation),
    )
    for position, block in enumerate(blocks):
        _keep_yields(block, live)
        if position == 0 or live or len(list(block.operations)) > 1:
            block.append_to(kept.regions[position])
    for position, k in enumerate(live):
        operation.results[k].replace_all_uses_with(kept.results[position])
    operation.erase()
    return kept


def _keep_yields(block: ir.Block, live: list[int]) -> None:
    last = list(block.operations)[-1].operation
    values = [last.operands[k] for k in live]
    location = last.location
    last.erase()
    ir.Operation.create("scf.yield", operands=values, loc=location, ip=ir.InsertionPoint(block))
