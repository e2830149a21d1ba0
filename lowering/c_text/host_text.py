"""Host launchers as text: the host operations over a runtime's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.device_buffers import buffer_element
from xpiler.lowering.c_text.expression import MULTIPLY, Expr
from xpiler.lowering.c_text.function import argument_attribute, declare_parameters, respelled
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import unconverted
from xpiler.lowering.c_text.memory_ops import element_type, parameter_buffer
from xpiler.lowering.c_text.names import source_name
from xpiler.provenance import LAUNCHER_COMMENTS

if TYPE_CHECKING:
    from xpiler.lowering.c_text.language import Language
    from xpiler.lowering.c_text.source_file import SourceFile

HOST = Handlers()
VOID_POINTERS = ("void *", "const void *")


def launcher_text(language: Language, file: SourceFile, function: ir.Operation) -> str:
    """The text of a launcher."""
    body = Body(language, file, function)
    body.handlers = language.host_handlers
    parameters = declare_parameters(body, function)
    name = ir.StringAttr(function.attributes["sym_name"]).value
    side = ir.StringAttr(function.attributes["xpiler.launcher"]).value
    with body.scope(f'extern "C" void {name}({parameters})'):
        body.block(function.regions[0].blocks[0])
        body.flush_all()
    only_calls = len(body.lines) == 3
    own = [] if only_calls and side == "host" else [f"// {LAUNCHER_COMMENTS[side]}"]
    return "\n".join((*(file.comments.above(function) or own), *body.lines))


def byte_count(body: Body, elements: ir.Value, memref: ir.Type) -> str:
    """`n * sizeof(float)`."""
    return f"{unconverted(body.value(elements)).within(MULTIPLY)} * sizeof({body.spell(element_type(body, memref))})"


@HOST.writes("xpiler.alloc")
def _alloc(body: Body, op: ir.Operation) -> None:
    result = op.results[0]
    element = buffer_element(result, element_type(body, result.type))
    size = byte_count(body, op.operands[0], result.type)
    name = body.names.claim(source_name(op.location) or "device_buffer")
    body.flush_all()
    body.language.runtime.allocate(body, name, body.spell(element), size)
    body.values[result] = parameter_buffer(body, result.type, name, element)


@HOST.writes("xpiler.free")
def _free(body: Body, op: ir.Operation) -> None:
    body.statement(body.language.runtime.free(body, body.buffer(op.operands[0]).pointer()))


@HOST.writes("xpiler.copy")
def _copy(body: Body, op: ir.Operation) -> None:
    source, target, elements, *stream = op.operands
    size = byte_count(body, elements, target.type)
    stream_name = body.values[stream[0]].text if stream else None
    body.statement(
        body.language.runtime.copy(
            body, body.buffer(target).pointer(), body.buffer(source).pointer(), size, keyword(op, "kind"), stream_name
        )
    )


@HOST.writes("xpiler.memset")
def _memset(body: Body, op: ir.Operation) -> None:
    buffer, value, elements, *_stream = op.operands
    size = byte_count(body, elements, buffer.type)
    body.statement(body.language.runtime.fill(body, body.buffer(buffer).pointer(), body.signed(value), size))


@HOST.writes("xpiler.call")
def _call(body: Body, op: ir.Operation) -> None:
    name = ir.FlatSymbolRefAttr(op.attributes["kernel"]).value
    body.statement(f"{name}({', '.join(arguments(body, op, op.operands))});")


@HOST.writes("xpiler.launch")
def _launch(body: Body, op: ir.Operation) -> None:
    segments = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    operands, groups = list(op.operands), []
    for size in segments:
        groups.append(operands[:size])
        operands = operands[size:]
    body.language.runtime.launch(body, op, *groups)


def arguments(body: Body, op: ir.Operation, values: object) -> list[str]:
    """The arguments of a launch or call of a kernel: pointers and scalars, records made of them where the kernel is the source's own."""
    kernel = launched_kernel(op)
    texts = [
        _typed(body, body.buffer(value).pointer().text, value, kernel, position)
        if isinstance(value.type, ir.MemRefType)
        else body.value(value).text
        for position, value in enumerate(values)
    ]
    for first, count, around in reversed(_records(kernel)):
        texts[first : first + count] = [around.replace("...", ", ".join(texts[first : first + count]))]
    return texts


def _typed(body: Body, text: str, value: ir.Value, kernel: ir.Operation, position: int) -> str:
    """A launcher's `void *` as the pointer that the kernel takes."""
    wanted = argument_attribute(kernel, position, "xpiler.ctype") or ""
    if wanted in ("", *VOID_POINTERS):
        return text
    wanted = respelled(body, wanted)
    if isinstance(value, ir.BlockArgument):
        given = argument_attribute(value.owner.owner, value.arg_number, "xpiler.ctype")
        return f"({wanted}){text}" if given in VOID_POINTERS else text
    return f"({wanted}){text.partition(')')[2]}" if value.owner.name == "xpiler.view" and text.startswith("(") else text


def launched_kernel(op: ir.Operation) -> ir.Operation:
    """The kernel that a launch or a call names."""
    module = op
    while module.name != "builtin.module":
        module = module.parent.operation
    return ir.SymbolTable(module)[ir.FlatSymbolRefAttr(op.attributes["kernel"]).value].operation


def _records(kernel: ir.Operation) -> list[tuple[int, int, str]]:
    """`xpiler.records` of a kernel: where its parameters are records."""
    rows = kernel.attributes["xpiler.records"] if "xpiler.records" in kernel.attributes else []
    return [(row[0].value, row[1].value, ir.StringAttr(row[2]).value) for row in rows]


def dimensions(sizes: list[Expr]) -> list[Expr]:
    """Grid or block sizes without the trailing ones."""
    while len(sizes) > 1 and sizes[-1].constant == 1:
        sizes = sizes[:-1]
    return sizes
