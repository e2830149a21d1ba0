"""The parameters of a kernel or launcher as arguments: a record by its fields, what only configures a launch not at all.

`gelu(Params p)` takes `p.src`, `p.dst` and `p.n` as three arguments; `gelu(const Params *p)` too, since what it points to
is only read, and an array in a record its elements. Records that a pointer walks over (`blocks[i].scale`) are memory. A functor
without fields is no argument, a lambda is the variables that it keeps copies of. The number of tasks that a launcher of BANG is
given is none either: the language says what it is taken to be (`Language.given`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from clang.cindex import Cursor, CursorKind
from clang.cindex import Type as ClangType
from mlir import ir

from xpiler.frontend.c_types import (
    ArrayType,
    CType,
    OpaqueType,
    PointerType,
    StructType,
    Vector,
    is_stored,
    memory_type,
    scalar_of,
    scalars_in,
    value_type,
)
from xpiler.frontend.clang_types import plain_spelling
from xpiler.frontend.cursors import bare, callee, definition_of, evaluate, expressions, unsupported
from xpiler.frontend.inlining import Closure, copied_by
from xpiler.frontend.places import ValuePlace, VariablePlace
from xpiler.frontend.reader import Reader
from xpiler.frontend.symbol_memory import filled_by, symbols_of
from xpiler.frontend.values import AddressOf, Aggregate, Opaque, Pointer, Scalar, Value

LAMBDA = OpaqueType("lambda")
RECORDS = "xpiler.records"  # on a kernel: [first argument, how many, the C++ around them] for each parameter that is a record


@dataclass(frozen=True)
class Argument:
    """One argument: a parameter, or a field of one."""

    parameter: Cursor
    name: str
    ctype: CType
    clang_type: ClangType

    def mlir(self) -> ir.Type:
        """The type of the argument; raises Unsupported for what cannot be passed."""
        if isinstance(self.ctype, PointerType):
            if isinstance(self.ctype.pointee, PointerType):
                raise self.refused("the pointer to pointers")
            if isinstance(self.ctype.pointee, StructType) and not is_stored(self.ctype.pointee):
                raise self.refused("the pointer to records")
            return ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], memory_type(self.ctype.pointee))
        if not self.ctype.is_arithmetic and not isinstance(self.ctype, Vector) and not getattr(self.ctype, "spelling", ""):
            raise self.refused(f"the type '{self.clang_type.spelling}' of the parameter")
        return self.ctype.mlir()

    def refused(self, what: str) -> Exception:
        return unsupported(self.parameter, f"{what} '{self.name}' is not supported", "pass one pointer for each buffer, and numbers")

    @property
    def restricted(self) -> bool:
        return self.clang_type.is_restrict_qualified()

    def value(self, argument: ir.Value) -> Value:
        if isinstance(self.ctype, PointerType):
            return Pointer(argument, None, self.ctype.pointee)
        return Scalar(argument, self.ctype)

    @property
    def spelled(self) -> CType:
        """The type as an output spells it: a record in memory, or a vector without a name, by what it consists of."""
        pointee = self.ctype.pointee if isinstance(self.ctype, PointerType) else None
        if isinstance(pointee, StructType) or (isinstance(pointee, Vector) and not pointee.name):
            return PointerType(scalar_of(pointee))
        return self.ctype


class Parameters:
    """The parameters of one function and the arguments they are passed as."""

    def __init__(self, reader: Reader, function: Cursor):
        self.reader = reader
        self.function = definition_of(function) or function
        self.cursors = list(function.get_arguments())
        found = [list(self._arguments(parameter)) for parameter in self.cursors]
        self.symbols = self._symbols()
        self.arguments = _named([argument for each in found for argument in each] + [self._of_symbol(symbol) for symbol in self.symbols])
        self.counts = [len(each) for each in found]

    def _arguments(self, parameter: Cursor) -> Iterator[Argument]:
        with self.reader.at(parameter):
            if self._given(parameter) is None:
                yield from self._fields(Argument(parameter, parameter.spelling, self.reader.ctype(parameter), parameter.type))

    def _symbols(self) -> list[Cursor]:
        """The arrays in constant memory that the function reads and somebody else fills."""
        own = set() if self.reader.language.is_kernel(self.function) else filled_by(self.function)
        return [symbol for symbol in symbols_of(self.reader, self.function) if symbol not in own]

    def _of_symbol(self, symbol: Cursor) -> Argument:
        return Argument(symbol, symbol.spelling, PointerType(scalar_of(self.reader.ctype(symbol))), symbol.type)

    def _given(self, parameter: Cursor) -> Value | None:
        given = self.reader.language.given.get(plain_spelling(parameter.type))
        return given(self.reader, parameter) if given is not None else None

    def _fields(self, argument: Argument) -> Iterator[Argument]:
        if isinstance(argument.ctype, ArrayType):
            element = _element(argument.clang_type)
            for k in range(scalars_in(argument.ctype)):
                yield Argument(argument.parameter, f"{argument.name}_{k}", scalar_of(argument.ctype), element)
            return
        if argument.ctype == LAMBDA:
            for kept in copied_by(_expression_of(argument)):
                name = f"{argument.name}.{kept.spelling}"
                yield from self._fields(Argument(argument.parameter, name, self.reader.ctype(kept), kept.type))
            return
        record = _record(argument.ctype)
        if not isinstance(record, StructType) or _is_writable(argument) or self._is_memory(argument):
            yield argument
            return
        named = [name for name, _ in self._used(argument, record).fields]
        for item in record_type(argument.clang_type).get_canonical().get_fields():
            if item.spelling not in named:
                continue
            name = f"{argument.name}.{item.spelling}"
            yield from self._fields(Argument(argument.parameter, name, self.reader.ctype(item), item.type))

    def values(self, entry: ir.Block) -> Iterator[tuple[Cursor, Value]]:
        """Each parameter with its value, made of the block's arguments."""
        parts = iter([argument.value(value) for argument, value in zip(self.arguments, entry.arguments, strict=True)])
        for parameter in self.cursors:
            with self.reader.at(parameter):
                given = self._given(parameter)
                yield parameter, self._built(parameter, parts) if given is None else given

    def _used(self, argument: Argument, record: StructType) -> StructType:
        """A record as it is passed: of a union, the one member that the function names."""
        if not record.is_union:
            return record
        used = {node.spelling for node in self.function.walk_preorder() if node.kind == CursorKind.MEMBER_REF_EXPR}
        fields = tuple(item for item in record.fields if item[0] in used)
        if len(fields) != 1:
            raise argument.refused("the union")
        return replace(record, fields=fields)

    def _is_memory(self, argument: Argument) -> bool:
        """Whether an argument points to the first of many records, and not to one."""
        if not isinstance(argument.ctype, PointerType) or argument.parameter.type != argument.clang_type:
            return False
        return self.function is not None and walks_over(self.function, argument.parameter)

    def _built(self, parameter: Cursor, parts: Iterator[Value]) -> Value:
        ctype = self.reader.ctype(parameter)
        if isinstance(ctype, PointerType) and isinstance(ctype.pointee, StructType):
            whole = Argument(parameter, "", ctype, parameter.type)
            if _is_writable(whole) or self._is_memory(whole):
                return next(parts)
        return self._made_of(Argument(parameter, parameter.spelling, ctype, parameter.type), ctype, parts)

    def _made_of(self, argument: Argument, ctype: CType, parts: Iterator[Value]) -> Value:
        if isinstance(ctype, StructType):
            record = self._used(argument, ctype)
            return Aggregate(record, {name: self._made_of(argument, kind, parts) for name, kind in record.fields})
        if isinstance(ctype, ArrayType):
            lanes = [part.ssa for part in islice(parts, scalars_in(ctype)) if isinstance(part, Scalar)]
            kind = value_type(ctype)
            return Scalar(self.reader.lanes.build(lanes, kind.mlir()), kind)
        if isinstance(ctype, PointerType) and isinstance(ctype.pointee, StructType):
            value = self._made_of(argument, ctype.pointee, parts)
            return AddressOf(ValuePlace(value), value.ctype)
        if ctype == LAMBDA:
            return self._closure(argument, parts)
        return next(parts)

    def _closure(self, argument: Argument, parts: Iterator[Value]) -> Value:
        """A lambda with its copies."""
        expression = _expression_of(argument)
        closure = Closure(self.reader, expression)
        for kept in copied_by(expression):
            ctype = self.reader.ctype(kept)
            value = self._made_of(Argument(argument.parameter, kept.spelling, ctype, kept.type), ctype, parts)
            closure.copies[kept] = VariablePlace(self.reader.state.declare(kept.spelling, ctype, value))
        return Opaque(LAMBDA, closure)

    def records(self) -> list[list]:
        """`[first argument, how many, C++ with {} for them]` of each parameter that is a record."""
        found, first = [], 0
        for parameter, count in zip(self.cursors, self.counts, strict=True):
            ctype = self.reader.ctype(parameter)
            if isinstance(stored := _record(ctype), StructType):
                whole = Argument(parameter, "", ctype, parameter.type)
                is_memory = _is_writable(whole) or self._is_memory(whole)
                record = self._used(whole, stored) if not is_memory else None
                found.append([first, count, _spelled(parameter.type, ctype, record) if record else _retyped(parameter.type)])
            first += count
        return found


