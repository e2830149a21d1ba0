"""Loads, stores, allocations and views."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model import chosen
from xpiler.verify.model.chosen import Update
from xpiler.verify.model.control import known
from xpiler.verify.model.forall import loops_of
from xpiler.verify.model.guarded_stores import guarded, under, within
from xpiler.verify.model.integers import binary, width_of
from xpiler.verify.model.memory import SIZES, Buffer, Pointer
from xpiler.verify.model.places import Place, moved
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles, place_of
from xpiler.verify.model.races import AccessLog
from xpiler.verify.model.reals import operation
from xpiler.verify.null_tests import SOME_ADDRESS, only_tested_for_null
from xpiler.verify.terms.term import Value, undefined

DYNAMIC = ir.ShapedType.get_dynamic_size()


def element_type(value: ir.Value) -> str:
    """The element type of a memref; NotModelled for elements that are neither numbers nor flags."""
    name = str(ir.MemRefType(value.type).element_type)
    if name not in SIZES and ".fragment<" not in name:
        raise NotModelled(f"memory of elements of type {name}")
    return name


def space_of(value: ir.Value) -> str:
    """The memory space's word; "" for the default."""
    space = ir.MemRefType(value.type).memory_space
    return "" if space is None else str(space).partition("<")[2].partition(" ")[0].rstrip(">")


def load(thread: Thread, buffer: Buffer, offset: int | Place, type_: str) -> Value:
    """One element, as this thread sees it."""
    if type(offset) is Place:
        return chosen.load(thread, buffer, offset, type_)
    if buffer.watched:
        for monitor in thread.monitors:
            monitor.read(buffer, offset, thread)
    value = buffer.load(offset, type_, thread.stamp())
    if thread.guards:
        value = within(thread, value)
    if thread.recording:
        thread.copies.reads(buffer, offset)
    return value


def store(thread: Thread, buffer: Buffer, offset: int | Place, type_: str, value: Value) -> None:
    """Writes one element."""
    if type(offset) is Place:
        chosen.store(thread, buffer, offset, type_, value, store)
        return
    if thread.guards:
        value = guarded(thread, buffer, offset, type_, value)
    if buffer.watched:
        for monitor in thread.monitors:
            monitor.write(buffer, offset, thread)
    if thread.recording:
        thread.copies.writes(buffer, offset, type_, value)
    elif buffer.is_plain(offset, SIZES[type_]):
        buffer.cells[offset] = (type_, value)
        buffer.writers[offset] = thread.where
    else:
        buffer.store(offset, type_, value, thread.stamp(), thread.machine and thread.machine.alike)


def update(thread: Thread, buffer: Buffer, offset: int | Place, type_: str, by: Update) -> None:
    """Updates one element at once."""
    if type(offset) is Place:
        chosen.update(thread, buffer, offset, type_, by, update)
        return
    if thread.recording:
        raise NotModelled("an atomic update as an asynchronous copy")
    if buffer.watched:
        for monitor in thread.monitors:
            monitor.update(buffer, offset, by.kind, thread)
    guards = list(thread.guards)
    combine = by.combine if not guards else lambda old: under(guards, by.combine(old), old)
    buffer.update(offset, type_, by.kind, combine, thread.stamp())


def access(compiler: Compiler, base: ir.Value, indices: list[ir.Value]) -> Callable[[Registers], tuple[Pointer, int]]:
    """Pointer and byte offset of an element; each subscript must be within its dimension where that is known."""
    base_register, index_registers = compiler.register(base), compiler.registers(indices)
    size = SIZES[element_type(base)]
    if len(index_registers) == 1:
        only = index_registers[0]

        def at_one(registers: Registers) -> tuple[Pointer, int]:
            pointer = registers[base_register]
            index = registers[only]
            return pointer, pointer.base + size * index if type(index) is int else moved(pointer.base, size, index)

        return at_one

    def at(registers: Registers) -> tuple[Pointer, int]:
        pointer = registers[base_register]
        offset = 0
        for register, extent in zip(index_registers, pointer.sizes, strict=True):
            number = known(registers[register], "an address")
            if not 0 <= number < extent:
                raise Defect("bounds", f"subscript {number} of a dimension of {extent} of '{pointer.buffer.name}'")
            offset = offset * extent + number
        return pointer, pointer.base + size * offset

    return at


