"""The C type of a launcher's device buffer: that of the kernel's parameter which it becomes, since the IR's integers have no sign."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.ctype import CType
from xpiler.lowering.c_text.function import argument_attribute, element_of

_CALLS = ("xpiler.launch", "xpiler.call")
BOOLEANS = CType("int", 8, "bool")  # in memory, where a truth is a byte


def buffer_element(buffer: ir.Value, element: CType) -> CType:
    """`element` with the sign of the parameter that `buffer` is passed as, or a truth if that is one."""
    for use in buffer.uses:
        op = use.owner.operation
        if op.name in _CALLS:
            spelled = _parameter_type(op, use.operand_number)
            if spelled:
                return BOOLEANS if "bool" in spelled.split() else element_of(spelled, element)
    return element


def _parameter_type(call: ir.Operation, operand: int) -> str | None:
    """The C type that the source gives the kernel's parameter an operand is passed for."""
    kernel = _function(call, ir.FlatSymbolRefAttr(call.attributes["kernel"]).value)
    if kernel is None:
        return None
    parameters = len(ir.FunctionType(ir.TypeAttr(kernel.attributes["function_type"]).value).inputs)
    position = operand - (len(call.operands) - parameters)  # arguments are the last operands
    return argument_attribute(kernel, position, "xpiler.ctype") if 0 <= position < parameters else None


def _function(op: ir.Operation, name: str) -> ir.Operation | None:
    while op.name != "func.func":
        op = op.parent.operation
    named = (other.operation for other in op.block.operations if "sym_name" in other.operation.attributes)
    return next((other for other in named if ir.StringAttr(other.attributes["sym_name"]).value == name), None)
