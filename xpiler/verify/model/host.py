"""The host side: device memory, copies, launches."""

from __future__ import annotations

import math
import re

from mlir import ir

from xpiler.dialects.words import word
from xpiler.frontend.byte_counts import BYTES_FIT
from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model import bang, integers, reals, simt
from xpiler.verify.model.control import call, known
from xpiler.verify.model.memory import SIZES, Buffer, Pointer
from xpiler.verify.model.memory_ops import element_type
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles, place_of
from xpiler.verify.model.races import AccessLog
from xpiler.verify.terms.term import Value

ELEMENTS_A_STEP = 8  # of a copy, which is a plain loop


@compiles("xpiler.alloc")
def _alloc(compiler: Compiler, op: ir.Operation) -> Step:
    count, result, type_ = compiler.register(op.operands[0]), compiler.register(op.results[0]), element_type(op.results[0])
    named = op.location.name_str if op.location.is_a_name() else ""

    def run(registers: Registers, thread: Thread) -> None:
        elements = known(registers[count], "the size of an allocation")
        name = named or f"device memory {len(thread.allocated) + 1}"
        thread.allocated.append(Buffer(name, type_, elements * SIZES[type_], log=AccessLog()))
        thread.machine.logs.append(thread.allocated[-1].log)
        registers[result] = Pointer(thread.allocated[-1], 0)

    return run


@compiles("xpiler.free")
def _free(compiler: Compiler, op: ir.Operation) -> Step:
    source, where = compiler.register(op.operands[0]), place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        buffer = registers[source].buffer
        if buffer not in thread.allocated:
            raise Defect("free", f"'{buffer.name}' is freed twice, or was not allocated", where)
        thread.allocated.remove(buffer)
        buffer.free()

    return run


@compiles("xpiler.extent")
def _nothing(compiler: Compiler, op: ir.Operation) -> Step:
    return lambda registers, thread: None


@compiles("xpiler.assume")
def _assume(compiler: Compiler, op: ir.Operation) -> Step:
    """What is stated is the user's; what the front end says of bytes that are counted in an int has to hold."""
    if not is_of_bytes(op):
        return lambda registers, thread: None
    fits, where = compiler.register(op.operands[0]), place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        if not known(registers[fits], "a number of bytes"):
            raise Defect("arithmetic", "a number of bytes that its int does not hold", where)

    return run


def is_of_bytes(op: ir.Operation) -> bool:
    """Whether a fact is that bytes fit the int that they are counted in."""
    return "reason" in op.attributes and ir.StringAttr(op.attributes["reason"]).value == BYTES_FIT


@compiles("xpiler.copy")
def _copy(compiler: Compiler, op: ir.Operation) -> Step:
    source, target, count, *stream = compiler.registers(op.operands)
    if stream:
        raise NotModelled("a copy on a stream")
    type_ = element_type(op.operands[0])

    def run(registers: Registers, thread: Thread) -> None:
        from_, to = registers[source], registers[target]
        elements = known(registers[count], "the size of a copy")
        if from_.buffer.is_parameter or to.buffer.is_parameter:
            host = from_.buffer if from_.buffer.is_parameter else to.buffer
            _check_copy(host, elements, SIZES[type_], thread)
        _settle(thread, elements)
        is_cut = thread.machine.in_part and thread.machine.is_cut
        from_.buffer.transfer(from_.base, to.buffer, to.base, elements, type_, thread.stamp(), written_only=is_cut)

    return run


def _check_copy(host: Buffer, elements: int, size: int, thread: Thread) -> None:
    """Notes how much of a parameter a launcher copies, which may be no more than there is: what is stated, or what the source touches."""
    if host.extent is not None and elements * size > host.extent:
        message = f"the launcher copies {elements} elements of '{host.name}', of which {host.extent // size} are known to be there"
        raise Defect("bounds", message, thread.stamp().where)
    host.copied = max(host.copied, elements * size)


def _settle(thread: Thread, elements: int) -> None:
    """A copy or fill comes after all that was launched before; its elements cost less than steps."""
    for log in thread.machine.logs:
        log.clear()
    thread.machine.budget.spend(max(elements, 0) // ELEMENTS_A_STEP)


@compiles("xpiler.memset")
def _memset(compiler: Compiler, op: ir.Operation) -> Step:
    target, byte, count, *stream = compiler.registers(op.operands)
    if stream:
        raise NotModelled("a fill on a stream")
    type_ = element_type(op.operands[0])

    def run(registers: Registers, thread: Thread) -> None:
        to, value = registers[target], filled(known(registers[byte], "the byte of a fill"), type_)
        elements = known(registers[count], "the size of a fill")
        stamp = thread.stamp()
        _settle(thread, elements)
        for i in range(elements):
            to.buffer.store(to.base + i * SIZES[type_], type_, value, stamp)

    return run


def filled(byte: int, type_: str) -> Value:
    """An element all of whose bytes are one. Raises NotModelled for floats other than zero."""
    if type_[0] == "i":
        return integers.wrapped(int.from_bytes(bytes([byte & 255]) * SIZES[type_], "little"), integers.width_of(type_))
    if byte & 255:
        raise NotModelled("a fill of floats with another byte than zero")
    return reals.literal(0.0)


@compiles("xpiler.launch")
def _launch(compiler: Compiler, op: ir.Operation) -> Step:
    callee = ir.FlatSymbolRefAttr(op.attributes["kernel"]).value
    registers_of = iter(compiler.registers(op.operands))
    sizes = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    grid, block, tasks, shared, _, arguments = ([next(registers_of) for _ in range(n)] for n in sizes)

    event, kind = (place_of(op), "blocks"), word(op.attributes["task_kind"]) if tasks else ""

    def run(registers: Registers, thread: Thread) -> None:
        kernel = compiler.program.functions[callee]
        values = [registers[r] for r in arguments]
        if math.prod(_numbers(registers, grid or tasks)) > 1:
            thread.machine.covered.add(event)
        if tasks:
            bang.launch(thread.machine, kernel, values, _numbers(registers, tasks), kind)
            return
        bytes_ = known(registers[shared[0]], "the size of shared memory") if shared else 0
        warp = warp_size(str(compiler.program.target))
        if bytes_ > compiler.program.most_shared_bytes:
            raise Defect("launch", f"a launch of {bytes_} bytes of shared memory a block, which has {compiler.program.most_shared_bytes}")
        simt.launch(thread.machine, kernel, values, _numbers(registers, grid), _numbers(registers, block), bytes_, warp)

    return run


def _numbers(registers: Registers, which: list[int]) -> tuple[int, ...]:
    return tuple(known(registers[r], "a launch geometry") for r in which)


def warp_size(target: str) -> int:
    """Lanes of a warp on a target: 64 on HIP's gfx9, else 32."""
    return 64 if re.search(r'"hip".*gfx9', target) else 32


@compiles("xpiler.call")
def _call(compiler: Compiler, op: ir.Operation) -> Step:
    callee = ir.FlatSymbolRefAttr(op.attributes["kernel"]).value
    operands = compiler.registers(op.operands)

    def run(registers: Registers, thread: Thread) -> None:
        call(compiler.program.functions[callee], [registers[r] for r in operands], thread)

    return run
