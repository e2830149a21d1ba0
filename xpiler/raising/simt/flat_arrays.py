"""Arrays and pointers into them: a view of a buffer as its own element type is the buffer and an offset."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.array_rows import flatten_rows, rebuild, rows
from xpiler.raising.element_bits import may_take_bits, take_bits
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.dynamic_shared import ELEMENT_BYTES
from xpiler.raising.simt.platform_ops import simt_name
from xpiler.raising.structure import definition, post_order, users
from xpiler.raising.wide_views import is_narrower, is_wider, see_parts, see_pieces

HINT = "declare the memory with the type that it is read with"


def flatten_arrays(kernel: ir.Operation) -> None:
    """Remove `memref.collapse_shape`, and `xpiler.view` where the element type stays.

    Raises Unsupported for a row of an array that is not local.
    """
    flatten_rows(kernel)
    for op in rows(kernel):
        raise unsupported(op, "a row of a constant array used as a pointer")
    for op in _named(kernel, "xpiler.view"):
        if _is_part(op.operands[0]):
            _rebase(op)
        elif not _is_dynamic_shared(op.operands[0]):
            _see_through(op)


def _named(kernel: ir.Operation, name: str) -> list[ir.Operation]:
    """The operations of one name, and no others: accesses are replaced on the way."""
    return [op for op in post_order(kernel) if op.name == name]


def _is_dynamic_shared(base: ir.Value) -> bool:
    source = definition(base)
    return source is not None and simt_name(source) == "dynamic_shared"


def _is_part(base: ir.Value) -> bool:
    """Whether a buffer is dynamic shared memory seen as elements."""
    source = definition(base)
    return source is not None and source.name == "xpiler.view" and _is_dynamic_shared(source.operands[0])


def _rebase(view: ir.Operation) -> None:
    """A view of a part of dynamic shared memory, as a view of the memory itself."""
    base, offset = view.operands
    part = definition(base)
    if part.results[0].type.element_type == view.results[0].type.element_type:
        _see_through(view)
        return
    emit = EmissionPoint(ir.InsertionPoint(view), view.location)
    bytes_ = emit.mul(offset, emit.constant(ELEMENT_BYTES[str(base.type.element_type)]))
    view.operands[0], view.operands[1] = part.operands[0], emit.add(part.operands[1], bytes_)


def _see_through(view: ir.Operation) -> None:
    """Accesses of the view go to its base, with the offset added."""
    base, offset = view.operands
    if is_wider(view) and base.type.rank == 1:
        see_pieces(view)
        return
    if is_narrower(view) and base.type.rank == 1:
        see_parts(view)
        return
    if base.type.element_type != view.results[0].type.element_type:
        if not may_take_bits(view):
            raise unsupported(view, f"memory of {base.type.element_type} seen as {view.results[0].type.element_type}", HINT)
        take_bits(view)
        return
    if base.type.rank != 1:
        raise unsupported(view, "a view of an array of several dimensions")
    for user in users(view.results[0]):
        operands = list(user.operands)
        position = operands.index(view.results[0])
        if len(operands) <= position + 1 or not isinstance(operands[position + 1].type, ir.IndexType):
            raise unsupported(user, f"'{user.name}' on a view of memory")
        emit = EmissionPoint(ir.InsertionPoint(user), user.location)
        operands[position : position + 2] = [base, emit.add(offset, operands[position + 1])]
        if user.name == "xpiler.view":
            _rebuild_view(user, operands)
        else:
            rebuild(user, operands)
    view.erase()


def _rebuild_view(view: ir.Operation, operands: list[ir.Value]) -> None:
    view.operands[0], view.operands[1] = operands
