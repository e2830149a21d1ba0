"""Matrix fragments (`wmma`): values over two coordinates of their own, row and column, of which every lane of a warp has a copy.

The copies are equal: a fragment is filled with a constant, read from an address that the lanes of a warp agree on, or multiplied by such,
and arrays of fragments have subscripts that they agree on; the lanes get there together. Changes lane by lane are not modelled.
Which lane writes an element of a stored fragment is open: one stands for the warp, and is none of its lanes where races are asked about.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from mlir import ir

from xpiler.dialects.words import word
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.forall import loops_of
from xpiler.verify.model.fragments import LANES, LINE_BYTES, START_BYTES, TYPE, Shape
from xpiler.verify.model.memory import SIZES
from xpiler.verify.model.memory_ops import DYNAMIC, space_of
from xpiler.verify.model.vector_ops import declared_alignment
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.memory import index_of, pointer_of
from xpiler.verify.symbolic.program import COLUMN, ROW, Array, Pointer
from xpiler.verify.symbolic.sets import Set, holds, mentions, name, number, project_out, within
from xpiler.verify.symbolic.walker import HANDLERS, Walker, handles
from xpiler.verify.terms.term import Term, make

NARROW = ("f16", "bf16")
MAKERS = ("fragment_fill", "fragment_load", "fragment_mma")


def is_fragment(type_: ir.Type) -> bool:
    """Whether a type is a fragment, or a memref of some."""
    element = ir.MemRefType(type_).element_type if isinstance(type_, ir.MemRefType) else type_
    return TYPE.fullmatch(str(element)) is not None


@handles("cuda.fragment_fill", "hip.fragment_fill")
def fill(w: Walker, op: ir.Operation) -> None:
    """One number everywhere."""
    _together(w)
    value = w.env[op.operands[0]]
    is_number = value.constant is not None if isinstance(value, Int) else isinstance(value, Term) and value.kind == "const"
    if not is_number:
        raise NotModelled("a fragment that is filled with something else than a constant")
    w.env[op.results[0]] = value


@handles("cuda.fragment_load", "hip.fragment_load")
def load(w: Walker, op: ir.Operation) -> None:
    """A tile of memory, read by every lane."""
    _together(w)
    shape = Shape.of(op.results[0].type)
    pointer, index, line = _address(w, op, 0, shape)
    with elements(w, shape):
        w.env[op.results[0]] = w.load(pointer, index.plus(_offset(w, shape.layout, line)))


@handles("cuda.fragment_store", "hip.fragment_store")
def store(w: Walker, op: ir.Operation) -> None:
    """A tile of memory, written once."""
    _together(w)
    shape = Shape.of(op.operands[0].type)
    pointer, index, line = _address(w, op, 1, shape)
    with w.under(name(w.lane).eq_set(number(0))), elements(w, shape):
        access = w.access(pointer, index.plus(_offset(w, word(op.attributes["layout"]), line)), True, _made(w, op.operands[0]))
    access.of_warp = True


@handles("cuda.fragment_mma", "hip.fragment_mma")
def multiply(w: Walker, op: ir.Operation) -> None:
    """a b + c, the sum over the depth in any order."""
    _together(w)
    shapes = [Shape.of(v.type) for v in op.operands]
    types = tuple(shape.element for shape in shapes)
    a, b, c = (_made(w, v) for v in op.operands)
    if types == ("i8", "i8", "i32"):
        a, b = (make("ext", True, 8, 32, v) for v in (a, b))
    elif types[2] != "f32" or types[0] not in NARROW or types[1] not in NARROW:
        raise NotModelled(f"a product of fragments of {types[0]} in {types[2]}")
    w.env[op.results[0]] = make("add", c, make("product", shapes[0].k, a, b))


def _made(w: Walker, value: ir.Value) -> object:
    """An operand: what one of these operations made, in the turns of a loop too, or an element of an array of fragments."""
    if not _is_made(value, ()):
        raise NotModelled("a fragment that is chosen")
    found = w.env[value]
    return found.constant if isinstance(found, Int) else found


def _is_made(value: ir.Value, seen: tuple[ir.Value, ...]) -> bool:
    if any(value == other for other in seen):
        return True
    if isinstance(value.owner, ir.Block):
        loop, position = value.owner.owner.operation, ir.BlockArgument(value).arg_number - 1
    else:
        loop, position = value.owner.operation, ir.OpResult(value).result_number
        if loop.name == "memref.load" or loop.name.partition(".")[2] in MAKERS:
            return True
    if loop.name != "scf.for":
        return False
    body = loop.regions[0].blocks[0].operations
    carried = loop.operands[3 + position], body[len(body) - 1].operands[position]
    return all(_is_made(other, (*seen, value)) for other in carried)


def _address(w: Walker, op: ir.Operation, first: int, shape: Shape) -> tuple[Pointer, Int, Int]:
    """Where a fragment starts in memory and how far apart its lines are: the same in all lanes, at what the manual asks for."""
    base, *indices, line = list(op.operands)[first:]
    pointer, apart = pointer_of(w, base), w.integer(line, "the stride of a fragment")
    index = index_of(w, pointer, indices)
    start = pointer.offset.plus(index)
    _agreed(w, start, apart)
    size = SIZES[shape.element]
    _multiple(w, start, START_BYTES // size)
    _multiple(w, apart, max(1, LINE_BYTES // size))
    if pointer.array.parameter is None and not pointer.array.device and declared_alignment(base) < START_BYTES:
        raise NotModelled("a fragment in an array whose alignment is not known")
    return pointer, index, apart


def _multiple(w: Walker, value: Int, of: int) -> None:
    for symbols, part in value.parts.items():
        factors = (part, *(w.symbols.value(symbol) for symbol in symbols))
        whole = [factor.tdiv_r(number(of)).eq_set(number(0)) for factor in factors]
        w.require(functools.reduce(Set.union, whole), "the alignment of a fragment in memory")


def _offset(w: Walker, layout: str, line: Int) -> Int:
    """An element's place behind the start of its fragment."""
    along, across = (name(ROW), name(COLUMN)) if layout == "row" else (name(COLUMN), name(ROW))
    return line.times(Int.of(along), w.symbols).plus(Int.of(across))


