"""Control flow. Bounds and conditions must be known numbers; a pure branch on an unknown condition is a choice of values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from mlir import ir

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.forall import forall
from xpiler.verify.model.integers import unsigned, width_of, wrapped
from xpiler.verify.model.program import Code, Compiler, Meeting, Registers, Step, Thread, compiles, place_of
from xpiler.verify.terms.term import Term, make


def known(value: object, what: str) -> int:
    """A number that control flow or an address needs; NotModelled where it depends on data."""
    if isinstance(value, int):
        return value
    if isinstance(value, Term) and value.tainted:
        raise NotModelled(f"{what} that depends on an uninitialised value or an overflow")
    raise NotModelled(f"{what} that depends on data")


@compiles("scf.for")
def _for(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    low, high, step, *initial = compiler.registers(op.operands)
    code = compiler.block(op.regions[0].blocks[0])
    variable, *carried = code.arguments
    results = compiler.registers(op.results)
    width = width_of(str(op.operands[0].type))
    is_unsigned = "unsignedCmp" in op.attributes
    again = (place_of(op), "again")

    def bounds(registers: Registers) -> range:
        first, last, by = (known(registers[r], "a loop bound") for r in (low, high, step))
        if by <= 0:
            raise Defect("arithmetic", "a loop whose step is not positive", place_of(op))
        return range(unsigned(first, width), unsigned(last, width), by) if is_unsigned else range(first, last, by)

    def iterate(registers: Registers, thread: Thread) -> Iterator[None]:
        values = [registers[r] for r in initial]
        numbers = bounds(registers)
        if len(numbers) > 1:
            thread.machine.covered.add(again)
        for number in numbers:
            registers[variable] = wrapped(number, width) if is_unsigned else number
            for register, value in zip(carried, values, strict=True):
                registers[register] = value
            yield
            values = [registers[r] for r in code.results]
        for register, value in zip(results, values, strict=True):
            registers[register] = value

    def run(registers: Registers, thread: Thread) -> None:
        for _ in iterate(registers, thread):
            code.run(registers, thread)

    def run_meeting(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        for _ in iterate(registers, thread):
            yield from code.run_meeting(registers, thread)

    return (run_meeting, True) if code.meets else (run, False)


@compiles("scf.while")
def _while(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    initial = compiler.registers(op.operands)
    before, after = (compiler.block(region.blocks[0]) for region in op.regions)
    results, again = compiler.registers(op.results), (place_of(op), "again")
    if before.meets:
        raise NotModelled("threads that meet in the condition of a loop")

    def goes_on(registers: Registers, thread: Thread, values: list) -> tuple[bool, list]:
        for register, value in zip(before.arguments, values, strict=True):
            registers[register] = value
        before.run(registers, thread)
        condition, *handed = before.results
        return bool(known(registers[condition], "a loop condition")), [registers[r] for r in handed]

    def iterate(registers: Registers, thread: Thread) -> Iterator[None]:
        values = [registers[r] for r in initial]
        for number in itertools.count():
            more, handed = goes_on(registers, thread, values)
            if not more:
                break
            if number:
                thread.machine.covered.add(again)
            for register, value in zip(after.arguments, handed, strict=True):
                registers[register] = value
            yield
            values = [registers[r] for r in after.results]
        for register, value in zip(results, handed, strict=True):
            registers[register] = value

    def run(registers: Registers, thread: Thread) -> None:
        for _ in iterate(registers, thread):
            after.run(registers, thread)

    def run_meeting(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        for _ in iterate(registers, thread):
            yield from after.run_meeting(registers, thread)

    return (run_meeting, True) if after.meets else (run, False)


@compiles("scf.if")
def _if(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    condition = compiler.register(op.operands[0])
    branches = [compiler.block(region.blocks[0]) if region.blocks else None for region in op.regions]
    results = compiler.registers(op.results)
    is_exit = "xpiler.after_exit" in op.attributes
    meets = any(code is not None and code.meets for code in branches)

    events = [(place_of(op), event) for event in ("skipped", "taken")]

    def taken(registers: Registers, thread: Thread) -> Code | None:
        holds = known(registers[condition], "a condition")
        thread.machine.covered.add(events[bool(holds)])
        if is_exit and not holds:
            thread.returned = True
        return branches[0] if holds else branches[1] if len(branches) > 1 else None

    def finish(registers: Registers, code: Code) -> None:
        for register, source in zip(results, code.results, strict=True):
            registers[register] = registers[source]

    def run(registers: Registers, thread: Thread) -> None:
        value = registers[condition]
        if isinstance(value, Term) and results and all(code is not None and code.is_pure for code in branches):
            _choose(registers, thread, value, branches, results, op)
            return
        code = taken(registers, thread)
        if code is not None:
            code.run(registers, thread)
            finish(registers, code)

    def run_meeting(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        code = taken(registers, thread)
        if code is not None:
            yield from code.run_meeting(registers, thread)
            finish(registers, code)

    return (run_meeting, True) if meets else (run, False)


def _choose(registers: Registers, thread: Thread, condition: Term, branches: list, results: tuple[int, ...], op: ir.Operation) -> None:
    """Both branches only compute: their values, chosen by the condition."""
    outcomes = []
    for code in branches:
        code.run(registers, thread)
        outcomes.append([registers[r] for r in code.results])
    for register, yes, no, result in zip(results, *outcomes, op.results, strict=True):
        if isinstance(result.type, ir.VectorType | ir.MemRefType):
            raise NotModelled("a choice of vectors or buffers that depends on data")
        registers[register] = yes if yes is no else make("select", condition, yes, no)


@compiles("scf.forall")
def _forall(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    return forall(compiler, op)


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
