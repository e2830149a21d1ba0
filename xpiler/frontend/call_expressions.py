"""Calls: the language's builtins, functions that are inlined, constructors, lambdas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import StructType, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.clang_session import in_headers
from xpiler.frontend.constructors import HINT, construct_record, with_defaults
from xpiler.frontend.cursors import bare, body_of, callee, children, definition_of, invalid
from xpiler.frontend.expressions import lvalue, lvalue_of, rvalue, rvalue_of
from xpiler.frontend.implicit_constructors import is_implicit, is_written
from xpiler.frontend.initializers import value_of_list, zero
from xpiler.frontend.inlining import closure_of, inline_call
from xpiler.frontend.kernel_names import symbol_of
from xpiler.frontend.language import Handler, Language
from xpiler.frontend.literals import folded
from xpiler.frontend.places import Place, ValuePlace
from xpiler.frontend.standard_library import STANDARD
from xpiler.frontend.values import OWNER, AddressOf, Aggregate, Opaque, Value
from xpiler.frontend.variables import undefined

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@rvalue_of(CursorKind.CALL_EXPR)
def call(reader: Reader, cursor: Cursor) -> Value | None:
    result = called(reader, cursor)
    return result.load(reader) if isinstance(result, Place) else result


@lvalue_of(CursorKind.CALL_EXPR)
def call_place(reader: Reader, cursor: Cursor) -> Place:
    """A call that returns a reference is a place; any other value is a temporary."""
    result = called(reader, cursor)
    if result is None:
        raise reader.unsupported("a void call as a place")
    return result if isinstance(result, Place) else ValuePlace(result)


def called(reader: Reader, cursor: Cursor) -> Value | Place | None:
    """The value of a call, or the place it returns a reference to."""
    target = callee(cursor)
    if target is None:
        return _through_value(reader, cursor)
    if target.kind == CursorKind.CONSTRUCTOR:
        return construct(reader, cursor, target)
    constant = folded(reader, cursor) if not list(cursor.get_arguments()) or target.spelling.startswith("__builtin_") else None
    if constant is not None:
        return constant
    if target.spelling == "operator=" and target.location == target.semantic_parent.location:
        return _copied(reader, cursor)
    definition = definition_of(target)
    if reader.language.launch is not None and definition is not None and reader.language.is_kernel(definition):
        reader.language.launch(reader, cursor, symbol_of(definition))
        return None
    handler = _builtin(reader, target, definition)
    if handler is not None:
        return handler(builtin_call(reader, cursor, target))
    if definition is None or body_of(definition) is None:
        raise unknown(cursor, target)
    return inline_call(reader, cursor, definition, arguments_of(cursor, definition), _object(reader, cursor, definition))


def _copied(reader: Reader, cursor: Cursor) -> Place:
    """A record assigned by the operator the compiler makes."""
    target, source = list(cursor.get_arguments())
    value = reader.rvalue(source)
    refuse_copy(reader, value)
    place = lvalue(reader, target)
    place.store(reader, value)
    return place


def refuse_copy(reader: Reader, value: Value | None) -> None:
    """A record with memory of its own would be copied with it. Raises Unsupported."""
    if isinstance(value, Aggregate) and isinstance(value.ctype, StructType) and value.ctype.name.startswith(OWNER):
        raise reader.unsupported("a copy of a std::vector", "use a reference, or copy its elements")


def _builtin(reader: Reader, target: Cursor, definition: Cursor | None) -> Handler | None:
    if target.kind == CursorKind.CXX_METHOD and definition is not None and body_of(definition) is not None:
        return None  # what a header of ours says in C++ is read as it stands
    handler = handler_of(reader.language, target.spelling)
    if handler is None or definition is None or in_headers(definition, reader.language) or reader.language.is_builtin_text(definition):
        return handler
    return None


def handler_of(language: Language, name: str) -> Handler | None:
    """The handler of a builtin's name: the language's own, or the standard library's."""
    return language.builtins.get(name) or language.builtin_of(name) or STANDARD.get(name) or STANDARD.get(name.removeprefix("__builtin_"))


