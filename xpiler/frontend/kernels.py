"""A kernel: its function operation, its parameters and its body."""

from __future__ import annotations

from clang.cindex import Cursor
from clang.cindex import Type as ClangType
from mlir import ir

from xpiler.frontend.c_types import VOID, CType, OpaqueType, PointerType, Vector, memory_type
from xpiler.frontend.clang_types import plain_spelling
from xpiler.frontend.cleanup import drop_dead
from xpiler.frontend.cursors import body_of, invalid, is_void, unsupported
from xpiler.frontend.inlining import in_cell, new_frame
from xpiler.frontend.kernel_names import spelled
from xpiler.frontend.places import VariablePlace
from xpiler.frontend.reader import Reader
from xpiler.frontend.statements import run
from xpiler.frontend.values import Pointer, Scalar, Value


def read_kernel(reader: Reader, function: Cursor, module: ir.Module, name: str) -> ir.Operation:
    """Reads a kernel into the module."""
    if not is_void(function.result_type):
        raise invalid(function, f"the kernel '{function.spelling}' returns a value", "a kernel returns void")
    body = body_of(function)
    assert body is not None
    parameters = list(function.get_arguments())
    with reader.at(function):
        types = [parameter_type(reader, parameter) for parameter in parameters]
        operation, entry = make_function(reader, module, name, parameters, types)
        operation.attributes["xpiler.kernel"] = ir.UnitAttr.get()
        if spelled(function) != name:
            operation.attributes["xpiler.spelled"] = ir.StringAttr.get(spelled(function))
        with reader.builder.at(entry):
            reader.arrays.enter(entry, restricted(parameters, entry))
            frame = new_frame(reader, function, body, VOID, is_kernel=True)
            reader.frames.append(frame)
            bind_parameters(reader, parameters, entry)
            run(reader, [body])
            reader.frames.pop()
            reader.builder.op("func.return")
    drop_dead(operation)
    return operation


def make_function(
    reader: Reader, module: ir.Module, name: str, parameters: list[Cursor], types: list[ir.Type]
) -> tuple[ir.Operation, ir.Block]:
    """The `func.func` with its arguments described."""
    kind = ir.FunctionType.get(types, [])
    attributes = {
        "sym_name": ir.StringAttr.get(name),
        "function_type": ir.TypeAttr.get(kind),
        "arg_attrs": ir.ArrayAttr.get([argument_attributes(reader, parameter) for parameter in parameters]),
    }
    with reader.builder.at(module.body):
        operation = reader.builder.op("func.func", attributes=attributes, regions=1)
    locations = [ir.Location.name(parameter.spelling or f"arg{k}", reader.builder.location) for k, parameter in enumerate(parameters)]
    return operation, operation.regions[0].blocks.append(*types, arg_locs=locations)


def parameter_type(reader: Reader, parameter: Cursor) -> ir.Type:
    """The type of a kernel's argument."""
    with reader.at(parameter):
        ctype = reader.ctype(parameter)
        if isinstance(ctype, PointerType):
            if isinstance(ctype.pointee, PointerType):
                raise unsupported(
                    parameter, f"the pointer to pointers '{parameter.spelling}' is not supported", "pass one pointer for each buffer"
                )
            return ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], memory_type(ctype.pointee))
        if not ctype.is_arithmetic and not isinstance(ctype, Vector) and not getattr(ctype, "spelling", ""):
            raise unsupported(
                parameter,
                f"the parameter '{parameter.spelling}' of type '{parameter.type.spelling}' is not supported",
                "pass its fields one by one",
            )
        return ctype.mlir()


def argument_attributes(reader: Reader, parameter: Cursor) -> ir.Attribute:
    """A parameter's name, C type and `restrict`."""
    ctype = reader.ctype(parameter)
    entries = {"xpiler.name": ir.StringAttr.get(parameter.spelling)}
    if not isinstance(ctype, OpaqueType):  # a stream is spelled as the platform spells it
        entries["xpiler.ctype"] = ir.StringAttr.get(neutral_spelling(ctype, parameter.type))
    if parameter.type.is_restrict_qualified():
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


def restricted(parameters: list[Cursor], entry: ir.Block) -> set[ir.Value]:
    """The arguments that the source says are apart."""
    return {argument for parameter, argument in zip(parameters, entry.arguments, strict=True) if parameter.type.is_restrict_qualified()}


def bind_parameters(reader: Reader, parameters: list[Cursor], entry: ir.Block) -> None:
    """Makes each parameter a variable that starts as its argument."""
    for parameter, argument in zip(parameters, entry.arguments, strict=True):
        value = argument_value(reader.ctype(parameter), argument)
        if parameter in reader.frame.in_memory:
            reader.bindings[parameter] = in_cell(reader, parameter, value)
        else:
            reader.bindings[parameter] = VariablePlace(reader.state.declare(parameter.spelling, value.ctype, value))


def argument_value(ctype: CType, argument: ir.Value) -> Value:
    if isinstance(ctype, PointerType):
        return Pointer(argument, None, ctype.pointee)
    return Scalar(argument, ctype)
