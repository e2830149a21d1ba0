"""Functions that stand for an expression with builtins of its own (`apply-patterns` makes them): reading and inlining them."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.transforms.rewriting import operations

BUILTINS = "xpiler.builtins"  # the pattern's text, on the function that holds the expression
_PARSED: dict[tuple[int, str], ir.Module] = {}


def builtins_of(call: ir.Operation) -> ir.Operation | None:
    """The function `@after` of the pattern behind a call; None where the callee is no pattern's."""
    callee = _callee(call)
    if callee is None or BUILTINS not in callee.attributes:
        return None
    text = ir.StringAttr(callee.attributes[BUILTINS]).value
    module = _PARSED.setdefault((id(call.context), text), ir.Module.parse(text, call.context))
    return next(op.operation for op in module.body.operations if _symbol(op.operation) == "after")


def inline_patterns(module: ir.Module) -> None:
    """Calls that no builtin was found for become their expressions; the functions go."""
    functions = [op for op in operations(module.body) if op.name == "func.func" and BUILTINS in op.attributes]
    calls = [op for op in walk(module.operation) if op.name == "func.call"] if functions else []
    for call in calls:
        callee = _callee(call)
        if callee in functions:
            _inline(call, callee)
    for function in functions:
        function.erase()


def _inline(call: ir.Operation, callee: ir.Operation) -> None:
    block = callee.regions[0].blocks[0]
    values = dict(zip(block.arguments, call.operands, strict=True))
    with ir.InsertionPoint(call), call.location:
        for op in block.operations:
            if op.operation.name == "func.return":
                call.results[0].replace_all_uses_with(values[op.operands[0]])
                break
            attributes = {name: op.operation.attributes[name] for name in op.operation.attributes}
            made = ir.Operation.create(op.operation.name, [r.type for r in op.results], [values[v] for v in op.operands], attributes)
            values.update(zip(op.results, made.results, strict=True))
    call.erase()


def _callee(call: ir.Operation) -> ir.Operation | None:
    top = call
    while top.name != "builtin.module":
        top = top.parent.operation
    wanted = ir.FlatSymbolRefAttr(call.attributes["callee"]).value
    return next((op for op in operations(top.regions[0].blocks[0]) if op.name == "func.func" and _symbol(op) == wanted), None)


def _symbol(function: ir.Operation) -> str:
    return ir.StringAttr(function.attributes["sym_name"]).value
