"""The runtime library that launchers call: device memory, copies, and calls that change nothing we say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlir import ir

from xpiler.frontend.byte_counts import elements
from xpiler.frontend.c_types import I32, U64, PointerType, Void, size_of
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.reader import Reader
from xpiler.frontend.values import AddressOf, Null, Opaque, Pointer, Scalar, Value

ASYNCHRONOUS = "Async"  # in the name of a copy that the host does not wait for


@dataclass(frozen=True)
class StreamCalls:
    """A platform's names for what it does with streams or queues."""

    make: tuple[str, ...]
    destroy: tuple[str, ...]
    wait: tuple[str, ...]
    wait_for_all: tuple[str, ...]

    def builtins(self) -> dict[str, Handler]:
        return {
            **dict.fromkeys(self.make, _then_success(lambda call: call.reader.streams.make(call))),
            **dict.fromkeys(self.destroy, _then_success(lambda call: call.reader.streams.destroy(call))),
            **dict.fromkeys(self.wait, _then_success(lambda call: call.reader.streams.wait(call))),
            **dict.fromkeys(self.wait_for_all, _then_success(lambda call: call.reader.streams.wait_for_all())),
        }


def _then_success(effect: Callable[[Call], None]) -> Handler:
    def handle(call: Call) -> Value | None:
        effect(call)
        return succeed(call)

    return handle


@dataclass(frozen=True)
class Runtime:
    """A platform's names for what every runtime has."""

    malloc: tuple[str, ...]
    free: tuple[str, ...]
    copy: tuple[str, ...]
    set_bytes: tuple[str, ...]
    copy_kinds: Mapping[int, str]  # the platform's enumerators -> h2d, d2h, d2d
    ignored: tuple[str, ...]  # calls that succeed
    streams: StreamCalls
    messages: tuple[str, ...] = ()  # calls that return text

    def builtins(self) -> dict[str, Handler]:
        found: dict[str, Handler] = dict.fromkeys(self.malloc, allocate) | dict.fromkeys(self.free, release)
        found |= dict.fromkeys(self.copy, self.copied) | dict.fromkeys(self.set_bytes, set_bytes) | self.streams.builtins()
        return found | dict.fromkeys(self.ignored, succeed) | dict.fromkeys(self.messages, message)

    def out_parameters(self) -> dict[str, int]:
        """Calls that assign through an address: their variables stay variables."""
        return dict.fromkeys((*self.malloc, *self.streams.make, *self.ignored), 0)

    def copied(self, call: Call) -> Value:
        """`memcpy(destination, source, bytes, kind[, stream])`."""
        kind = self.copy_kinds.get(call.constant(3))
        target, source = call.pointer(0), call.pointer(1)
        if kind is None:
            kind = _deduced(call, source.base, target.base)
        _check_direction(call, kind, source.base, target.base)
        count = _count(call, 2, target if not isinstance(target.pointee, Void) else source)
        if kind == "d2h" and len(call) <= 4:
            call.reader.streams.read_back(call.reader)
        stream = stream_of(call.reader, call.any(4) if len(call) > 4 else None)
        if kind == "d2h" and ASYNCHRONOUS in call.name:
            call.reader.streams.return_later(call.reader, call.any(4) if len(call) > 4 else None)
        operands = [whole(call.reader, source), whole(call.reader, target), count, *stream]
        call.emit("xpiler.copy", operands, kind=f"#xpiler.copy_kind<{kind}>")
        return success(call)


def success(call: Call) -> Value:
    """The status every runtime call returns here: 0, so that checks of it fold away."""
    return call.result(call.reader.builder.constant(0, call.result_type.mlir()))


def succeed(call: Call) -> Value | None:
    return None if isinstance(call.result_type, Void) else success(call)


def message(call: Call) -> Value:
    return Opaque(call.result_type, "no error")


def allocate(call: Call) -> Value:
    """`malloc(&pointer, bytes)`: the pointer gets device memory of its own type."""
    address = call.any(0)
    if not isinstance(address, AddressOf) or not isinstance(address.place.ctype, PointerType):
        raise call.fail(f"argument 1 of '{call.name}' is not the address of a pointer variable")
    pointee = address.place.ctype.pointee
    if isinstance(pointee, Void):
        raise call.refuse("device memory without a type is not supported", "declare the pointer with the type of its elements")
    from xpiler.frontend.c_types import memory_type, scalar_of

    count = elements(call.reader.builder, call.value(1), call.ctype(1), size_of(scalar_of(pointee)))
    kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], memory_type(pointee))
    base = call.emit("xpiler.alloc", [count], [kind]).results[0]
    address.place.store(call.reader, Pointer(base, None, pointee))
    name_base(call.reader, base, address)
    return success(call)


def name_base(reader: Reader, base: ir.Value, address: AddressOf) -> None:
    """Names an allocation after its variable."""
    variable = getattr(address.place, "variable", None)
    if variable is not None:
        reader.name_value(Scalar(base, I32), variable.name)


def release(call: Call) -> Value:
    value = call.any(0)
    if isinstance(value, Pointer):
        call.emit("xpiler.free", [value.base])
    elif not isinstance(value, Null):
        raise call.fail(f"argument 1 of '{call.name}' is no device memory")
    return success(call)


def set_bytes(call: Call) -> Value:
    """`memset(buffer, value, bytes[, stream])`."""
    target = call.pointer(0)
    stream = stream_of(call.reader, call.any(3) if len(call) > 3 else None)
    call.emit("xpiler.memset", [whole(call.reader, target), call.value(1, I32), _count(call, 2, target), *stream])
    return success(call)


def _count(call: Call, position: int, pointer: Pointer) -> ir.Value:
    """A byte count as elements of the buffer."""
    width = ir.MemRefType(pointer.base.type).element_type
    bits = getattr(width, "width", 8)
    return elements(call.reader.builder, call.value(position), U64, bits // 8)


def _deduced(call: Call, source: ir.Value, target: ir.Value) -> str:
    """The direction of a copy that does not say it: device memory is what was allocated here."""
    letters = ["d" if not isinstance(base.owner, ir.Block) else "h" for base in (source, target)]
    if letters == ["h", "h"]:
        raise call.refuse("a copy within host memory is not supported")
    return f"{letters[0]}2{letters[1]}"


def _check_direction(call: Call, kind: str, source: ir.Value, target: ir.Value) -> None:
    """Refuses to take what was allocated on the device for host memory; a parameter may be either."""
    for letter, base, end in ((kind[0], source, "source"), (kind[2], target, "destination")):
        if letter == "h" and not isinstance(base.owner, ir.Block) and base.owner.name == "xpiler.alloc":
            raise call.fail(f"the direction of this copy does not fit: its {end} is device memory")


def whole(reader: Reader, pointer: Pointer) -> ir.Value:
    """A pointer as the buffer from there on."""
    return pointer.base if pointer.offset is None else reader.arrays.buffer(pointer)


def stream_of(reader: Reader, value: Value | None) -> list[ir.Value]:
    """The stream operand of work: a parameter of the launcher; none for the default and for streams made on the way.

    Raises InvalidInput where there is no such stream, Unsupported where nothing orders the work after that of another one.
    """
    reader.streams.work(reader, value)
    return [value.ssa] if isinstance(value, Scalar) and isinstance(value.ssa.owner, ir.Block) else []
