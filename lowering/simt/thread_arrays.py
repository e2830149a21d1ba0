"""Arrays of a block of which each thread has its own part: they lie in the thread's registers, not in shared memory.

Such an array is only read and written inside parallel loops over the block's threads, one iteration a thread, and its
leading subscripts are the variables of those loops: no thread meets an element of another.
"""

from __future__ import annotations

from math import prod

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import walk
from xpiler.lowering.parallel_nest import dimensions
from xpiler.transforms.rewriting import body, index

_LARGEST_BLOCK = 1024
_WARP = 32
_BASES = {"memref.load": 0, "memref.store": 1, "vector.load": 0, "vector.store": 1}  # accesses, and which operand is the array


def thread_arrays(root: ir.Operation) -> dict[ir.Operation, tuple[int, ...]]:
    """The arrays in `root` whose parts belong to threads, with the extents of the parallel loops that own them."""
    found = {}
    for op in walk(root):
        if op.name == "memref.alloca" and _loop_around(op, root) is None:
            extents = _owners(op, root)
            if extents is not None:
                found[op] = extents
    return found


def make_private(op: ir.Operation, owners: int) -> ir.Value:
    """Replaces an array by the part of it that one thread has: the first `owners` subscripts go."""
    kind = ir.MemRefType(op.results[0].type)
    shape = list(kind.shape)[owners:] or [1]
    alignment = ir.IntegerAttr(op.attributes["alignment"]).value if "alignment" in op.attributes else None
    with ir.InsertionPoint(op), op.location:
        own = memref.alloca(ir.MemRefType.get(shape, kind.element_type), [], [], alignment=alignment)
    for use in list(op.results[0].uses):
        _without_owner(use.owner.operation, own, owners)
    op.erase()
    return own


def _without_owner(access: ir.Operation, own: ir.Value, owners: int) -> None:
    base = _BASES[access.name]
    operands = list(access.operands)
    with ir.InsertionPoint(access), access.location:
        rest = operands[base + 1 + owners :] or [index(0)]
        results = [result.type for result in access.results]
        made = ir.Operation.create(access.name, results, [*operands[:base], own, *rest])
        for old, new in zip(access.results, made.results, strict=True):
            old.replace_all_uses_with(new)
    access.erase()


def _owners(op: ir.Operation, root: ir.Operation) -> tuple[int, ...] | None:
    """The extents of the loops that own an array; None where some access is not in such a loop."""
    array = op.results[0]
    extents = set()
    for use in array.uses:
        access = use.owner.operation
        base = _BASES.get(access.name)
        if base is None or use.operand_number != base:
            return None
        loop = _loop_around(access, root)
        extents.add(_own_extents(loop, list(access.operands)[base + 1 :]) if loop is not None else None)
    (only,) = extents if len(extents) == 1 else (None,)
    if only is None or tuple(ir.MemRefType(array.type).shape[: len(only)]) != only:
        return None
    count = prod(only)
    return only if count <= _LARGEST_BLOCK and count % _WARP == 0 else None


def _loop_around(op: ir.Operation, root: ir.Operation) -> ir.Operation | None:
    """The outermost parallel loop inside `root` around `op`."""
    found, parent = None, op.parent.operation
    while parent != root:
        if parent.name == "scf.forall":
            found = parent
        parent = parent.parent.operation
    return found


def _own_extents(loop: ir.Operation, subscripts: list[ir.Value]) -> tuple[int, ...] | None:
    """The extents of a loop from 0 by 1 whose variables are the leading subscripts."""
    dims = dimensions(loop)
    if not all(d.lower == 0 and d.step == 1 and isinstance(d.upper, int) for d in dims):
        return None
    leading = subscripts[: len(dims)]
    return tuple(d.upper for d in dims) if leading == list(body(loop).arguments)[: len(dims)] else None
