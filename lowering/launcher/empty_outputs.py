"""Whether a kernel has anything to write: `T` of a stencil has `rows - 2` rows, and none at all where the rows are one or two.

A launcher that allocates and copies by such numbers asks first. A source in C does nothing there; its loops do not run.
Extents that are sums of products of sizes need no question: sizes are at least one where there is something to do. Where raising made
one a choice (`rows > 2 && cols > 2 ? (rows - 2) * (cols - 2) : 0`), what chooses is the question.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.forms import IndexForms
from xpiler.lowering.launcher.roles import Pointer
from xpiler.lowering.slices import rebuilt

GREATER = arith.CmpIPredicate.sgt


def something_to_write(pointers: list[Pointer], mapping: dict[ir.Value, ir.Value]) -> ir.Value | None:
    """Whether a written buffer has elements, as a value at the current insertion point; None where one always has.

    `mapping` takes the kernel's values to the launcher's, and learns the numbers of elements.
    """
    written = [pointer.elements for pointer in pointers if pointer.written]
    if not written or any(map(_is_plain, written)):
        return None
    has_any: ir.Value | None = None
    for elements in dict.fromkeys(written):
        has_elements = _has_elements(elements, mapping)
        has_any = has_elements if has_any is None else arith.ori(has_any, has_elements)
    return has_any


def _has_elements(elements: ir.Value, mapping: dict[ir.Value, ir.Value]) -> ir.Value:
    if (choice := _choice(elements)) is not None:
        return rebuilt(choice.operands[0], mapping, ir.InsertionPoint.current)
    count = rebuilt(elements, mapping, ir.InsertionPoint.current)
    mapping.setdefault(elements, count)
    return arith.cmpi(GREATER, count, arith.constant(count.type, 0))


def _choice(elements: ir.Value) -> ir.Operation | None:
    """The choice between some elements and none that a number of elements is."""
    op = None if isinstance(elements.owner, ir.Block) else elements.owner.operation
    return op if op is not None and op.name == "arith.select" else None


def _is_plain(elements: ir.Value) -> bool:
    """Whether a number of elements is a sum of products of sizes."""
    if _choice(elements) is not None:
        return False
    forms = IndexForms()
    poly = forms.of(elements)
    return min(poly.terms.values(), default=0) > 0 and all(atom.kind == "value" for atom in poly.own_atoms())
