"""Loads and stores written out, where the shape of the array is its type's or it has one dimension."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import Defect
from xpiler.verify.model.control import known
from xpiler.verify.model.function_text import FunctionText, writes
from xpiler.verify.model.memory import SIZES, Pointer
from xpiler.verify.model.memory_ops import element_type, load, store
from xpiler.verify.model.places import moved
from xpiler.verify.model.program import place_of


def _base(op: ir.Operation) -> ir.Value:
    return op.operands[0] if op.name == "memref.load" else op.operands[1]


def _has_known_shape(op: ir.Operation) -> bool:
    kind = ir.MemRefType(_base(op).type)
    return kind.rank == 1 or kind.has_static_shape


def _locate(text: FunctionText, base: ir.Value, subscripts: list[ir.Value]) -> None:
    """Assigns `p` and `o`: the pointer and the byte offset of an element; each subscript must be within its dimension."""
    shape = ir.MemRefType(base.type).shape
    text.line(f"p = {text.read(base)}")
    size = SIZES[element_type(base)]
    if len(shape) == 1 and not text.read(subscripts[0]).startswith("("):
        index = text.read(subscripts[0])
        text.line(f"o = p.base + {size} * {index} if type({index}) is int else {text.constant(moved)}(p.base, {size}, {index})")
        return
    names = []
    for number, subscript in enumerate(subscripts):
        index = text.read(subscript)
        names.append(index if index.startswith("(") else f"i{number}")
        if not index.startswith("("):
            text.line(f"i{number} = {index} if type({index}) is int else {text.constant(known)}({index}, 'an address')")
    offset = names[0]
    for name, extent in zip(names[1:], shape[1:], strict=True):
        offset = f"({offset}) * {extent} + {name}"
    if len(shape) > 1:
        within = " and ".join(f"0 <= {name} < {extent}" for name, extent in zip(names, shape, strict=True))
        text.line(f"if not ({within}): {text.constant(_outside)}(p, ({', '.join(names)}), {tuple(shape)})")
    text.line(f"o = p.base + {size} * ({offset})")


def _outside(pointer: Pointer, subscripts: tuple[int, ...], shape: tuple[int, ...]) -> None:
    for number, extent in zip(subscripts, shape, strict=True):
        if not 0 <= number < extent:
            raise Defect("bounds", f"subscript {number} of a dimension of {extent} of '{pointer.buffer.name}'")


@writes("memref.load", where=_has_known_shape)
def _load(text: FunctionText, op: ir.Operation) -> None:
    """What is in an array that nobody watches (no log, no copy, no parallel loop) is taken as it is."""
    _at(text, op)
    _locate(text, op.operands[0], list(op.operands)[1:])
    type_ = element_type(op.operands[0])
    text.line("b = p.buffer; c = b.cells.get(o) if type(o) is int else None")
    plain = f"c is not None and c[0] == '{type_}' and not b.guards and not T.recording and not T.guards"
    text.line(f"{text.name(op.results[0])} = c[1] if {plain} else {text.constant(load)}(T, b, o, '{type_}')")
    text.assigned(op.results[0])


@writes("memref.store", where=_has_known_shape)
def _store(text: FunctionText, op: ir.Operation) -> None:
    _at(text, op)
    _locate(text, op.operands[1], list(op.operands)[2:])
    text.line(f"{text.constant(store)}(T, p.buffer, o, '{element_type(op.operands[1])}', {text.read(op.operands[0])})")


def _at(text: FunctionText, op: ir.Operation) -> None:
    place = place_of(op)
    if place:
        text.line(f"T.where = {place!r}")
