"""Questions about the shape of IR, and copying of operations with their operands replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlir import ir


def operations(block: ir.Block) -> list[ir.Operation]:
    """The operations of a block, as plain operations: equal and hashed by identity."""
    return [op.operation for op in block.operations]


def walk(op: ir.Operation) -> Iterator[ir.Operation]:
    """`op` and everything under it, outermost first."""
    yield op
    for region in op.regions:
        for block in region.blocks:
            for inner in operations(block):
                yield from walk(inner)


def post_order(op: ir.Operation) -> list[ir.Operation]:
    """Everything under `op` and `op` itself, innermost first: each may be replaced while the list is gone through."""
    found = [inner for region in op.regions for block in region.blocks for each in operations(block) for inner in post_order(each)]
    return [*found, op]


def definition(value: ir.Value) -> ir.Operation | None:
    """The operation whose result `value` is; None for a block argument."""
    return None if isinstance(value.owner, ir.Block) else value.owner.operation


def users(value: ir.Value) -> list[ir.Operation]:
    """The operations that use `value`."""
    return [use.owner.operation for use in value.uses]


def ancestor_in(op: ir.Operation, block: ir.Block) -> ir.Operation | None:
    """The operation of `block` that is `op` or holds it."""
    current = op
    while current is not None and current.block != block:
        parent = current.parent
        current = parent.operation if parent is not None and parent.operation.name != "builtin.module" else None
    return current


def captures(op: ir.Operation) -> list[ir.Value]:
    """The values `op` and its regions use and do not define, in order of appearance, each once."""
    defined: set[ir.Value] = set()
    used: dict[ir.Value, None] = {}
    for inner in walk(op):
        for operand in inner.operands:
            if operand not in defined:
                used.setdefault(operand)
        for region in inner.regions:
            for block in region.blocks:
                defined.update(block.arguments)
        defined.update(inner.results)
    return list(used)


def constant_value(value: ir.Value) -> int | None:
    """The integer `value` always is, where an `arith.constant` says so."""
    op = definition(value)
    if op is None or op.name != "arith.constant":
        return None
    attribute = op.attributes["value"]
    if not isinstance(attribute, ir.IntegerAttr):
        return int(attribute.value) if isinstance(attribute, ir.BoolAttr) else None
    return attribute.value


def evaluated_constant(value: ir.Value) -> int | None:
    """The integer `value` always is, where constants, casts, sums, products and quotients lead to it."""
    constant, op = constant_value(value), definition(value)
    if constant is not None or op is None or not op.name.startswith("arith.") or len(op.operands) > 2:
        return constant
    operands = [evaluated_constant(operand) for operand in op.operands]
    if None in operands:
        return None
    if op.name in ("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci"):
        return operands[0]
    if op.name in ("arith.divsi", "arith.divui"):
        return operands[0] // operands[1] if operands[0] >= 0 and operands[1] > 0 else None
    combine = {"arith.addi": int.__add__, "arith.subi": int.__sub__, "arith.muli": int.__mul__}.get(op.name)
    return combine(*operands) if combine else None


def clone(op: ir.Operation, mapping: Mapping[ir.Value, ir.Value], at: ir.InsertionPoint) -> ir.Operation:
    """A copy of `op` at an insertion point, its operands (nested ones too) replaced by `mapping`."""
    copy = op.clone(ip=at).operation
    for inner in walk(copy):
        for position, operand in enumerate(inner.operands):
            if operand in mapping:
                inner.operands[position] = mapping[operand]
    return copy


def replace(op: ir.Operation, values: list[ir.Value]) -> None:
    """Uses of the results of `op` become uses of `values`; `op` goes."""
    for result, value in zip(op.results, values, strict=True):
        result.replace_all_uses_with(value)
    op.erase()


def kernels(module: ir.Module) -> list[ir.Operation]:
    """The kernels of a module, in order."""
    return [op for op in operations(module.body) if op.name == "func.func" and "xpiler.kernel" in op.attributes]


def launchers(module: ir.Module) -> list[ir.Operation]:
    """The host launchers of a module, in order."""
    return [op for op in operations(module.body) if op.name == "func.func" and "xpiler.launcher" in op.attributes]


def symbol_name(function: ir.Operation) -> str:
    """The name of a function."""
    return ir.StringAttr(function.attributes["sym_name"]).value


def entry(function: ir.Operation) -> ir.Block:
    """The first block of a function."""
    return function.regions[0].blocks[0]
