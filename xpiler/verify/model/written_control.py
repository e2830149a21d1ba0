"""Control flow written out: loops, branches, calls of small functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlir import ir

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.control import known
from xpiler.verify.model.forall import Monitor, callee_of, loop_number, ranges, stored_bases
from xpiler.verify.model.function_text import FunctionText, writes
from xpiler.verify.model.guarded_stores import can_be_guarded, can_load, enter, has_loop
from xpiler.verify.model.integers import unsigned, width_of, wrapped
from xpiler.verify.model.program import is_pure, place_of
from xpiler.verify.model.written_scalars import chosen
from xpiler.verify.terms.term import Term


@writes("scf.for")
def _for(text: FunctionText, op: ir.Operation) -> None:
    low, high, step, *initial = text.reads(op.operands)
    block = op.regions[0].blocks[0]
    counter, *carried = block.arguments
    numbers = f"v{text.compiler.register(counter)}_all"
    make_range = text.constant(_range(width_of(str(op.operands[0].type)), "unsignedCmp" in op.attributes, place_of(op)))
    text.line(f"{numbers} = {make_range}({low}, {high}, {step})")
    text.line(f"if len({numbers}) > 1: T.machine.covered.add({text.constant((place_of(op), 'again'))})")
    text.line(f"elif {numbers}: T.machine.covered.add({text.constant((place_of(op), 'once'))})")
    _assign(text, [text.name(v) for v in carried], initial)
    text.line(f"for {text.name(counter)} in {numbers}:")
    begin = len(text.lines)
    text.depth += 1
    _assigned(text, (counter, *carried))
    _assign(text, text.reads(carried), text.reads(text.block(block).operands))
    text.depth -= 1
    text.spend_before(begin - 1, f"len({numbers})")
    for result, value in zip(op.results, carried, strict=True):
        text.rename(result, text.read(value))


def _assign(text: FunctionText, names: list[str], values: list[str]) -> None:
    """All at once: a value may be another one's old value."""
    if names:
        text.line(f"{', '.join(names)} = {', '.join(values)}")


def _range(width: int, is_unsigned: bool, place: str) -> Callable[..., Sequence[int]]:
    """The numbers a loop's counter takes."""

    def numbers(low: object, high: object, step: object) -> Sequence[int]:
        first, last, by = (known(v, "a loop bound") for v in (low, high, step))
        if by <= 0:
            raise Defect("arithmetic", "a loop whose step is not positive", place)
        if not is_unsigned:
            return range(first, last, by)
        counted = range(unsigned(first, width), unsigned(last, width), by)
        return counted if not counted or counted[-1] < 1 << (width - 1) else _Wrapped(counted, width)

    return numbers


class _Wrapped(Sequence):
    """Unsigned numbers as the signed ones that stand for them, made one by one: there may be billions."""

    def __init__(self, numbers: range, width: int):
        self._numbers, self._width = numbers, width

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, position: int) -> int:
        return wrapped(self._numbers[position], self._width)


@writes("scf.while")
def _while(text: FunctionText, op: ir.Operation) -> None:
    before, after = (region.blocks[0] for region in op.regions)
    again = f"n{len(text.lines)}"
    _assign(text, [text.name(v) for v in before.arguments], text.reads(op.operands))
    text.line(f"{again} = 0")
    text.line("while True:")
    text.depth += 1
    _assigned(text, before.arguments)
    condition, *handed = text.reads(text.block(before).operands)
    _assign(text, [text.name(v) for v in after.arguments], handed)
    _assigned(text, after.arguments)
    text.line(f"if not {text.constant(known)}({condition}, 'a loop condition'): break")
    text.line(f"{again} += 1")
    text.line(f"if {again} == 1: T.machine.covered.add({text.constant((place_of(op), 'once'))})")
    text.line(f"if {again} == 2: T.machine.covered.add({text.constant((place_of(op), 'again'))})")
    _assign(text, text.reads(before.arguments), text.reads(text.block(after).operands))
    text.depth -= 1
    for result, value in zip(op.results, after.arguments, strict=True):
        text.rename(result, text.read(value))


def _assigned(text: FunctionText, values: list[ir.Value]) -> None:
    for value in values:
        text.assigned(value)


@writes("scf.if")
def _if(text: FunctionText, op: ir.Operation) -> None:
    """A condition on data is allowed where both branches only compute or store: then it chooses between their values."""
    condition = text.read(op.operands[0])
    for value in op.results:
        text.name(value)
    branches = [region.blocks[0] if region.blocks else None for region in op.regions]
    chooses = (len(op.results) > 0 and is_pure(op)) or can_be_guarded(op)
    if chooses:
        text.line(f"if type({condition}) is {text.constant(Term)}:")
        text.depth += 1
        _both(text, op, condition, branches)
        text.depth -= 1
    text.line(f"{'elif' if chooses else 'if'} {text.constant(_decided(op))}({condition}, T):")
    _branch(text, op, branches[0])
    text.line("else:")
    _branch(text, op, branches[1] if len(branches) > 1 else None)
    _assigned(text, op.results)