@compiles("memref.load")
def _load(compiler: Compiler, op: ir.Operation) -> Step:
    at, type_ = access(compiler, op.operands[0], list(op.operands)[1:]), element_type(op.operands[0])
    result, where = compiler.register(op.results[0]), place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where or thread.where
        pointer, offset = at(registers)
        registers[result] = load(thread, pointer.buffer, offset, type_)

    return run


@compiles("memref.store")
def _store(compiler: Compiler, op: ir.Operation) -> Step:
    at, type_ = access(compiler, op.operands[1], list(op.operands)[2:]), element_type(op.operands[1])
    source, where = compiler.register(op.operands[0]), place_of(op)

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where or thread.where
        pointer, offset = at(registers)
        store(thread, pointer.buffer, offset, type_, registers[source])

    return run


@compiles("memref.alloca")
def _alloca(compiler: Compiler, op: ir.Operation) -> Step:
    type_ = element_type(op.results[0])
    space = space_of(op.results[0])
    if space in ("sram", "constant"):
        raise NotModelled(f"an array in {space}")
    dynamic, result = compiler.registers(op.operands), compiler.register(op.results[0])
    shape = ir.MemRefType(op.results[0].type).shape
    name, site = op.location.name_str if op.location.is_a_name() else "an array", object()
    loops = loops_of(op) if space == "" else frozenset()

    def make_buffer(sizes: tuple[int, ...]) -> Buffer:
        extent = SIZES[type_]
        for size in sizes:
            extent *= size
        return Buffer(name, type_, extent, loops=loops, log=AccessLog() if space == "shared" else None)

    def run(registers: Registers, thread: Thread) -> None:
        numbers = iter([known(registers[r], "the size of an array") for r in dynamic])
        sizes = tuple(next(numbers) if s == DYNAMIC else s for s in shape)
        if space == "shared":
            if site not in thread.shared:
                thread.shared[site] = make_buffer(sizes)
            buffer = thread.shared[site]
        else:
            buffer = make_buffer(sizes)
        registers[result] = Pointer(buffer, 0, sizes)

    return run


@compiles("memref.dealloc")
def _dealloc(compiler: Compiler, op: ir.Operation) -> Step:
    return lambda registers, thread: None


@compiles("memref.dim")
def _dim(compiler: Compiler, op: ir.Operation) -> Step:
    """The extent of a dimension; for a parameter, whose extent the type does not say, it is unknown."""
    source, number, result = compiler.register(op.operands[0]), compiler.register(op.operands[1]), compiler.register(op.results[0])
    size = SIZES[element_type(op.operands[0])]

    def run(registers: Registers, thread: Thread) -> None:
        pointer, position = registers[source], known(registers[number], "a dimension")
        if pointer.sizes:
            registers[result] = pointer.sizes[position]
        elif pointer.buffer.is_parameter or pointer.base or pointer.buffer.extent is None:
            raise NotModelled("the extent of a pointer")
        else:
            registers[result] = pointer.buffer.extent // size

    return run


@compiles("memref.collapse_shape", "memref.cast")
def _same_memory(compiler: Compiler, op: ir.Operation) -> Step:
    source, result = compiler.register(op.operands[0]), compiler.register(op.results[0])
    rank = len(ir.MemRefType(op.results[0].type).shape)
    if rank != 1:
        raise NotModelled(f"'{op.name}' to several dimensions")

    def run(registers: Registers, thread: Thread) -> None:
        pointer = registers[source]
        registers[result] = Pointer(pointer.buffer, pointer.base)

    return run