@contextmanager
def elements(w: Walker, shape: Shape) -> Iterator[None]:
    """All elements of a fragment."""
    dims = w.dims
    with w.under(within(ROW, shape.rows).intersect(within(COLUMN, shape.cols))):
        w.dims = (*dims, ROW, COLUMN)
        yield
    w.dims = dims


def _together(w: Walker) -> None:
    """All lanes of a warp get here, or none."""
    if w.lane is None:
        raise NotModelled("a fragment in a block whose width is no multiple of a warp of 32")
    here = w.domain.intersect_params(w.box.sizes)
    if w.exited is not None or not holds(here, project_out(here, [w.lane]).intersect_params(within(w.lane, LANES))):
        raise NotModelled("a fragment that not all lanes of a warp are shown to reach")


def _agreed(w: Walker, *values: Int) -> None:
    """Integers that are the same in all lanes of a warp."""
    if any(mentions(part, w.lane) for value in values for part in value.parts.values()):
        raise NotModelled("an address of a fragment that differs between the lanes of a warp")


def _array(w: Walker, op: ir.Operation) -> None:
    """An array of fragments of a thread."""
    shape = Shape.of(ir.MemRefType(op.results[0].type).element_type)
    extents = ir.MemRefType(op.results[0].type).shape
    if DYNAMIC in extents or space_of(op.results[0]):
        raise NotModelled("an array of fragments that is not a thread's own")
    sizes = tuple(Int.of(extent) for extent in extents)
    total = functools.reduce(lambda a, b: a * b, extents, shape.size)
    array = Array("fragments", shape.element, w.dims, Int.of(total), loops=loops_of(op))
    w.env[op.results[0]] = Pointer(array, Int.of(0), sizes)


def _element(w: Walker, base: ir.Value, indices: list[ir.Value]) -> tuple[Pointer, Int, Shape]:
    """A fragment of an array: its elements follow each other, row by row."""
    _together(w)
    shape = Shape.of(ir.MemRefType(base.type).element_type)
    pointer = w.env[base]
    index = index_of(w, pointer, indices)
    _agreed(w, index)
    return pointer, index.times(Int.of(shape.size), w.symbols).plus(place_in(shape)), shape


def place_in(shape: Shape) -> Int:
    """An element's place among those of its fragment, row by row."""
    return Int.of(name(ROW).mul(number(shape.cols)).add(name(COLUMN)))


def _array_load(w: Walker, op: ir.Operation) -> None:
    pointer, index, shape = _element(w, op.operands[0], list(op.operands)[1:])
    with elements(w, shape):
        w.env[op.results[0]] = w.load(pointer, index)


def _array_store(w: Walker, op: ir.Operation) -> None:
    pointer, index, shape = _element(w, op.operands[1], list(op.operands)[2:])
    value = _made(w, op.operands[0])
    with elements(w, shape):
        w.store(pointer, index, Int.of(value) if isinstance(value, int) else value)


def _or_of_fragments(of_fragments, otherwise, position):
    def handle(w: Walker, op: ir.Operation) -> None:
        (of_fragments if is_fragment(position(op).type) else otherwise)(w, op)

    return handle


HANDLERS["memref.alloca"] = _or_of_fragments(_array, HANDLERS["memref.alloca"], lambda op: op.results[0])
HANDLERS["memref.load"] = _or_of_fragments(_array_load, HANDLERS["memref.load"], lambda op: op.operands[0])
HANDLERS["memref.store"] = _or_of_fragments(_array_store, HANDLERS["memref.store"], lambda op: op.operands[1])
