"""Vectors of one dimension: tuples of lanes."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.words import ASYNC
from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model import async_copies
from xpiler.verify.model.byte_pieces import pieces
from xpiler.verify.model.control import known
from xpiler.verify.model.integers import unsigned, width_of, wrapped
from xpiler.verify.model.memory import SIZES, Pointer, retyped
from xpiler.verify.model.memory_ops import access, element_type, load, store
from xpiler.verify.model.program import Compiler, Registers, Step, Thread, compiles, located
from xpiler.verify.model.reals import operation
from xpiler.verify.model.scalar_ops import element_of
from xpiler.verify.terms.term import Value, make

DYNAMIC = -(1 << 63)
REDUCTIONS = {"maxnumf": "arith.maxnumf", "minnumf": "arith.minnumf", "maximumf": "arith.maximumf", "minimumf": "arith.minimumf"}
INTEGER_REDUCTIONS = {
    "add": "addi",
    "mul": "muli",
    "minsi": "minsi",
    "maxsi": "maxsi",
    "minui": "minui",
    "maxui": "maxui",
    "and": "andi",
    "or": "ori",
    "xor": "xori",
}


@compiles("vector.broadcast")
def _broadcast(compiler: Compiler, op: ir.Operation) -> Step:
    source, result = compiler.register(op.operands[0]), compiler.register(op.results[0])
    element_of(op.results[0].type)
    lanes = ir.VectorType(op.results[0].type).shape[0]
    if isinstance(op.operands[0].type, ir.VectorType):
        raise NotModelled("a broadcast of a vector")

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = (registers[source],) * lanes

    return run


@compiles("vector.from_elements")
def _from_elements(compiler: Compiler, op: ir.Operation) -> Step:
    sources, result = compiler.registers(op.operands), compiler.register(op.results[0])
    element_of(op.results[0].type)

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = tuple(registers[r] for r in sources)

    return run


def _position(op: ir.Operation, dynamic: list[int]) -> tuple[bool, int]:
    """The one position of vector.extract and insert: a register or a number."""
    positions = list(ir.DenseI64ArrayAttr(op.attributes["static_position"]))
    if len(positions) != 1:
        raise NotModelled("a position in a vector of several dimensions")
    return (True, dynamic[0]) if positions[0] == DYNAMIC else (False, positions[0])


@compiles("vector.extract")
def _extract(compiler: Compiler, op: ir.Operation) -> Step:
    source, *dynamic = compiler.registers(op.operands)
    result = compiler.register(op.results[0])
    is_register, number = _position(op, dynamic)

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = registers[source][known(registers[number], "a lane") if is_register else number]

    return run


@compiles("vector.insert")
def _insert(compiler: Compiler, op: ir.Operation) -> Step:
    value, target, *dynamic = compiler.registers(op.operands)
    result = compiler.register(op.results[0])
    is_register, number = _position(op, dynamic)

    def run(registers: Registers, thread: Thread) -> None:
        lanes = list(registers[target])
        lanes[known(registers[number], "a lane") if is_register else number] = registers[value]
        registers[result] = tuple(lanes)

    return run


@compiles("vector.insert_strided_slice")
def _insert_slice(compiler: Compiler, op: ir.Operation) -> Step:
    """Consecutive lanes in place of others."""
    part, target = compiler.registers(op.operands)
    result = compiler.register(op.results[0])
    first, *others = (ir.IntegerAttr(n).value for n in ir.ArrayAttr(op.attributes["offsets"]))
    if others:
        raise NotModelled("a slice of a vector of several dimensions")

    def run(registers: Registers, thread: Thread) -> None:
        lanes = registers[target]
        registers[result] = (*lanes[:first], *registers[part], *lanes[first + len(registers[part]) :])

    return run


@compiles("vector.extract_strided_slice")
def _extract_slice(compiler: Compiler, op: ir.Operation) -> Step:
    """Consecutive lanes."""
    source, result = compiler.register(op.operands[0]), compiler.register(op.results[0])
    first, *others = (ir.IntegerAttr(n).value for n in ir.ArrayAttr(op.attributes["offsets"]))
    if others:
        raise NotModelled("a slice of a vector of several dimensions")
    end = first + ir.VectorType(op.results[0].type).shape[0]

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = registers[source][first:end]

    return run


SIMT = ("cuda", "hip")


def _alignment(op: ir.Operation, base: ir.Value, lanes: int) -> int:
    """The bytes an access must be a multiple of: what the operation states, and the whole vector on a SIMT platform.

    Raises NotModelled where the start of an array is not known to be aligned so; that of a parameter is an assumption.
    """
    stated = ir.IntegerAttr(op.attributes["alignment"]).value if "alignment" in op.attributes else 0
    width = SIZES[element_type(base)] * lanes
    simt = _platform(op) in SIMT
    if simt and width & (width - 1) == 0:
        if ir.MemRefType(base.type).memory_space is not None and declared_alignment(base) < width:
            raise NotModelled("a wide access to an array whose alignment is not known")
        return width
    return stated


def declared_alignment(base: ir.Value) -> int:
    """The bytes that the array behind a memref states to start at a multiple of; 0 where it states nothing."""
    while not isinstance(base.owner, ir.Block) and base.owner.operation.name in ("memref.collapse_shape", "memref.cast"):
        base = base.owner.operation.operands[0]
    array = None if isinstance(base.owner, ir.Block) else base.owner.operation
    if array is None or array.name != "memref.alloca" or "alignment" not in array.attributes:
        return 0
    return ir.IntegerAttr(array.attributes["alignment"]).value


def _platform(op: ir.Operation) -> str:
    while op.name != "builtin.module":
        op = op.parent.operation
    return str(op.attributes["xpiler.target"]).split('"')[1] if "xpiler.target" in op.attributes else ""


def _check_alignment(pointer: Pointer, offset: int, bytes_: int, thread: Thread) -> None:
    if bytes_ and offset % bytes_:
        name = pointer.buffer.name
        raise Defect("alignment", f"a wide access to '{name}' at byte {offset}, which is no multiple of {bytes_}", thread.where)
    pointer.buffer.alignment = max(pointer.buffer.alignment, bytes_)


@compiles("vector.load")
def _load(compiler: Compiler, op: ir.Operation) -> Step:
    at = access(compiler, op.operands[0], op.operands[1:])
    result = compiler.register(op.results[0])
    type_, lanes = element_type(op.operands[0]), ir.VectorType(op.results[0].type).shape[0]
    alignment = _alignment(op, op.operands[0], lanes)
    read = async_copies.read if any(ASYNC in use.owner.operation.attributes for use in op.results[0].uses) else load

    def run(registers: Registers, thread: Thread) -> None:
        pointer, offset = at(registers)
        _check_alignment(pointer, offset, alignment, thread)
        registers[result] = tuple(read(thread, pointer.buffer, offset + SIZES[type_] * i, type_) for i in range(lanes))

    return located(op, run)


@compiles("vector.store")
def _store(compiler: Compiler, op: ir.Operation) -> Step:
    source = compiler.register(op.operands[0])
    at = access(compiler, op.operands[1], op.operands[2:])
    type_ = element_type(op.operands[1])
    alignment = _alignment(op, op.operands[1], ir.VectorType(op.operands[0].type).shape[0])
    write = async_copies.write if ASYNC in op.attributes else store

    def run(registers: Registers, thread: Thread) -> None:
        pointer, offset = at(registers)
        _check_alignment(pointer, offset, alignment, thread)
        for i, value in enumerate(registers[source]):
            write(thread, pointer.buffer, offset + SIZES[type_] * i, type_, value)

    return located(op, run)


@compiles("vector.maskedload")
def _masked_load(compiler: Compiler, op: ir.Operation) -> Step:
    base, *indices, mask, otherwise = op.operands
    at = access(compiler, base, indices)
    mask_register, otherwise_register, result = compiler.register(mask), compiler.register(otherwise), compiler.register(op.results[0])
    type_ = element_type(base)

    def run(registers: Registers, thread: Thread) -> None:
        pointer, offset = at(registers)
        lanes = zip(registers[mask_register], registers[otherwise_register], strict=True)
        registers[result] = tuple(
            load(thread, pointer.buffer, offset + SIZES[type_] * i, type_) if known(m, "a mask") else other
            for i, (m, other) in enumerate(lanes)
        )

    return located(op, run)


@compiles("vector.maskedstore")
def _masked_store(compiler: Compiler, op: ir.Operation) -> Step:
    base, *indices, mask, value = op.operands
    at = access(compiler, base, indices)
    mask_register, source = compiler.register(mask), compiler.register(value)
    type_ = element_type(base)

    def run(registers: Registers, thread: Thread) -> None:
        pointer, offset = at(registers)
        for i, (m, lane) in enumerate(zip(registers[mask_register], registers[source], strict=True)):
            if known(m, "a mask"):
                store(thread, pointer.buffer, offset + SIZES[type_] * i, type_, lane)

    return located(op, run)


@compiles("vector.reduction")
def _reduction(compiler: Compiler, op: ir.Operation) -> Step:
    source, *start = compiler.registers(op.operands)
    result = compiler.register(op.results[0])
    combine = _combine(str(op.attributes["kind"]).partition("<")[2].rstrip("> "), str(op.results[0].type))

    def run(registers: Registers, thread: Thread) -> None:
        lanes = [*(registers[r] for r in start), *registers[source]]
        total = lanes[0]
        for lane in lanes[1:]:
            total = combine(total, lane)
        registers[result] = total

    return run


def _combine(kind: str, type_: str):
    from xpiler.verify.model.integers import binary

    if type_[0] == "i":
        return binary(INTEGER_REDUCTIONS[kind], width_of(type_), False)
    found = operation(REDUCTIONS.get(kind, {"add": "arith.addf", "mul": "arith.mulf"}.get(kind, "")), type_)
    if found is None:
        raise NotModelled(f"a vector reduction of kind '{kind}'")
    return found


@compiles("vector.bitcast")
def _bitcast(compiler: Compiler, op: ir.Operation) -> Step:
    source, result = compiler.register(op.operands[0]), compiler.register(op.results[0])
    types = [element_of(v.type) for v in (op.operands[0], op.results[0])]

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = recast(registers[source], *types)

    return run


def recast(lanes: tuple[Value, ...], source: str, target: str) -> tuple[Value, ...]:
    """The lanes' bits, first lane lowest, cut into lanes of another type; floats go through integers of their width."""
    if source == target:
        return lanes
    if "i1" in (source, target):
        return _flags(lanes, source, target)
    if SIZES[source] == SIZES[target]:
        return tuple(retyped(lane, source, target) for lane in lanes)
    from_, to = (f"i{8 * SIZES[type_]}" for type_ in (source, target))
    bits = tuple(retyped(lane, source, from_) for lane in lanes)
    return tuple(retyped(lane, to, target) for lane in cut(bits, width_of(from_), width_of(to)))


def _flags(lanes: tuple[Value, ...], source: str, target: str) -> tuple[Value, ...]:
    """The bits of a number as a mask, or a mask as a number; flags are one bit wide in a vector."""
    if source[0] == target[0] == "i":
        return cut(lanes, width_of(source), width_of(target))
    raise NotModelled(f"a vector of {source} taken as one of {target}")


def cut(lanes: tuple[Value, ...], wide: int, narrow: int) -> tuple[Value, ...]:
    """Integers of one width as integers of another one, the bits in their order."""
    if all(isinstance(lane, int) for lane in lanes):
        bits = sum(unsigned(lane, wide) << (wide * i) for i, lane in enumerate(lanes))
        return tuple(wrapped(bits >> (narrow * i), narrow) for i in range(len(lanes) * wide // narrow))
    if wide < narrow:
        group = narrow // wide
        return tuple(_packed(lanes[i : i + group], wide, narrow) for i in range(0, len(lanes), group))
    return tuple(part for lane in lanes for part in pieces(lane, wide, narrow))


def _packed(parts: tuple[Value, ...], wide: int, narrow: int) -> Value:
    return make("pack", wide, narrow, *parts)
