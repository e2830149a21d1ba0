"""`xpiler.view` folded away: buffers cut by pointer arithmetic become subscripts of the buffer they were cut from."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.raising.bang.scratch import ACCESSES, reallocated
from xpiler.raising.bang.typed_lifetimes import separate_types
from xpiler.raising.bang.typed_pieces import cut_by_type
from xpiler.raising.bang.whole_elements import divided
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.structure import definition, replace, users, walk
from xpiler.raising.wide_views import is_wider, see_pieces


def fold_views(kernel: ir.Operation) -> None:
    """Fold every view; Unsupported where memory is read under two types at places that may meet."""
    _compose(kernel)
    for op in [op for op in walk(kernel) if op.name == "memref.alloca"]:
        if not _retype(op) and not cut_by_type(op):
            separate_types(op)
    for op in [op for op in walk(kernel) if op.name == "xpiler.view"]:
        _fold(op)


def _compose(kernel: ir.Operation) -> None:
    """A view of a view is a view of the buffer."""
    for view in [op for op in walk(kernel) if op.name == "xpiler.view"]:
        inner = definition(view.operands[0])
        while inner is not None and inner.name == "xpiler.view":
            emit = EmissionPoint(ir.InsertionPoint(view), view.location)
            ratio, rest = divmod(_bytes(inner.results[0]), _bytes(inner.operands[0]))
            inside = _whole(view, inner, emit) if rest else emit.mul(view.operands[1], emit.constant(ratio))
            if inside is None:
                break
            view.operands[1] = emit.add(inner.operands[1], inside)
            view.operands[0] = inner.operands[0]
            inner = definition(view.operands[0])
    for view in [op for op in walk(kernel) if op.name == "xpiler.view"][::-1]:  # those of which views are made come first
        if not list(view.results[0].uses):
            view.erase()


def _whole(view: ir.Operation, inner: ir.Operation, emit: EmissionPoint) -> ir.Value | None:
    """The offset of a view, in elements of what was cast to narrower ones inside, where they are whole ones: `(char *)a + 4 * n`."""
    ratio, rest = divmod(_bytes(inner.operands[0]), _bytes(inner.results[0]))
    if rest or _bytes(view.results[0]) != _bytes(inner.operands[0]):
        return None
    return divided(view.operands[1], ratio, emit)


def _retype(alloca: ir.Operation) -> bool:
    """A byte buffer that is only ever seen as one type becomes a buffer of that type; False where it is seen as several."""
    buffer = alloca.results[0]
    element = ir.MemRefType(buffer.type).element_type
    views = users(buffer)
    types = {ir.MemRefType(view.results[0].type).element_type for view in views if view.name == "xpiler.view"}
    if alloca.operands or types <= {element} or any(view.name != "xpiler.view" for view in views):
        return True
    if len(types) != 1:
        return False
    wanted = types.pop()
    ratio, rest = divmod(wanted.width, element.width)
    if rest or not ratio:
        return False
    offsets = [divided(view.operands[1], ratio, EmissionPoint(ir.InsertionPoint(view), view.location)) for view in views]
    if any(offset is None for offset in offsets):
        return False
    made = reallocated(alloca, alloca.results[0].type.shape[0] // ratio, wanted)
    for view, offset in zip(views, offsets, strict=True):
        view.operands[0], view.operands[1] = made, offset
    alloca.erase()
    return True


def _fold(view: ir.Operation) -> None:
    seen, stored = (ir.MemRefType(buffer.type).element_type for buffer in (view.results[0], view.operands[0]))
    if definition(view.operands[0]) is None and is_wider(view):  # a parameter `void *`: its bytes
        _name_bytes(view.operands[0])
        see_pieces(view)
        return
    if seen != stored and _bytes(view.results[0]) == _bytes(view.operands[0]):
        _take_bits(view, seen, stored)
    elif seen != stored:
        raise _meeting_pieces(view)
    for access in list(users(view.results[0])):
        if access.name not in ACCESSES:
            raise unsupported(access, f"'{access.name}' on a pointer into a buffer cannot be raised")
        _shift(access, view)
    view.erase()


def _meeting_pieces(view: ir.Operation) -> Unsupported:
    """The refusal of a buffer whose pieces may meet; of one type, they do where an offset counts elements and bytes are meant."""
    types = {ir.MemRefType(user.results[0].type).element_type for user in users(view.operands[0]) if user.name == "xpiler.view"}
    if len(types) > 1:
        return unsupported(
            view, "a buffer is used as several types whose pieces cannot be told apart", "give each type an array of its own"
        )
    hint = "count where each piece starts in bytes, as sizeof(type) times elements, or give it an array of its own"
    return unsupported(view, "pieces of a buffer may meet: where one starts is no whole number of elements that is told", hint)


def _name_bytes(parameter: ir.Value) -> None:
    """A parameter whose bytes are taken one by one is a pointer to bytes: `void` has no elements."""
    function = parameter.owner.owner
    described = [dict((item.name, item.attr) for item in ir.DictAttr(each)) for each in ir.ArrayAttr(function.attributes["arg_attrs"])]
    mine = described[parameter.arg_number]
    if "xpiler.ctype" in mine:
        mine["xpiler.ctype"] = ir.StringAttr.get(ir.StringAttr(mine["xpiler.ctype"]).value.replace("void", "uint8_t"))
    function.attributes["arg_attrs"] = ir.ArrayAttr.get([ir.DictAttr.get(each) for each in described])


def _take_bits(view: ir.Operation, seen: ir.Type, stored: ir.Type) -> None:
    """Elements of another type as wide, such as the index behind `__bang_argmax`'s value, are the buffer's own bits."""
    for access in list(users(view.results[0])):
        emit = EmissionPoint(ir.InsertionPoint(access), access.location)
        if access.name == "memref.store":
            bits = emit.value("arith.bitcast", stored, access.operands[0])
            emit.op("memref.store", [], [bits, view.operands[0], emit.add(view.operands[1], access.operands[2])])
            access.erase()
        elif access.name == "memref.load":
            loaded = emit.op("memref.load", [stored], [view.operands[0], emit.add(view.operands[1], access.operands[1])])
            replace(access, [emit.value("arith.bitcast", seen, loaded.results[0])])


def _shift(access: ir.Operation, view: ir.Operation) -> None:
    """The access on the buffer itself, the view's offset added to its subscript."""
    emit = EmissionPoint(ir.InsertionPoint(access), access.location)
    start = ACCESSES[access.name]
    operands = list(access.operands)
    position = emit.add(view.operands[1], operands[start])
    attributes = {name: access.attributes[name] for name in access.attributes}
    made = emit.op(access.name, [r.type for r in access.results], [*operands[: start - 1], view.operands[0], position], **attributes)
    replace(access, list(made.results))


def _bytes(buffer: ir.Value) -> int:
    return ir.MemRefType(buffer.type).element_type.width // 8
