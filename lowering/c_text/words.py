"""Words for values that the source did not name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.analysis.reductions import FOLD_WORDS
from xpiler.lowering.c_text.expression import Expr
from xpiler.lowering.c_text.names import source_name

if TYPE_CHECKING:
    from xpiler.lowering.c_text.body import Body

_BY_OPERATION = {
    "arith.cmpi": ("inside", "condition"),
    "arith.cmpf": ("condition",),
    "math.sqrt": ("root",),
    "math.rsqrt": ("scale",),
    "math.exp": ("power",),
    "arith.divf": ("ratio",),
    "arith.maximumf": ("largest",),
    "arith.maxnumf": ("largest",),
    "arith.minnumf": ("smallest",),
    "arith.minsi": ("count", "least"),
    "arith.maxsi": ("most",),
    "vector.reduction": ("total",),
    "arith.mulf": ("product",),
    "arith.addf": ("sum",),
    "math.fma": ("sum",),
    "arith.subf": ("difference",),
    "arith.subi": ("left", "rest"),
    "arith.addi": ("position",),
    "arith.shli": ("bits",),
}

_OF_INDICES = {
    "arith.minsi": ("count", "length"),
    "arith.divsi": ("pieces", "parts"),
    "arith.divui": ("pieces", "parts"),
    "arith.ceildivsi": ("pieces", "parts"),
    "arith.floordivsi": ("pieces", "parts"),
    "arith.remsi": ("rest", "remainder"),
    "arith.remui": ("rest", "remainder"),
    "arith.subi": ("left", "difference"),
    "arith.select": ("bound", "limit"),
}
_SIZED = ("xpiler.alloc", "xpiler.copy")  # operations of launchers that are told how many elements


def word_for(body: Body, value: ir.Value, expr: Expr) -> tuple[str, ...]:
    """Wishes for the name of a variable, best first."""
    value = _before_casts(value)
    location, name = _definition(value)
    named = body.source_word(location)
    if named:
        return (named, f"{named}_value")
    if name in ("memref.load", "vector.load", "vector.maskedload"):
        text = expr.text if name == "memref.load" else body.buffer(value.owner.operation.operands[0]).base.text
        array = re.match(r"\W*(\w+)", text)
        stem = array.group(1).lower().rstrip("_") if array else "x"
        return (stem, f"{stem}_value", f"{stem}_element") if len(stem) <= 2 else (f"{stem}_value", f"{stem}_element")
    if str(value.type).endswith("xi1>"):
        return ("lanes", "tail", "mask")
    if str(value.type) == "index" and (blocks := _grid_words(value)):
        return blocks
    sized = next((use.owner.operation for use in value.uses if use.owner.operation.name in _SIZED), None)
    if str(value.type) == "index" and sized is not None:
        return ("elements", *_elements_of(body, sized), "extent")
    is_index = str(value.type) == "index"
    words = (
        _OF_INDICES.get(name, ("offset", "position", "index"))
        if is_index
        else (*_BY_OPERATION.get(name, ()), "value", "result", "term", "item")
    )
    stem = _stem(body, expr, words)
    return (*words, *(f"{stem}_{word}" for word in words)) if stem else words


def _before_casts(value: ir.Value) -> ir.Value:
    """What a number was before it got the type that a builtin takes."""
    location, name = _definition(value)
    is_cast = name in ("arith.index_cast", "arith.index_castui") and source_name(location) is None
    return _before_casts(value.owner.operation.operands[0]) if is_cast else value


def _elements_of(body: Body, op: ir.Operation) -> tuple[str, ...]:
    """`b_elements`, after the array that an allocation makes, or one that a copy is from or to."""
    arrays = [*op.results, *(v for v in op.operands if isinstance(v.type, ir.MemRefType) and v in body.values)]
    named = [body.source_word(_definition(arrays[0])[0]), *(body.buffer(v).base.text for v in arrays[len(op.results) :])]
    return tuple(f"{name.lower()}_elements" for name in named if name)


_AXES = ("across", "down", "deep")
_SAME_BLOCKS = ("arith.index_cast", "arith.minui", "arith.minsi")  # what a number of blocks goes through on its way to a launch


def _grid_words(value: ir.Value) -> tuple[str, ...]:
    """Words for the blocks of a launch along an axis, nothing where a value is none."""
    found = _launch_of(value)
    if found is None:
        return ()
    launch, axis = found
    is_line = all(_definition(size)[1] == "arith.constant" for k, size in enumerate(list(launch.operands)[: len(_AXES)]) if k != axis)
    word = "blocks" if is_line else _AXES[axis]
    return (word, f"{ir.FlatSymbolRefAttr(launch.attributes['kernel']).value}_{word}")


def _launch_of(value: ir.Value) -> tuple[ir.Operation, int] | None:
    """The launch whose grid a value is an extent of, and along which axis."""
    for use in value.uses:
        user = use.owner.operation
        if user.name == "xpiler.launch" and use.operand_number < len(_AXES):
            return user, use.operand_number
        if user.name in _SAME_BLOCKS and (found := _launch_of(user.results[0])) is not None:
            return found
    return None


def _stem(body: Body, expr: Expr, words: tuple[str, ...]) -> str | None:
    """The first name in an expression that is not one of our own words, without such a word behind it: what a value is made of."""
    for word in re.findall(r"(?<![.\w])[A-Za-z]\w*", expr.text):
        stem = re.sub(rf"_({'|'.join(words)})$", "", word)
        if stem not in words and body.names.declared(word):
            return stem.lower()
    return None


_PARTIAL_COPIES = ("bang.memcpy", "bang.memcpy_2d", "bang.memcpy_3d")


def array_words(op: ir.Operation, text_of: Callable[[ir.Value], str | None]) -> tuple[str, ...]:
    """Wishes for the name of an array: its source name, else that of the parameter copied to or from it, or of the source's variable
    whose values it keeps."""
    named = source_name(op.location)
    if named:
        return (named,)
    for user in _through_views(op.results[0]):
        if user.name in _PARTIAL_COPIES:
            for operand in list(user.operands)[:2]:
                name = text_of(operand)
                if name:
                    return (f"{name.lower()}_tile", f"{name.lower()}_part")
    kept = _kept(op.results[0])
    if not kept:
        return _ARRAYS
    is_one = ir.MemRefType(op.results[0].type).shape == [1]
    return (*((kept,) if is_one else (f"{kept}_tile", f"{kept}_part")), *_ARRAYS)


_ARRAYS = ("buffer", "scratch", "work", "spare", "room")


def _kept(array: ir.Value, *, through_moves: bool = True) -> str | None:
    """The source's name of what is stored to an array, or to one that is moved there."""
    for use in array.uses:
        user, position = use.owner.operation, use.operand_number
        name = None
        if user.name == "memref.store" and position == 1:
            name = source_name(_variable(user.operands[0]))
        elif user.name == "bang.move" and position == 0 and through_moves:
            name = _kept(user.operands[1], through_moves=False)
        if name:
            return name.lower()
    return None


