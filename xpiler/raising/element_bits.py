"""Memory of one type seen as another as wide, such as the bits of a float: its own elements and a bitcast."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.structure import post_order, users
from xpiler.raising.wide_views import is_narrower, is_wider, see_parts, see_pieces

ACCESSES = ("memref.load", "memref.store")


def may_take_bits(view: ir.Operation) -> bool:
    """Whether a view sees elements as others of their width, and is only loaded from and stored to."""
    base, seen = view.operands[0].type, view.results[0].type.element_type
    widths = [getattr(kind, "width", 0) for kind in (base.element_type, seen)]
    return base.rank == 1 and widths[0] == widths[1] != 0 and all(user.name in ACCESSES for user in users(view.results[0]))


def take_bits(view: ir.Operation) -> None:
    """Replaces the accesses of a view of `may_take_bits`, and erases it."""
    base, offset = view.operands
    stored, seen = base.type.element_type, view.results[0].type.element_type
    for access in users(view.results[0]):
        emit = EmissionPoint(ir.InsertionPoint(access), access.location)
        at = emit.add(offset, access.operands[len(access.operands) - 1])
        if access.name == "memref.store":
            emit.store(emit.value("arith.bitcast", stored, access.operands[0]), base, [at])
        else:
            access.results[0].replace_all_uses_with(emit.value("arith.bitcast", seen, emit.load(base, [at])))
        access.erase()
    view.erase()


def take_all_bits(kernel: ir.Operation) -> None:
    """Does away with the views that see memory as another type.

    Raises Unsupported for one whose widths do not fit, or that stores narrower elements.
    """
    for view in [op for op in post_order(kernel) if op.name == "xpiler.view"]:
        stored, seen = view.operands[0].type.element_type, view.results[0].type.element_type
        if stored == seen:
            continue
        if may_take_bits(view):
            take_bits(view)
        elif is_wider(view) and view.operands[0].type.rank == 1:
            see_pieces(view)
        elif is_narrower(view) and view.operands[0].type.rank == 1:
            see_parts(view)
        else:
            raise unsupported(view, f"memory of {stored} seen as {seen}", "declare the memory with the type that it is read with")
