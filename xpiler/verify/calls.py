"""Who calls and launches whom: the functions behind operations that name one, and the parameters behind their operands."""

from __future__ import annotations

from mlir import ir

CALLED = ("kernel", "callee")  # attributes that name the function which an operation launches or calls


def called(op: ir.Operation) -> list[str]:
    """The functions that an operation launches or calls."""
    named = [op.attributes[word] for word in CALLED if word in op.attributes]
    return [name.value for name in named if isinstance(name, ir.FlatSymbolRefAttr)]


def arguments_of(function: ir.Operation) -> list[ir.BlockArgument]:
    """The parameters of a function; none of a declaration."""
    blocks = function.regions[0].blocks
    return [ir.BlockArgument(value) for value in blocks[0].arguments] if len(blocks) else []


def functions_beside(function: ir.Operation) -> dict[str, ir.Operation]:
    """The functions of the same module, by name."""
    operations = function.parent.operation.regions[0].blocks[0].operations if function.parent is not None else ()
    named = (op.operation for op in operations if "sym_name" in op.attributes)
    return {ir.StringAttr(op.attributes["sym_name"]).value: op for op in named}


def parameter_behind(op: ir.Operation, position: int, named: dict[str, ir.Operation]) -> ir.BlockArgument | None:
    """The parameter that takes an operand of a call or a launch; what a launch has in front of the arguments is its geometry."""
    for name in called(op):
        parameters = arguments_of(named[name]) if name in named else []
        behind = position - (len(op.operands) - len(parameters))
        if parameters and behind >= 0:
            return parameters[behind]
    return None
