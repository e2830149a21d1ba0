"""Device functions and lambdas: read in place of the call, with their parameters bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import VOID, Void
from xpiler.frontend.cursors import bare, body_of, children, is_reference
from xpiler.frontend.exits import Frame, new_flag
from xpiler.frontend.file_scope import OUTSIDE
from xpiler.frontend.mutations import address_taken, mutated
from xpiler.frontend.places import ElementPlace, Place, ValuePlace, VariablePlace
from xpiler.frontend.statements import run
from xpiler.frontend.values import Opaque, Value
from xpiler.frontend.variables import undefined

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@dataclass(frozen=True)
class Closure:
    """A lambda: its body is read at each call; names mean what they mean there, or the copies made where it was written."""

    reader: Reader
    cursor: Cursor
    copies: dict[Cursor, VariablePlace] = field(default_factory=dict, compare=False)

    def captured(self) -> list[Place]:
        """The places its body may change."""
        bound = (self.reader.binding(declaration) for declaration in mutated(self.cursor).direct)
        return [place for place in bound if place is not None]


def closure_of(reader: Reader, cursor: Cursor) -> Closure:
    """The closure a lambda expression makes: variables captured by copy keep their value of now."""
    introducer = _introducer(cursor)
    closure = Closure(reader, cursor)
    for node in cursor.walk_preorder():
        place = reader.binding(node.referenced) if node.kind == CursorKind.DECL_REF_EXPR else None
        if isinstance(place, VariablePlace) and _by_copy(introducer, node.spelling):
            variable = place.variable
            closure.copies[node.referenced] = VariablePlace(reader.state.declare(variable.name, variable.ctype, variable.value))
    return closure


def _introducer(cursor: Cursor) -> list[str]:
    """The words of `[=, &x]`."""
    words = []
    for token in cursor.get_tokens():
        words.append(token.spelling)
        if token.spelling == "]":
            break
    return words


def copied_by(cursor: Cursor) -> list[Cursor]:
    """The local variables that a lambda expression keeps copies of, in the order of their names' first use."""
    introducer = _introducer(cursor)
    found: dict[Cursor, None] = {}
    for node in cursor.walk_preorder():
        declaration = node.referenced if node.kind == CursorKind.DECL_REF_EXPR else None
        if declaration is None or declaration.kind not in (CursorKind.VAR_DECL, CursorKind.PARM_DECL):
            continue
        is_local = declaration.semantic_parent.kind not in OUTSIDE
        if is_local and declaration.location not in cursor.extent and _by_copy(introducer, node.spelling):
            found[declaration] = None
    return list(found)


def _by_copy(introducer: list[str], name: str) -> bool:
    """Whether `[=]`, `[x]` or `[&, x]` captures a name by copy."""
    if name in introducer:
        return introducer[introducer.index(name) - 1] != "&"
    return "=" in introducer


def new_frame(reader: Reader, function: Cursor, body: Cursor, result_type, *, is_kernel: bool) -> Frame:
    """The frame of a function about to be read."""
    returned = new_flag(reader, "returned")
    result = reader.state.declare("result", result_type)
    out_parameters = set(reader.language.out_parameters)
    frame = Frame(function, is_kernel, result_type, returned, result)
    frame.in_memory = address_taken(body, out_parameters)
    return frame


def inline_call(reader: Reader, cursor: Cursor, function: Cursor, arguments: list[Cursor], this: Place | None) -> Value | Place | None:
    """Reads a function's body here; its value, or the place it returns a reference to."""
    if any(frame.function == function for frame in reader.frames):
        raise reader.unsupported(f"the recursive call of '{function.spelling}'", "write the recursion as a loop")
    body = body_of(function)
    closure = _closure(this)
    if closure is not None:
        body = body_of(closure.cursor)
    assert body is not None
    result_type = VOID if function.result_type.spelling == "void" else reader.ctype(function.result_type)
    frame = new_frame(reader, function, body, result_type, is_kernel=False)
    frame.this = reader.frame.this if closure is not None else this
    frame.call = reader.frame.call or reader.builder.location
    frame.site = cursor
    bind_parameters(reader, function if closure is None else closure.cursor, arguments, frame)
    if closure is not None:
        outer = {declaration: reader.bindings.get(declaration) for declaration in closure.copies}
        reader.bindings.update(closure.copies)
    if is_reference(function.result_type):
        return _returned_place(reader, frame, body)
    reader.frames.append(frame)
    try:
        run(reader, [body])
    finally:
        reader.frames.pop()
        if closure is not None:
            _bind_again(reader, outer)
    if isinstance(result_type, Void):
        return None
    return frame.result.value if frame.result.value is not None else undefined(reader, result_type)


def _bind_again(reader: Reader, outer: dict[Cursor, Place | None]) -> None:
    """What the names of a lambda's copies mean around the call: in a kernel that is given the lambda, nothing."""
    for declaration, place in outer.items():
        if place is None:
            del reader.bindings[declaration]
        else:
            reader.bindings[declaration] = place


def _closure(this: Place | None) -> Closure | None:
    if isinstance(this, (VariablePlace, ValuePlace)):
        value = this.variable.value if isinstance(this, VariablePlace) else this.value
        if isinstance(value, Opaque) and isinstance(value.content, Closure):
            return value.content
    return None


def bind_parameters(reader: Reader, function: Cursor, arguments: list[Cursor], frame: Frame) -> None:
    """Binds the parameters: references to the argument's place, others to fresh variables."""
    parameters = [child for child in children(function) if child.kind == CursorKind.PARM_DECL]
    if len(parameters) > len(arguments):
        raise reader.unsupported(f"this call of '{function.spelling}'")
    places = [_parameter(reader, parameter, argument, frame) for parameter, argument in zip(parameters, arguments, strict=False)]
    for parameter, place in zip(parameters, places, strict=True):
        reader.bindings[parameter] = place


def _parameter(reader: Reader, parameter: Cursor, argument: Cursor, frame: Frame) -> Place:
    if is_reference(parameter.type):
        return reader.lvalue(argument)
    ctype = reader.ctype(parameter)
    value = reader.convert(reader.rvalue(argument), ctype)
    if parameter in frame.in_memory:
        return in_cell(reader, parameter, value)
    return VariablePlace(reader.state.declare(parameter.spelling, ctype, value))


def in_cell(reader: Reader, parameter: Cursor, value: Value) -> Place:
    """A parameter whose address is taken: a cell of memory that starts with its value."""
    from mlir import ir

    from xpiler.frontend.c_types import memory_type, shape_of

    ctype = value.ctype
    if not (ctype.is_arithmetic or hasattr(ctype, "lanes")):
        raise reader.unsupported(f"the address of the parameter '{parameter.spelling}'")
    base = reader.arrays.allocate(ir.MemRefType.get(shape_of(ctype) or [1], memory_type(ctype)), parameter.spelling)
    place = ElementPlace(base, (reader.builder.index(0),), ctype)
    place.store(reader, value)
    return place


def _returned_place(reader: Reader, frame: Frame, body: Cursor) -> Place:
    """A function that returns a reference: its statements, then the place its one `return` names."""
    *before, last = children(body)
    if last.kind != CursorKind.RETURN_STMT:
        raise reader.unsupported("a function that returns a reference in more than one place")
    reader.frames.append(frame)
    try:
        run(reader, before)
        return reader.lvalue(bare(children(last)[0]))
    finally:
        reader.frames.pop()