def builtin_call(reader: Reader, cursor: Cursor, target: Cursor) -> Call:
    """The call as its handler sees it: the object of a method is the first argument."""
    arguments = tuple(arguments_of(cursor, target))
    if target.kind == CursorKind.CXX_METHOD and not target.is_static_method():
        first = children(cursor)[0]
        arguments = (first if target.spelling.startswith("operator") else children(first)[0], *arguments)
    return Call(reader, cursor, target.spelling, arguments, reader.ctype(cursor))


def unknown(cursor: Cursor, target: Cursor) -> Exception:
    """The diagnostic for a function with neither a body nor a meaning."""
    hint = "define it in this file or a header it includes; Xpiler knows no builtin of this name on this platform"
    return invalid(cursor, f"unknown function '{target.spelling}'", hint)


def arguments_of(cursor: Cursor, target: Cursor) -> list[Cursor]:
    """The arguments of a call, without the object of a member operator, defaults taken from the declaration."""
    given = list(cursor.get_arguments())
    parameters = list(target.get_arguments())
    if target.kind == CursorKind.CXX_METHOD and target.spelling.startswith("operator") and len(given) > len(parameters):
        given = given[len(given) - len(parameters) :]
    result = []
    for position, argument in enumerate(given):
        absent = argument is None or (argument.kind == CursorKind.UNEXPOSED_EXPR and argument.location.line == 0 and not children(argument))
        if absent and position < len(parameters):
            argument = _default(parameters[position]) or argument
        result.append(argument)
    return result


def _default(parameter: Cursor) -> Cursor | None:
    found = [child for child in children(parameter) if child.kind.is_expression()]
    return found[-1] if found else None


def _object(reader: Reader, cursor: Cursor, target: Cursor) -> Place | None:
    """The object a method is called on."""
    if target.kind not in (CursorKind.CXX_METHOD, CursorKind.CONVERSION_FUNCTION) or target.is_static_method():
        return None
    first = children(cursor)[0]
    if cursor.spelling.startswith("operator") and first.kind != CursorKind.MEMBER_REF_EXPR:
        return lvalue(reader, first)
    inner = children(bare(first))
    if not inner:
        this = reader.frame.this
        return this if isinstance(this, Place) else None
    if inner[0].type.get_canonical().kind.name == "POINTER":
        pointer = reader.rvalue(inner[0])
        return pointer.place if isinstance(pointer, AddressOf) else None
    return lvalue(reader, inner[0])


def _through_value(reader: Reader, cursor: Cursor) -> Value | Place | None:
    """A call of a function given as a value: a parameter, a template argument."""
    value = reader.rvalue(children(cursor)[0])
    if isinstance(value, Opaque) and isinstance(value.content, Cursor):
        target = value.content
        definition = definition_of(target) or target
        handler = _builtin(reader, target, definition_of(target))
        if handler is not None:
            return handler(builtin_call(reader, cursor, target))
        if body_of(definition) is not None:
            return inline_call(reader, cursor, definition, arguments_of(cursor, definition), None)
    raise reader.unsupported("a call through a pointer")


def construct(reader: Reader, cursor: Cursor, target: Cursor) -> Value | None:
    """A constructor: the language's own, a copy, or one whose body sets fields."""
    handler = reader.language.builtins.get(f"{target.spelling}::{target.spelling}")
    ctype = reader.ctype(cursor)
    arguments = [argument for argument in arguments_of(cursor, target) if argument is not None]
    if len(arguments) == 1 and reader.ctype(arguments[0]) == ctype:
        value = rvalue(reader, arguments[0])
        refuse_copy(reader, value)
        return value
    if handler is not None:
        return handler(Call(reader, cursor, target.spelling, tuple(arguments), ctype))
    if not arguments and is_implicit(target):
        return zero(reader, ctype) if is_written(cursor) else with_defaults(reader, undefined(reader, ctype))
    if isinstance(ctype, Vector):
        return value_of_list(reader, ctype, arguments)
    if isinstance(ctype, StructType):
        definition = definition_of(target)
        if definition is None or body_of(definition) is None or is_implicit(target):
            raise reader.unsupported(f"the constructor of '{ctype}'", HINT)
        return construct_record(reader, cursor, definition, ctype, arguments_of(cursor, definition))
    return undefined(reader, ctype)


@rvalue_of(CursorKind.LAMBDA_EXPR)
def lambda_expression(reader: Reader, cursor: Cursor) -> Value:
    return Opaque(reader.ctype(cursor), closure_of(reader, cursor))
