"""The parameters of a kernel or launcher as arguments: a record by its fields, what only configures a launch not at all.

`gelu(Params p)` takes `p.src`, `p.dst` and `p.n` as three arguments; `gelu(const Params *p)` too, since what it points to
is only read. A functor without fields is no argument. The number of tasks that a launcher of BANG is given is none either:
the language says what it is taken to be (`Language.given`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from clang.cindex import Cursor
from clang.cindex import Type as ClangType
from mlir import ir

from xpiler.frontend.c_types import CType, PointerType, StructType, Vector, memory_type
from xpiler.frontend.clang_types import plain_spelling
from xpiler.frontend.cursors import unsupported
from xpiler.frontend.places import ValuePlace
from xpiler.frontend.reader import Reader
from xpiler.frontend.values import AddressOf, Aggregate, Pointer, Scalar, Value

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
            if isinstance(self.ctype.pointee, (PointerType, StructType)):
                raise self._refused(f"the pointer to {'pointers' if isinstance(self.ctype.pointee, PointerType) else 'records'}")
            return ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], memory_type(self.ctype.pointee))
        if not self.ctype.is_arithmetic and not isinstance(self.ctype, Vector) and not getattr(self.ctype, "spelling", ""):
            raise self._refused(f"the type '{self.clang_type.spelling}' of the parameter")
        return self.ctype.mlir()

    def _refused(self, what: str) -> Exception:
        return unsupported(self.parameter, f"{what} '{self.name}' is not supported", "pass one pointer for each buffer, and numbers")

    @property
    def restricted(self) -> bool:
        return self.clang_type.is_restrict_qualified()

    def value(self, argument: ir.Value) -> Value:
        if isinstance(self.ctype, PointerType):
            return Pointer(argument, None, self.ctype.pointee)
        return Scalar(argument, self.ctype)


class Parameters:
    """The parameters of one function and the arguments they are passed as."""

    def __init__(self, reader: Reader, function: Cursor):
        self.reader = reader
        self.cursors = list(function.get_arguments())
        found = [list(self._arguments(parameter)) for parameter in self.cursors]
        self.arguments = _named([argument for each in found for argument in each])
        self.counts = [len(each) for each in found]

    def _arguments(self, parameter: Cursor) -> Iterator[Argument]:
        with self.reader.at(parameter):
            if self._given(parameter) is None:
                yield from self._fields(Argument(parameter, parameter.spelling, self.reader.ctype(parameter), parameter.type))

    def _given(self, parameter: Cursor) -> Value | None:
        given = self.reader.language.given.get(plain_spelling(parameter.type))
        return given(self.reader, parameter) if given is not None else None

    def _fields(self, argument: Argument) -> Iterator[Argument]:
        if not isinstance(_record(argument.ctype), StructType) or _is_writable(argument):
            yield argument
            return
        for item in record_type(argument.clang_type).get_canonical().get_fields():
            name = f"{argument.name}.{item.spelling}"
            yield from self._fields(Argument(argument.parameter, name, self.reader.ctype(item), item.type))

    def values(self, entry: ir.Block) -> Iterator[tuple[Cursor, Value]]:
        """Each parameter with its value, made of the block's arguments."""
        parts = iter([argument.value(value) for argument, value in zip(self.arguments, entry.arguments, strict=True)])
        for parameter in self.cursors:
            with self.reader.at(parameter):
                given = self._given(parameter)
                yield parameter, _built(self.reader.ctype(parameter), parts) if given is None else given

    def records(self) -> list[list]:
        """`[first argument, how many, C++ with {} for them]` of each parameter that is a record."""
        found, first = [], 0
        for parameter, count in zip(self.cursors, self.counts, strict=True):
            ctype = self.reader.ctype(parameter)
            if isinstance(_record(ctype), StructType):
                found.append([first, count, _spelled(parameter.type, ctype)])
            first += count
        return found


def _named(arguments: list[Argument]) -> list[Argument]:
    """Fields under their own names, and their record's before it where several have one name."""
    names = [argument.name.rpartition(".")[2] for argument in arguments]
    unique = [n if names.count(n) == 1 else argument.name.replace(".", "_") for n, argument in zip(names, arguments, strict=True)]
    return [replace(argument, name=name) for argument, name in zip(arguments, unique, strict=True)]


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


def _built(ctype: CType, parts: Iterator[Value]) -> Value:
    if isinstance(ctype, StructType):
        return Aggregate(ctype, {name: _built(kind, parts) for name, kind in ctype.fields})
    if isinstance(ctype, PointerType) and isinstance(ctype.pointee, StructType):
        return AddressOf(ValuePlace(_built(ctype.pointee, parts)), ctype.pointee)
    return next(parts)


def _spelled(clang_type: ClangType, ctype: CType) -> str:
    name = plain_spelling(record_type(clang_type).get_canonical())
    return f"&static_cast<const {name} &>({name}{{...}})" if isinstance(ctype, PointerType) else f"{name}{{...}}"


def passed(value: Value) -> Iterator[Value]:
    """What a call gives the arguments of one parameter: a record's fields, one after the other."""
    if isinstance(value, AddressOf) and isinstance(value.pointee, StructType) and isinstance(value.place, ValuePlace):
        value = value.place.value
    if isinstance(value, Aggregate):
        for item in value.fields.values():
            yield from passed(item)
    else:
        yield value
