"""A kernel: its function operation, its parameters and its body."""

from __future__ import annotations

from clang.cindex import Cursor, CursorKind
from clang.cindex import Type as ClangType
from mlir import ir

from xpiler.diagnostics import warn
from xpiler.frontend.c_types import VOID, CType, OpaqueType, PointerType
from xpiler.frontend.clang_types import plain_spelling
from xpiler.frontend.cleanup import drop_dead
from xpiler.frontend.cursors import body_of, gives_status, invalid, is_void, place_of
from xpiler.frontend.inlining import in_cell, new_frame
from xpiler.frontend.kernel_names import spelled
from xpiler.frontend.parameters import RECORDS, Argument, Parameters
from xpiler.frontend.places import Place, ValuePlace, VariablePlace
from xpiler.frontend.reader import Reader
from xpiler.frontend.statements import run
from xpiler.frontend.symbol_memory import bind_symbols
from xpiler.frontend.values import AddressOf, Value
from xpiler.frontend.wide_copies import retype_copies


def read_kernel(reader: Reader, function: Cursor, module: ir.Module, name: str) -> ir.Operation:
    """Reads a kernel into the module."""
    status = not is_void(function.result_type) and reader.language.is_kernel(function) and gives_status(function)
    if not is_void(function.result_type) and not status:
        raise invalid(function, f"the kernel '{function.spelling}' returns a value", "a kernel returns void")
    if status:
        warn(f"the status that '{function.spelling}' returns is left out of the output", place_of(function))
    body = body_of(function)
    assert body is not None
    with reader.at(function):
        parameters = Parameters(reader, function)
        operation, entry = make_function(reader, module, name, parameters)
        operation.attributes["xpiler.kernel"] = ir.UnitAttr.get()
        if spelled(function) != name:
            operation.attributes["xpiler.spelled"] = ir.StringAttr.get(spelled(function))
        if parameters.records():
            operation.attributes[RECORDS] = ir.Attribute.parse(str(parameters.records()).replace("'", '"'))
        with reader.builder.at(entry):
            reader.arrays.enter(entry, restricted(parameters, entry))
            frame = new_frame(reader, function, body, VOID, is_kernel=True)
            reader.frames.append(frame)
            bind_parameters(reader, parameters, entry)
            run(reader, [body])
            reader.frames.pop()
            reader.builder.op("func.return")
    retype_copies(operation)
    drop_dead(operation)
    return operation


def make_function(reader: Reader, module: ir.Module, name: str, parameters: Parameters) -> tuple[ir.Operation, ir.Block]:
    """The `func.func` with its arguments described."""
    arguments = parameters.arguments
    types = [argument.mlir() for argument in arguments]
    kind = ir.FunctionType.get(types, [])
    attributes = {
        "sym_name": ir.StringAttr.get(name),
        "function_type": ir.TypeAttr.get(kind),
        "arg_attrs": ir.ArrayAttr.get([argument_attributes(argument) for argument in arguments]),
    }
    with reader.builder.at(module.body):
        operation = reader.builder.op("func.func", attributes=attributes, regions=1)
    locations = [ir.Location.name(argument.name or f"arg{k}", reader.builder.location) for k, argument in enumerate(arguments)]
    return operation, operation.regions[0].blocks.append(*types, arg_locs=locations)


def argument_attributes(argument: Argument) -> ir.Attribute:
    """An argument's name, C type and `restrict`."""
    entries = {"xpiler.name": ir.StringAttr.get(argument.name)}
    if not isinstance(argument.ctype, OpaqueType):  # a stream is spelled as the platform spells it
        constant = "const " if argument.parameter.kind == CursorKind.VAR_DECL else ""  # a symbol in constant memory
        entries["xpiler.ctype"] = ir.StringAttr.get(constant + neutral_spelling(argument.spelled, argument.clang_type))
    if argument.restricted:
        entries["xpiler.restrict"] = ir.UnitAttr.get()
    return ir.DictAttr.get(entries)


def neutral_spelling(ctype: CType, clang_type: ClangType) -> str:
    """A parameter's C type with the neutral names of types, `const` kept."""
    if isinstance(ctype, PointerType):
        pointee = clang_type.get_canonical().get_pointee()
        const = "const " if pointee.is_const_qualified() else ""
        named = ctype.pointee if str(ctype.pointee) != "int8_t" or plain_spelling(pointee) != "char" else "char"
        return f"{const}{named} *"
    return str(ctype)


def restricted(parameters: Parameters, entry: ir.Block) -> set[ir.Value]:
    """The arguments that the source says are apart."""
    return {value for argument, value in zip(parameters.arguments, entry.arguments, strict=True) if argument.restricted}


def bind_parameters(reader: Reader, parameters: Parameters, entry: ir.Block) -> None:
    """Makes each parameter a variable that starts as its argument."""
    for parameter, value in list(parameters.values(entry)):
        reader.bindings[parameter] = _place(reader, parameter, value)
    symbols = parameters.symbols
    bind_symbols(reader, symbols, list(entry.arguments)[len(entry.arguments) - len(symbols) :], is_kernel=reader.frame.is_kernel)


def _place(reader: Reader, parameter: Cursor, value: Value) -> Place:
    if isinstance(value, AddressOf):
        return ValuePlace(value)
    if parameter in reader.frame.in_memory:
        return in_cell(reader, parameter, value)
    return VariablePlace(reader.state.declare(parameter.spelling, value.ctype, value))
