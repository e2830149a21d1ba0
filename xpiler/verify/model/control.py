"""Control flow that is not written out (model.written_control): calls and assertions."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles
from xpiler.verify.terms.term import Term


def known(value: object, what: str) -> int:
    """A number that control flow or an address needs; NotModelled where it depends on data."""
    if isinstance(value, int):
        return value
    if isinstance(value, Term) and value.tainted:
        raise NotModelled(f"{what} that depends on an uninitialised value or an overflow")
    raise NotModelled(f"{what} that depends on data")


@compiles("func.call")
def _call(compiler: Compiler, op: ir.Operation) -> Step:
    callee = ir.FlatSymbolRefAttr(op.attributes["callee"]).value
    operands, results = compiler.registers(op.operands), compiler.registers(op.results)

    def run(registers: Registers, thread: Thread) -> None:
        function = compiler.program.functions[callee]
        values = call(function, [registers[r] for r in operands], thread)
        for register, value in zip(results, values, strict=True):
            registers[register] = value

    return run


def call(function, arguments: list, thread: Thread) -> list:
    """Runs a function in which no threads meet."""
    if function.code.meets:
        raise NotModelled("a call of a function in which threads meet")
    registers: Registers = [None] * function.registers
    for register, value in zip(function.code.arguments, arguments, strict=True):
        registers[register] = value
    function.code.run(registers, thread)
    return [registers[r] for r in function.code.results]


@compiles("cf.assert")
def _assert(compiler: Compiler, op: ir.Operation) -> Step:
    condition = compiler.register(op.operands[0])
    message = ir.StringAttr(op.attributes["msg"]).value

    def run(registers: Registers, thread: Thread) -> None:
        if not known(registers[condition], "a precondition"):
            raise Defect("precondition", message, thread.where)

    return run