def _decided(op: ir.Operation) -> Callable[..., int]:
    is_exit = "xpiler.after_exit" in op.attributes
    events = [(place_of(op), event) for event in ("skipped", "taken")]

    def holds(condition: object, thread) -> int:
        number = condition if type(condition) is int else known(condition, "a condition")
        thread.machine.covered.add(events[1 if number else 0])
        if is_exit and not number:
            thread.returned = True
        return number

    return holds


def _branch(text: FunctionText, op: ir.Operation, block: ir.Block | None) -> None:
    text.depth += 1
    if block is None:
        text.line("pass")
    else:
        terminator = text.block(block)
        _assign(text, [f"v{text.compiler.register(r)}" for r in op.results], text.reads(terminator.operands) if terminator else [])
    text.depth -= 1


def _both(text: FunctionText, op: ir.Operation, condition: str, branches: list[ir.Block]) -> None:
    text.line(f"T.machine.covered.update({text.constant([(place_of(op), event) for event in ('skipped', 'taken')])})")
    values = []
    loads, loops = can_load(op), has_loop(op)
    for block, holds in zip(branches, (True, False), strict=False):
        if block is not None:
            found = _guarded(text, block, f"T, {condition}, {holds}, loops={loops}") if loads else _pure(text, block)
            names = [f"v{text.compiler.register(r)}_{len(values)}" for r in op.results]
            _assign(text, names, found)
            values.append(names)
    choose = text.constant(chosen)
    for result, yes, no in zip(op.results, *values, strict=True):
        text.line(f"v{text.compiler.register(result)} = {choose}({condition}, {yes}, {no})")


def _pure(text: FunctionText, block: ir.Block) -> list[str]:
    """What a block that only computes hands on."""
    return text.reads(text.block(block).operands)


def _guarded(text: FunctionText, block: ir.Block, guard: str) -> list[str]:
    """What a block hands on that accesses memory where a condition on data holds, or does not."""
    text.line("try:")
    text.depth += 1
    text.line(f"{text.constant(enter)}({guard})")
    terminator = text.block(block)
    text.line("T.guards.pop()")
    text.depth -= 1
    text.line(f"except {text.constant(Defect)} as defect: {text.constant(_may_not_happen)}(defect)")
    return text.reads(terminator.operands) if terminator is not None else []


def _may_not_happen(defect: Defect) -> None:
    raise NotModelled(f"under a condition that depends on data: {defect}") from None


@writes("scf.forall")
def _forall(text: FunctionText, op: ir.Operation) -> None:
    """Iterations in order, watched for conflicts (model.forall)."""
    if len(op.results):
        raise NotModelled("a parallel loop with results")
    block = op.regions[0].blocks[0]
    monitor = f"m{len(text.lines)}"
    bases = stored_bases(op)
    if bases is None:
        raise NotModelled("a parallel loop that writes by pointers made inside of it")
    written = ", ".join(f"{text.read(base)}.buffer" for base in bases)
    text.line(f"{monitor} = {text.constant(Monitor)}({loop_number(op)}, list(dict.fromkeys([{written}])))")
    text.line(f"T.monitors.append({monitor})")
    outer = text.depth
    for argument, bounds in zip(block.arguments, ranges(op), strict=True):
        check = text.constant(known)
        numbers = (f"{check}({text.read(b)}, 'a loop bound')" if isinstance(b, ir.Value) else str(b) for b in bounds)
        every = f"range({', '.join(numbers)})"
        text.line(f"for {text.name(argument)} in {f'T.machine.iterations({every})' if loop_number(op) else every}:")
        text.depth += 1
    text.line(f"{monitor}.iteration += 1")
    _assigned(text, block.arguments)
    meets, text.meets = text.meets, False
    text.block(block)
    if text.meets:
        raise NotModelled("threads that meet inside of a parallel loop")
    text.depth, text.meets = outer, meets
    text.line(f"if {monitor}.iteration: T.machine.covered.add({text.constant((place_of(op), 'once'))})")
    text.line("T.monitors.pop()")
    text.line(f"{monitor}.close()")


def _is_small(op: ir.Operation) -> bool:
    """A call of a function of the same module without regions and without calls."""
    callee = callee_of(op)
    return callee is not None and all(len(o.operation.regions) == 0 and o.operation.name != "func.call" for o in callee.operations)


@writes("func.call", where=_is_small)
def _call(text: FunctionText, op: ir.Operation) -> None:
    """The body of the function, its arguments being the operands."""
    block = callee_of(op)
    for argument, operand in zip(block.arguments, text.reads(op.operands), strict=True):
        text.rename(argument, operand)
    returned = text.reads(text.callee(block))
    for result, value in zip(op.results, returned, strict=True):
        text.line(f"{text.name(result)} = {value}")
        text.assigned(result)
