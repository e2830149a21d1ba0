"""Host launchers: which functions they are, and reading them into host operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clang.cindex import Cursor, CursorKind, LinkageKind, conf
from mlir import ir

from xpiler.frontend.c_types import VOID
from xpiler.frontend.cleanup import drop_dead
from xpiler.frontend.cursors import body_of, callee, definition_of
from xpiler.frontend.inlining import new_frame
from xpiler.frontend.kernel_names import symbol_of
from xpiler.frontend.kernels import bind_parameters, make_function, restricted
from xpiler.frontend.language import Language
from xpiler.frontend.parameters import Parameters
from xpiler.frontend.reader import Reader
from xpiler.frontend.stated_launches import is_unread
from xpiler.frontend.statements import run
from xpiler.frontend.streams import UNAWAITED
from xpiler.frontend.symbol_memory import allocate_symbols, bind_symbols, symbols_of

DEVICE_ATTRIBUTES = {CursorKind.CUDADEVICE_ATTR, CursorKind.CUDAGLOBAL_ATTR}


def launched(cursor: Cursor, language: Language) -> Iterator[Cursor]:
    """The kernels that code launches, itself or through the functions it calls."""
    yield from _launched(cursor, language, set())


def _launched(cursor: Cursor, language: Language, seen: set[Cursor]) -> Iterator[Cursor]:
    for node in cursor.walk_preorder():
        called = callee(node) if node.kind == CursorKind.CALL_EXPR else None
        target = definition_of(called) if called is not None else None
        if target is None or target in seen or body_of(target) is None:
            continue
        seen.add(target)
        if language.is_kernel(target):
            yield target
        else:
            yield from _launched(target, language, seen)


def launchers(functions: list[Cursor], language: Language) -> list[Cursor]:
    """The host functions that launch kernels and that no other launcher calls."""
    hosts = [f for f in functions if not language.is_kernel(f) and not is_device(f) and not is_unread(f)]
    found = [function for function in hosts if any(True for _ in launched(function, language))]
    called = {target for function in found for target in _called(function) if target != function}
    return [function for function in found if function not in called]


def is_device(function: Cursor) -> bool:
    """Whether a function is marked as code for the device."""
    return any(child.kind in DEVICE_ATTRIBUTES for child in function.get_children())


def _called(function: Cursor) -> Iterator[Cursor]:
    for node in function.walk_preorder():
        called = callee(node) if node.kind == CursorKind.CALL_EXPR else None
        if called is not None:
            target = definition_of(called)
            if target is not None:
                yield target


def read_launcher(reader: Reader, function: Cursor, module: ir.Module) -> ir.Operation:
    """Reads a launcher: host code and host operations."""
    body = body_of(function)
    assert body is not None
    with reader.at(function):
        parameters = Parameters(reader, function)
        operation, entry = make_function(reader, module, symbol_of(function), parameters)
        with reader.builder.at(entry):
            reader.arrays.enter(entry, restricted(parameters, entry))
            result = VOID if function.result_type.spelling == "void" else reader.ctype(function.result_type)
            frame = new_frame(reader, function, body, result, is_kernel=False)
            reader.frames.append(frame)
            bind_parameters(reader, parameters, entry)
            own = [symbol for symbol in symbols_of(reader, function) if symbol not in parameters.symbols]
            filled = allocate_symbols(reader, own)
            bind_symbols(reader, own, filled, is_kernel=False)
            run(reader, [body])
            for buffer in filled:
                reader.builder.op("xpiler.free", [buffer])
            reader.frames.pop()
            reader.builder.op("func.return")
    reader.streams.end()
    if reader.streams.unawaited:
        operation.attributes[UNAWAITED] = ir.StringAttr.get(reader.streams.unawaited[0])
    drop_dead(operation)
    kind = "host" if _moves_data(operation) and not _launches_on(entry.arguments, operation) else "device"
    operation.attributes["xpiler.launcher"] = ir.StringAttr.get(kind)
    if reader.is_appended(function) or not is_exported(function) or len(entry.arguments) != len(list(function.get_arguments())):
        operation.attributes["xpiler.stated"] = ir.UnitAttr.get()
    return operation


def is_exported(function: Cursor) -> bool:
    """Whether a library made of the file has the function: `static` and `inline` ones are for the file itself."""
    if function.get_num_template_arguments() > 0:  # under a name of C++, which is another one
        return False
    return function.linkage == LinkageKind.EXTERNAL and not conf.lib.clang_Cursor_isFunctionInlined(function)


def _moves_data(operation: ir.Operation) -> bool:
    """Whether the launcher moves data itself, or the kernel is a host function: it takes host pointers then."""
    return any(op.name in ("xpiler.alloc", "xpiler.copy", "xpiler.call") for op in _inside(operation))


def _launches_on(arguments: Sequence[ir.Value], operation: ir.Operation) -> bool:
    """Whether a kernel gets one of the launcher's own pointers: that is device memory, also where the launcher allocates more of it."""
    launches = [op for op in _inside(operation) if op.name == "xpiler.launch"]
    return any(operand in list(arguments) for op in launches for operand in op.operands if isinstance(operand.type, ir.MemRefType))


def _inside(operation: ir.Operation) -> list[ir.Operation]:
    found: list[ir.Operation] = []

    def visit(inner: ir.Operation) -> ir.WalkResult:
        found.append(inner)
        return ir.WalkResult.ADVANCE

    operation.walk(visit)
    return found
