"""A buffer that holds one type after another in the same bytes: one array for each type, where no read sees another type's bits.

    __memcpy(stage, x, n * sizeof(half), GDRAM2NRAM);      stage as half
    __bang_half2float(a, (half *)stage, n);                its last read as half
    __bang_mul((float *)stage, a, a, n);                   from here on it is float

A read is safe where no write of another type can touch its bytes; else a write of its own type must hold all that it reads, stand
before it in the same block, and nothing of another type may be written there in between. A builtin reads before it writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.raising.bang.lifetimes import is_own_element, outermost_forall
from xpiler.raising.bang.ranges import Interval, Ranges
from xpiler.raising.bang.scratch import ACCESSES, reallocated
from xpiler.raising.bang.typed_pieces import used_bytes
from xpiler.raising.bang.whole_elements import divided
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import ancestor_in, definition, operations, users

MOST_ALIKE = 40  # operations that two equal offsets are made of


@dataclass(frozen=True)
class _Access:
    """A load or store through a view: the loop it stands in, and the bytes that it may touch."""

    op: ir.Operation
    view: ir.Operation
    top: ir.Operation
    touched: Interval

    @property
    def type_(self) -> ir.Type:
        return ir.MemRefType(self.view.results[0].type).element_type

    @property
    def reads(self) -> bool:
        return self.op.name != "memref.store"

    @property
    def writes(self) -> bool:
        return self.op.name != "memref.load"

    def meets(self, other: _Access) -> bool:
        return self.touched[0] <= other.touched[1] and other.touched[0] <= self.touched[1]


def separate_types(alloca: ir.Operation) -> bool:
    """Gives each type an array of its own; False where a read might see the bits of another type."""
    views = users(alloca.results[0])
    accesses = _accesses(alloca, views)
    if accesses is None or not all(_sees_its_own(access, accesses) for access in accesses if access.reads):
        return False
    unit = alloca.results[0].type.element_type.width
    offsets = {}
    for view in views:
        ratio, rest = divmod(ir.MemRefType(view.results[0].type).element_type.width, unit)
        emit = EmissionPoint(ir.InsertionPoint(view), view.location)
        offsets[view] = divided(view.operands[1], ratio, emit) if ratio and not rest else None
        if offsets[view] is None:
            return False
    size = alloca.results[0].type.shape[0]
    for type_ in dict.fromkeys(ir.MemRefType(view.results[0].type).element_type for view in views):
        made = reallocated(alloca, size * unit // type_.width, type_)
        for view in views:
            if ir.MemRefType(view.results[0].type).element_type == type_:
                view.operands[0], view.operands[1] = made, offsets[view]
    alloca.erase()
    return True


def _accesses(alloca: ir.Operation, views: list[ir.Operation]) -> list[_Access] | None:
    if alloca.operands or any(view.name != "xpiler.view" for view in views):
        return None
    ranges, size = Ranges(), alloca.results[0].type.shape[0] * alloca.results[0].type.element_type.width // 8
    found = []
    for view in views:
        touched = used_bytes(view, ranges, size)
        for op in users(view.results[0]):
            if op.name not in ACCESSES:
                return None
            found.append(_Access(op, view, outermost_forall(op), touched))
    return found


def _sees_its_own(read: _Access, accesses: list[_Access]) -> bool:
    others = [other for other in accesses if other.writes and other.type_ != read.type_ and other.meets(read)]
    if not others:
        return True
    own = [access for access in accesses if access.writes and access.type_ == read.type_ and access.top.block == read.top.block]
    order = {op: position for position, op in enumerate(operations(read.top.block))}
    before = [order[write.top] for write in own if order[write.top] < order[read.top] and _holds(write, read)]
    return bool(before) and not any(max(before) < at < order[read.top] for at in _places(others, read.top.block, order))


def _places(accesses: list[_Access], block: ir.Block, order: dict[ir.Operation, int]) -> list[int]:
    """Where in a block accesses stand, at any depth; those outside of it are passed only together with the block."""
    tops = (ancestor_in(access.op, block) for access in accesses)
    return [order[top] for top in tops if top is not None]


def _holds(write: _Access, read: _Access) -> bool:
    """Whether a loop writes every element that the other reads: element i of the same memory in iteration i, as often."""
    if not is_own_element(write.op, write.top) or not is_own_element(read.op, read.top):
        return False
    bounds = [list(ir.DenseI64ArrayAttr(access.top.attributes["staticUpperBound"])) for access in (write, read)]
    sizes = [(access.view.operands[1], *access.top.operands) for access in (write, read)]
    return bounds[0] == bounds[1] and all(_alike(a, b) for a, b in zip(*sizes, strict=True))


def _alike(one: ir.Value, other: ir.Value) -> bool:
    """Whether two numbers are computed in the same way from the same."""
    left = MOST_ALIKE
    pairs = [(one, other)]
    while pairs:
        a, b = pairs.pop()
        if a == b:
            continue
        left -= 1
        first, second = definition(a), definition(b)
        if left < 0 or first is None or second is None or first.name != second.name or len(first.operands) != len(second.operands):
            return False
        if not first.name.startswith("arith.") or {n: str(first.attributes[n]) for n in first.attributes} != {
            n: str(second.attributes[n]) for n in second.attributes
        }:
            return False
        pairs += zip(first.operands, second.operands, strict=True)
    return True
