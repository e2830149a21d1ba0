"""CUDA's and HIP's host runtime, and their launches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.diagnostics import InvalidInput
from xpiler.frontend.c_types import I32, U32, U64, CType, OpaqueType, StructType, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.conversions import convert
from xpiler.frontend.cursors import callee, children, definition_of
from xpiler.frontend.host_runtime import Runtime, StreamCalls, stream_of, succeed, whole
from xpiler.frontend.language import Handler, LaunchText
from xpiler.frontend.parameters import passed
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.symbol_memory import FILLS, buffer_of, symbols_of
from xpiler.frontend.symbol_memory import fill as fill_symbol
from xpiler.frontend.values import Aggregate, Null, Pointer, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

IGNORED = (
    "GetLastError", "PeekAtLastError", "SetDevice", "EventCreate", "EventRecord", "EventSynchronize", "EventDestroy", "EventElapsedTime",
)  # fmt: skip
RAISES_SHARED_LIMIT = "xpiler.raises_shared_limit"  # of a module
GROUPS: dict[str, CType] = dict.fromkeys(
    ("thread_block", "cooperative_groups::thread_block", "cg::thread_block"), OpaqueType("thread_block")
)


def runtime(simt: Simt) -> Runtime:
    """The calls by the platform's prefix."""

    def named(*words: str) -> tuple[str, ...]:
        return tuple(f"{simt.name}{word}" for word in words)

    return Runtime(
        malloc=named("Malloc", "MallocManaged"),
        free=named("Free"),
        copy=named("Memcpy", "MemcpyAsync"),
        set_bytes=named("Memset", "MemsetAsync"),
        copy_kinds={1: "h2d", 2: "d2h", 3: "d2d"},
        ignored=named(*IGNORED),
        streams=StreamCalls(
            make=named("StreamCreate"),
            destroy=named("StreamDestroy"),
            wait=named("StreamSynchronize"),
            wait_for_all=named("DeviceSynchronize", "ThreadSynchronize", "DeviceReset"),
        ),
        messages=named("GetErrorString", "GetErrorName"),
    )


def types(simt: Simt) -> dict[str, CType]:
    return {f"{simt.name}Stream_t": OpaqueType("stream", "!xpiler.stream"), f"{simt.name}Event_t": OpaqueType("event"), **GROUPS}


def out_parameters(simt: Simt) -> dict[str, int]:
    return runtime(simt).out_parameters()


def extents(call: Call) -> Value:
    """`dim3(x, y, z)`, or a uint3 as dim3."""
    ctype = call.result_type
    assert isinstance(ctype, StructType)
    if len(call) == 1 and isinstance(call.ctype(0), Vector):
        vector = call.value(0)
        parts = [call.reader.lanes.extract(vector, k) for k in range(3)]
    else:
        parts = [call.value(k, U32) for k in range(3)]
    return Aggregate(ctype, {name: Scalar(part, U32) for name, part in zip("xyz", parts, strict=True)})


def raise_shared_limit(call: Call) -> Value | None:
    """`cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)`: noted for what judges launches."""
    call.reader.module.operation.attributes[RAISES_SHARED_LIMIT] = ir.UnitAttr.get()
    return succeed(call)


def builtins(simt: Simt) -> dict[str, Handler]:
    raising = {f"{simt.name}FuncSetAttribute": raise_shared_limit}
    return {**runtime(simt).builtins(), **raising, "dim3::dim3": extents, f"{simt.name}{FILLS}": fill_symbol}


def launch(reader: Reader, cursor: Cursor, kernel: str) -> None:
    """`kernel<<<grid, block, shared, stream>>>(arguments)`."""
    configuration = children(cursor)[1]
    if configuration.kind != CursorKind.CALL_EXPR or "PushCallConfiguration" not in configuration.spelling:
        raise reader.unsupported("a kernel called without a launch geometry", "launch it with <<<grid, block>>>")
    from xpiler.frontend.call_expressions import arguments_of

    grid, block, shared, stream = (reader.rvalue(part) for part in arguments_of(configuration, configuration.referenced))
    assert isinstance(shared, Scalar)
    parts = [_extents(grid), _extents(block), [], _shared(reader, shared), stream_of(reader, stream)]
    operands = launch_arguments(reader, cursor, kernel)
    segments = ir.DenseI32ArrayAttr.get([len(part) for part in [*parts, operands]])
    attributes = {"kernel": ir.FlatSymbolRefAttr.get(kernel), "operandSegmentSizes": segments}
    reader.builder.op("xpiler.launch", [value for part in [*parts, operands] for value in part], attributes=attributes)


def _extents(value: Value) -> list[ir.Value]:
    assert isinstance(value, Aggregate)
    return [part.ssa for part in value.fields.values() if isinstance(part, Scalar)]


def _shared(reader: Reader, value: Scalar) -> list[ir.Value]:
    from xpiler.frontend.builder import constant_of

    return [] if constant_of(value.ssa) == 0 else [convert(reader.builder, value.ssa, U64, I32)]


def launch_arguments(reader: Reader, cursor: Cursor, kernel: str) -> list[ir.Value]:
    """The kernel's arguments as its operands."""
    given = [value for argument in cursor.get_arguments() for value in passed(reader, reader.rvalue(argument))]
    launched = callee(cursor)
    given += [buffer_of(reader, symbol) for symbol in symbols_of(reader, definition_of(launched) or launched)] if launched else []
    return [_operand(reader, value, kernel, position) for position, value in enumerate(given)]


def _operand(reader: Reader, value: Value, kernel: str, position: int) -> ir.Value:
    if isinstance(value, Scalar):
        return value.ssa
    function = ir.SymbolTable(reader.module.operation)[kernel].operation
    taken = function.regions[0].blocks[0].arguments[position].type
    if isinstance(value, Null):
        return reader.builder.poison(taken)
    if isinstance(value, Pointer):
        given = whole(reader, value)
        if given.type == taken or not isinstance(taken, ir.MemRefType):
            return given
        return reader.builder.value("xpiler.view", [given, reader.builder.index(0)], taken)  # a `void *` of the kernel's
    raise reader.unsupported(f"this argument of the kernel '{kernel}'")


def launch_text(stream: str) -> LaunchText:
    """Writes a device launcher in the platform's own words, for clang to read."""

    def write(launcher: str, kernel: str, geometry: dict[str, list[str]], parameters: list[str], names: list[str]) -> str:
        if not {"grid", "block"} <= set(geometry) <= {"grid", "block", "shared"}:
            raise InvalidInput("--launch needs 'grid' and 'block', and may have 'shared'", hint="for example grid=(n+255)/256,block=256")
        grid, block = (", ".join(geometry[key]) for key in ("grid", "block"))
        shared = ", ".join(geometry.get("shared", ["0"]))
        signature = ", ".join([f"{stream} stream", *parameters])
        call = f"{kernel}<<<dim3({grid}), dim3({block}), {shared}, stream>>>({', '.join(names)})"
        return f"void {launcher}({signature}) {{ {call}; }}"

    return write
