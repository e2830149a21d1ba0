"""Arrays of `i1` as arrays of bytes: upstream's conversion to LLVM aborts on a store of a narrower element."""

from __future__ import annotations

from mlir import ir


def widen_flag_arrays(function: ir.Operation) -> None:
    """Every memref of i1 in `function` becomes one of i8; its loads are truncated, its stores extended."""
    signature = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value)
    inputs = [_widened(type_) for type_ in signature.inputs]
    function.attributes["function_type"] = ir.TypeAttr.get(ir.FunctionType.get(inputs, signature.results))
    for block in function.regions[0].blocks:
        _widen_values(block.arguments)
    operations: list[ir.Operation] = []
    function.walk(lambda op: operations.append(op.operation) or ir.WalkResult.ADVANCE)
    for op in operations:
        _widen_values(op.results)
        for region in op.regions:
            for block in region.blocks:
                _widen_values(block.arguments)
        _convert_access(op)


def _widened(type_: ir.Type) -> ir.Type:
    if not isinstance(type_, ir.MemRefType) or str(type_.element_type) != "i1":
        return type_
    with ir.Location.unknown(type_.context):
        return ir.MemRefType.get(type_.shape, ir.IntegerType.get_signless(8), type_.layout, type_.memory_space)


def _widen_values(values: list[ir.Value]) -> None:
    for value in values:
        wide = _widened(value.type)
        if wide != value.type:
            value.set_type(wide)


def _convert_access(op: ir.Operation) -> None:
    byte = ir.IntegerType.get_signless(8)
    if op.name == "memref.store" and op.operands[1].type.element_type != op.operands[0].type:
        wide = ir.Operation.create("arith.extui", [byte], [op.operands[0]], loc=op.location, ip=ir.InsertionPoint(op))
        op.operands[0] = wide.results[0]
    elif op.name == "memref.load" and op.operands[0].type.element_type != op.results[0].type:
        flag = op.results[0]
        load = ir.Operation.create("memref.load", [byte], list(op.operands), loc=op.location, ip=ir.InsertionPoint(op))
        narrow = ir.Operation.create("arith.trunci", [flag.type], [load.results[0]], loc=op.location, ip=ir.InsertionPoint(op))
        flag.replace_all_uses_with(narrow.results[0])
        op.erase()
