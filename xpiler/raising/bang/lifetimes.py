"""A scratch buffer used again and again, one array for each use.

BANG code computes in place: load x, x -= mean, x *= scale, store x. Each of these defines x anew. Where every read of a
buffer sees only what was written before it in the same block, each definition gets an array of its own, and what is a
chain of values is no longer a chain of overwrites.

A definition is a parallel loop over [0, n) that writes element i in iteration i; it covers the reads in loops over the
same [0, n), and every read if it writes the whole buffer. Other writes add to the definition before them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.raising.bang.ranges import Ranges
from xpiler.raising.bang.scratch import ACCESSES, SHARED, reallocated
from xpiler.raising.structure import ancestor_in, users, walk

WHOLE = "whole"


@dataclass
class Use:
    """What one operation of a block does with the buffer."""

    op: ir.Operation
    reads: list[ir.Operation] = field(default_factory=list)
    writes: list[ir.Operation] = field(default_factory=list)


@dataclass
class Definition:
    """A definition, and the accesses that belong to it; `extent` is what it covers."""

    extent: object
    accesses: list[ir.Operation] = field(default_factory=list)


def rename_definitions(kernel: ir.Operation) -> None:
    """Give each definition of a scratch buffer its own array, for every buffer where that changes nothing."""
    for alloca in [op for op in walk(kernel) if op.name == "memref.alloca"]:
        type_ = ir.MemRefType(alloca.results[0].type)
        if type_.rank == 1 and not alloca.operands and SHARED not in alloca.attributes:
            _rename(alloca, type_.shape[0])


def _rename(alloca: ir.Operation, size: int) -> None:
    accesses = list(dict.fromkeys(users(alloca.results[0])))
    if any(access.name not in ACCESSES for access in accesses):
        return
    blocks = _uses_by_block(accesses)
    if blocks is None or _nested(list(blocks)):
        return
    definitions: list[Definition] = []
    for block, uses in blocks.items():
        found = _definitions(_in_order(block, uses), size)
        if found is None:
            return
        definitions += found
    for definition in definitions[1:]:
        array = reallocated(alloca, size, alloca.results[0].type.element_type)
        for access in definition.accesses:
            access.operands[ACCESSES[access.name] - 1] = array


def _uses_by_block(accesses: list[ir.Operation]) -> dict[ir.Block, dict[ir.Operation, Use]] | None:
    """Uses by the blocks that hold the loops that write; None where a read is in none of them."""
    blocks: dict[ir.Block, dict[ir.Operation, Use]] = {}
    for write in [access for access in accesses if access.name != "memref.load"]:
        top = outermost_forall(write)
        blocks.setdefault(top.block, {}).setdefault(top, Use(top)).writes.append(write)
    for read in [access for access in accesses if access.name == "memref.load"]:
        block = _enclosing(read, blocks)
        if block is None:
            return None
        top = ancestor_in(read, block)
        blocks[block].setdefault(top, Use(top)).reads.append(read)
    return blocks


def _nested(blocks: list[ir.Block]) -> bool:
    """Whether one block is inside another: what it defines, perhaps under a condition, may reach reads outside."""
    return any(a != b and ancestor_in(a.owner.operation, b) is not None for a in blocks for b in blocks)


def outermost_forall(op: ir.Operation) -> ir.Operation:
    """The builtin's loop that an access stands in; the access itself where it is in none."""
    while op.parent.name == "scf.forall" and op.parent.parent.name != "func.func":
        op = op.parent.operation
    return op


def _enclosing(op: ir.Operation, blocks: dict[ir.Block, dict[ir.Operation, Use]]) -> ir.Block | None:
    """The nearest block around an operation that is one of some."""
    while op.name != "func.func":
        if op.block in blocks:
            return op.block
        op = op.parent.operation
    return None


def _in_order(block: ir.Block, uses: dict[ir.Operation, Use]) -> list[Use]:
    return [uses[op.operation] for op in block.operations if op.operation in uses]


def _definitions(uses: list[Use], size: int) -> list[Definition] | None:
    """The definitions of a block in order; None where a read may see what was there before the block."""
    found: list[Definition] = []
    for use in uses:
        extent = _extent(use, size)
        if use.reads:
            if not found or not _covers(found[-1].extent, use):
                return None
            found[-1].accesses += use.reads
        if use.writes:
            if extent is None and not found:
                return None
            if extent is not None and not (found and found[-1].extent == WHOLE and extent != WHOLE):
                found.append(Definition(extent))
            found[-1].accesses += use.writes
    return found


def _covers(extent: object, use: Use) -> bool:
    """Whether a definition of [0, extent) holds all that a use reads."""
    if extent == WHOLE:
        return True
    bound = _bound(use.op)
    return bound is not None and bound == extent and all(is_own_element(read, use.op) for read in use.reads)


def _extent(use: Use, size: int) -> object:
    """What a use defines: the bound of its loop, WHOLE for all of the buffer, None for a part."""
    if not use.writes or not all(write.name == "memref.store" and is_own_element(write, use.op) for write in use.writes):
        return None
    bound = _bound(use.op)
    return WHOLE if isinstance(bound, int) and bound >= size else bound


def _bound(loop: ir.Operation) -> int | ir.Value | None:
    """The extent of a one-dimensional parallel loop."""
    if loop.name != "scf.forall" or len(list(loop.regions[0].blocks[0].arguments)) != 1:
        return None
    static = ir.DenseI64ArrayAttr(loop.attributes["staticUpperBound"])[0]
    if static != ir.ShapedType.get_dynamic_size():
        return static
    constant = Ranges().number(loop.operands[0])
    return loop.operands[0] if constant is None else constant


def is_own_element(access: ir.Operation, loop: ir.Operation) -> bool:
    """Whether iteration i of the loop accesses element i, always."""
    return (
        loop.name == "scf.forall"
        and access.parent.operation == loop
        and access.operands[ACCESSES[access.name]] == loop.regions[0].blocks[0].arguments[0]
    )