def _variable(value: ir.Value) -> ir.Location:
    """Where a value's variable is named. The result of a loop has the loop's name: the variable's own is inside, at what the loop carries
    or at what goes round."""
    loop = value.owner.operation if not isinstance(value.owner, ir.Block) else None
    if loop is None or loop.name != "scf.for":
        return _definition(value)[0]
    block, number = loop.regions[0].blocks[0], list(loop.results).index(value)
    carried = list(block.arguments)[1 + number].location
    if source_name(carried) != source_name(loop.location):
        return carried
    return _variable(block.operations[len(block.operations) - 1].operation.operands[number])


def _through_views(value: ir.Value) -> list[ir.Operation]:
    users = [use.owner.operation for use in value.uses]
    return users + [inner for op in users if op.name == "xpiler.view" for inner in _through_views(op.results[0])]


def _definition(value: ir.Value) -> tuple[ir.Location, str]:
    """Where a value is defined, and by which operation (none for a block argument)."""
    if isinstance(value.owner, ir.Block):
        return value.location, ""
    return value.owner.location, value.owner.operation.name


_ACCUMULATORS = {**FOLD_WORDS, "math.fma": "sum"}


def carried_words(body: Body, loop: ir.Operation, argument: ir.Value, update: ir.Value, init: ir.Value) -> tuple[str, ...]:
    """Wishes for a variable that a loop carries: its source name (not the loop's), else what its update computes."""
    own = source_name(loop.location)
    named = next((n for v in (argument, update, init) if (n := body.source_word(_variable(v))) and n != own), None)
    if named:
        return (named,)
    return (_ACCUMULATORS.get(_definition(update)[1], "state"), "state", "carried")