def _named(arguments: list[Argument]) -> list[Argument]:
    """Fields under their own names, and their record's before it where several have one name."""
    names = [argument.name.rpartition(".")[2] for argument in arguments]
    unique = [n if names.count(n) == 1 else argument.name.replace(".", "_") for n, argument in zip(names, arguments, strict=True)]
    return [replace(argument, name=name) for argument, name in zip(arguments, unique, strict=True)]


def _expression_of(argument: Argument) -> Cursor:
    """The expression that makes a lambda of a parameter's type."""
    place = argument.clang_type.get_canonical().get_declaration().location
    for node in argument.parameter.translation_unit.cursor.walk_preorder():
        if node.kind == CursorKind.LAMBDA_EXPR and node.location == place:
            return node
    raise argument.refused("the lambda")


def _record(ctype: CType) -> CType:
    return ctype.pointee if isinstance(ctype, PointerType) else ctype


def _is_writable(argument: Argument) -> bool:
    """Whether an argument points to a record that may be written: then it is memory."""
    pointee = argument.clang_type.get_canonical().get_pointee()
    return isinstance(argument.ctype, PointerType) and not pointee.is_const_qualified()


def record_type(clang_type: ClangType) -> ClangType:
    """The record behind a pointer to one; other types as they are."""
    pointee = clang_type.get_canonical().get_pointee()
    return pointee if pointee.kind.name == "RECORD" else clang_type


