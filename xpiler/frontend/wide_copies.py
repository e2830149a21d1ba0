"""Wide copies: elements that are moved through a vector of another type are moved as what they are.

    *(uint4 *)(tile + i) = *(const uint4 *)(A + j);        with `half *tile, *A`

copies eight halves. As `uint4` the memory would have two element types, which neither raising nor proofs take; nothing computes
with the four words, so that a vector of eight halves says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, vector


@dataclass(frozen=True)
class _Viewed:
    """A wide access through a view of another type: the view's base and offset, and how many of its elements one of the vector's has."""

    access: ir.Operation
    base: ir.Value
    offset: ir.Value
    subscript: ir.Value
    ratio: int

    @staticmethod
    def of(access: ir.Operation) -> _Viewed | None:
        """What a load or store goes through; None where that is no view of narrower elements."""
        memref, *subscripts = list(access.operands)[0 if access.name == "vector.load" else 1 :]
        view = None if isinstance(memref.owner, ir.Block) else memref.owner.operation
        if view is None or view.name != "xpiler.view" or len(subscripts) != 1:
            return None
        narrow, wide = (ir.MemRefType(v.type).element_type for v in (view.operands[0], view.results[0]))
        widths = [getattr(kind, "width", 0) for kind in (narrow, wide)]
        if narrow == wide or not 0 < widths[0] < widths[1] or widths[1] % widths[0]:
            return None
        return _Viewed(access, view.operands[0], view.operands[1], subscripts[0], widths[1] // widths[0])

    @property
    def element(self) -> ir.Type:
        """The type of the elements in memory."""
        return ir.MemRefType(self.base.type).element_type

    def place(self) -> ir.Value:
        """Where the access begins, in elements of the memory."""
        factor = arith.constant(ir.IndexType.get(), self.ratio)
        return arith.addi(self.offset, arith.muli(self.subscript, factor))


def retype_copies(function: ir.Operation) -> None:
    """Rewrites the copies of a function."""
    for load in [op for op in _operations(function) if op.name == "vector.load"]:
        source = _Viewed.of(load)
        stores = [use.owner.operation for use in load.results[0].uses]
        if source is None or not stores or any(op.name != "vector.store" for op in stores):
            continue
        targets = [_Viewed.of(store) for store in stores]
        if all(target is not None and (target.element, target.ratio) == (source.element, source.ratio) for target in targets):
            _retype(source, targets)


def _retype(source: _Viewed, targets: list[_Viewed]) -> None:
    lanes = ir.VectorType(source.access.results[0].type).shape[0] * source.ratio
    with ir.InsertionPoint(source.access), source.access.location:
        moved = vector.load(ir.VectorType.get([lanes], source.element), source.base, [source.place()])
    for target in targets:
        with ir.InsertionPoint(target.access), target.access.location:
            vector.store(moved, target.base, [target.place()])
        target.access.erase()
    source.access.erase()


def _operations(root: ir.Operation) -> list[ir.Operation]:
    found = []
    for region in root.regions:
        for block in region.blocks:
            for op in block.operations:
                found += [op.operation, *_operations(op.operation)]
    return found