@compiles("xpiler.view")
def _view(compiler: Compiler, op: ir.Operation) -> Step:
    source, offset, result = compiler.register(op.operands[0]), compiler.register(op.operands[1]), compiler.register(op.results[0])
    size = SIZES[element_type(op.operands[0])]
    element_type(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        pointer = registers[source]
        registers[result] = Pointer(pointer.buffer, moved(pointer.base, size, registers[offset]))

    return run


UPDATES = {
    "addf": "arith.addf",
    "maxnumf": "arith.maxnumf",
    "minnumf": "arith.minnumf",
    "maximumf": "arith.maximumf",
    "minimumf": "arith.minimumf",
}
INTEGER_UPDATES = {
    "addi": "addi",
    "muli": "muli",
    "mins": "minsi",
    "maxs": "maxsi",
    "minu": "minui",
    "maxu": "maxui",
    "andi": "andi",
    "ori": "ori",
}
# Upstream's numbers of the kinds of memref.atomic_rmw, in order.
KINDS = (
    "addf",
    "addi",
    "andi",
    "assign",
    "maximumf",
    "maxnumf",
    "maxs",
    "maxu",
    "minimumf",
    "minnumf",
    "mins",
    "minu",
    "mulf",
    "muli",
    "ori",
)


@compiles("memref.atomic_rmw")
def _atomic(compiler: Compiler, op: ir.Operation) -> Step:
    """An update that commutes with its like; the old value is unknown, so that using it proves nothing."""
    type_ = element_type(op.operands[1])
    number = ir.IntegerAttr(op.attributes["kind"]).value
    kind = KINDS[number] if number < len(KINDS) else str(number)
    if kind in UPDATES:
        combine = operation(UPDATES[kind], type_)
    elif kind in INTEGER_UPDATES:
        combine = binary(INTEGER_UPDATES[kind], width_of(type_), False)
    else:
        raise NotModelled(f"an atomic update of kind '{kind}'")
    return _updated(compiler, op, op.operands[0], (op.operands[1], list(op.operands)[2:]), kind, combine)


def _updated(
    compiler: Compiler, op: ir.Operation, by: ir.Value, place: tuple[ir.Value, list[ir.Value]], kind: str, combine: Callable[..., Value]
) -> Step:
    value, at, type_, result = compiler.register(by), access(compiler, *place), element_type(place[0]), compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        pointer, offset = at(registers)
        operand = registers[value]
        update(thread, pointer.buffer, offset, type_, Update(kind, lambda old: combine(old, operand)))
        registers[result] = undefined()

    return run


@compiles("memref.generic_atomic_rmw")
def _subtraction(compiler: Compiler, op: ir.Operation) -> Step:
    """`atomicSub`: the old value less another, which commutes with sums. Any other update is not known to commute with itself."""
    block = op.regions[0].blocks[0]
    update, *rest = block.operations
    old = block.arguments[0]
    if len(rest) != 1 or update.operation.name not in ("arith.subi", "arith.subf") or update.operation.operands[0] != old:
        raise NotModelled("an atomic update of a kind of its own")
    value = update.operation.operands[1]
    if value == old or rest[0].operation.operands[0] != update.operation.results[0]:
        raise NotModelled("an atomic update of a kind of its own")
    type_ = element_type(op.operands[0])
    combine = operation("arith.subf", type_) if type_[0] != "i" else binary("subi", width_of(type_), False)
    kind = "addi" if type_[0] == "i" else "addf"
    return _updated(compiler, op, value, (op.operands[0], list(op.operands)[1:]), kind, combine)


@compiles("memref.extract_aligned_pointer_as_index")
def _address(compiler: Compiler, op: ir.Operation) -> Step:
    """A test for null: what is accessed is there. Addresses have no other use here."""
    if not only_tested_for_null(op):
        raise NotModelled("an address that is computed with")
    base, result = compiler.register(op.operands[0]), compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        buffer = registers[base].buffer
        if buffer.is_parameter:
            thread.machine.not_null.add(buffer.name)
        registers[result] = SOME_ADDRESS

    return run