def walks_over(function: Cursor, pointer: Cursor) -> bool:
    """Whether code steps from one element to another through a pointer: `p[i]`, `p + i`, a pointer of another type made of it."""
    return _walks_over(function, pointer, set())


def _walks_over(function: Cursor, pointer: Cursor, seen: set[Cursor]) -> bool:
    for node in function.walk_preorder():
        if node.kind not in WALKS:
            continue
        parts = [bare(part) for part in expressions(node)]
        named = [part for part in parts if part.kind == CursorKind.DECL_REF_EXPR and part.referenced == pointer]
        if node.kind == CursorKind.CALL_EXPR:
            target = callee(node)
            definition = definition_of(target) if target is not None else None
            inner = list(definition.get_arguments()) if definition is not None and definition not in seen else []
            taken = zip(node.get_arguments(), inner, strict=False)
            handed = [
                p
                for given, p in taken
                if given is not None and bare(given).kind == CursorKind.DECL_REF_EXPR and bare(given).referenced == pointer
            ]
            if any(_walks_over(definition, parameter, {*seen, function}) for parameter in handed):
                return True
        elif named and not (node.kind == CursorKind.ARRAY_SUBSCRIPT_EXPR and evaluate(parts[1]) == 0):
            return True
    return False


WALKS = {
    CursorKind.ARRAY_SUBSCRIPT_EXPR,
    CursorKind.BINARY_OPERATOR,
    CursorKind.COMPOUND_ASSIGNMENT_OPERATOR,
    CursorKind.VAR_DECL,
    CursorKind.CSTYLE_CAST_EXPR,
    CursorKind.CXX_REINTERPRET_CAST_EXPR,
    CursorKind.CALL_EXPR,
}


def _element(clang_type: ClangType) -> ClangType:
    while clang_type.get_canonical().kind.name == "CONSTANTARRAY":
        clang_type = clang_type.get_canonical().get_array_element_type()
    return clang_type


def _retyped(clang_type: ClangType) -> str:
    """A pointer to numbers as the pointer to records that the kernel takes."""
    pointee = clang_type.get_canonical().get_pointee()
    const = "const " if pointee.is_const_qualified() else ""
    return f"reinterpret_cast<{const}{plain_spelling(pointee)} *>(...)"


def _spelled(clang_type: ClangType, ctype: CType, record: StructType) -> str:
    name = plain_spelling(record_type(clang_type).get_canonical())
    made = f"{name}{{.{record.fields[0][0]} = {{...}}}}" if record.is_union else f"{name}{{...}}"
    return f"&static_cast<const {name} &>({made})" if isinstance(ctype, PointerType) else made


def passed(reader: Reader, value: Value) -> Iterator[Value]:
    """What a call gives the arguments of one parameter: a record's fields, one after the other."""
    if isinstance(value, AddressOf) and isinstance(value.pointee, StructType) and isinstance(value.place, ValuePlace):
        value = value.place.value
    if isinstance(value, Opaque) and isinstance(value.content, Closure):
        for kept in copied_by(value.content.cursor):
            yield from passed(reader, value.content.copies[kept].variable.value)
    elif isinstance(value, Aggregate) and isinstance(value.ctype, StructType):
        for (_, kind), item in zip(value.ctype.fields, value.fields.values(), strict=True):
            if isinstance(kind, ArrayType) and isinstance(item, Scalar):
                yield from (Scalar(reader.lanes.extract(item.ssa, k), scalar_of(kind)) for k in range(scalars_in(kind)))
            else:
                yield from passed(reader, item)
    else:
        yield value
