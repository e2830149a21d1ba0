"""Edits of statements: a synchronisation put in, two neighbours that change places, a memory space, a size everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.repair.edit import Edit, Undo, is_integer, number_of, set_attribute
from xpiler.repair.program import Facts, label

# What makes earlier effects visible, for each dialect: the strongest first.
SYNCS = {
    "cuda": ("cuda.barrier", {}),
    "hip": ("hip.barrier", {}),
    "bang": ("bang.sync", {"kind": "#bang.sync_kind<io_move_compute>"}),
}
EFFECTS = ("bang.", "memref.store", "vector.store", "vector.maskedstore", "scf.for", "scf.if", "cuda.", "hip.", "vnni.")
LEAST_PIECE = 64  # elements of an array that pieces of a loop are as long as
SPACES = {"bang": ("nram", "wram", "sram"), "cuda": ("shared",), "hip": ("shared",)}


def sync_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """A synchronisation in front of an operation that has effects (or holds some), or at the end of a loop's body."""
    dialect = _dialect(facts.module)
    is_end = op.name == "scf.yield" and op.parent.operation.name == "scf.for"
    if dialect not in SYNCS or not (is_end or op.name.startswith(EFFECTS) or op.name == "memref.load") or _is_index(op):
        return
    yield Edit("sync", op, f"{SYNCS[dialect][0]} in front of {label(op)}", lambda: _inserted(op, dialect), (op, "sync"), 1.0)


def _inserted(op: ir.Operation, dialect: str) -> Undo:
    name, attributes = SYNCS[dialect]
    with ir.InsertionPoint(op), op.location:
        new = ir.Operation.create(name, attributes={n: ir.Attribute.parse(a) for n, a in attributes.items()})
    return new.erase


def swap_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """A statement changes places with the statement behind it."""
    following = _next_statement(op)
    if _is_statement(op) and following is not None and not _uses_result(op, following):
        yield Edit("statement", op, f"{label(op)} goes behind {label(following)}", lambda: _moved(op, following), (op, "place"), 1.3)


def _next_statement(op: ir.Operation) -> ir.Operation | None:
    found = False
    for other in op.block.operations:
        if found and _is_statement(other.operation):
            return other.operation
        found = found or other.operation == op
    return None


def _uses_result(op: ir.Operation, other: ir.Operation) -> bool:
    return any(v in list(other.operands) for v in op.results)


def _moved(op: ir.Operation, following: ir.Operation) -> Undo:
    order = [o.operation for o in op.block.operations]
    behind = order[order.index(op) + 1]
    op.move_after(following)
    return lambda: op.move_before(behind)


def _is_statement(op: ir.Operation) -> bool:
    return op.name.startswith(EFFECTS) and not _is_index(op)


def _is_index(op: ir.Operation) -> bool:
    return op.name.rpartition(".")[2] in ("index", "thread_id", "block_id", "block_dim", "grid_dim", "warp_size")


def space_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """An array in another memory space, and every view of it."""
    if op.name != "memref.alloca":
        return
    dialect = _dialect(facts.module)
    kind = ir.MemRefType(op.results[0].type)
    for name in SPACES.get(dialect, ()):
        wanted = ir.Attribute.parse(f"#{dialect}.space<{name}>", op.context)
        if kind.memory_space is None or kind.memory_space != wanted:
            yield Edit("space", op, f"{label(op)} lies in {name}", lambda s=wanted: _placed(op, s), (op, "space"), 1.0)


def size_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """An array of another length: it alone, or with all arrays and numbers that are as large (a piece and what holds it)."""
    if op.name != "memref.alloca" or ir.MemRefType(op.results[0].type).rank != 1:
        return
    old = ir.MemRefType(op.results[0].type).shape[0]
    alike = [o for o in _operations(facts.module) if _length(o) == old]
    if op == next(o for o in alike if o.name == "memref.alloca") and old >= LEAST_PIECE:
        shorter = sorted((old // part for part in (2, 4, 8, 16, 32, 64)), key=lambda n: (n not in facts.integers, -n))
        for rank, new in enumerate(shorter):  # a length that the programs know first: that of a block of threads, say
            text = f"pieces of {old} elements become pieces of {new}"
            yield Edit("size", op, text, lambda n=new: _resized(alike, n), (op, "pieces"), 0.8 + 0.02 * rank)
    others = {old // 2, old * 2, old // 4, old * 4, old // 8, *(n for n in facts.integers if 1 < n <= 1 << 20)}
    for rank, new in enumerate(n for n in sorted(others, key=lambda n: abs(n - old))[:10] if n != old and n > 0):
        text = f"{label(op)}: {old} elements become {new}"
        yield Edit("size", op, text, lambda n=new: _resized([op], n), (op, "size"), 1.2 + 0.05 * rank)


def _operations(module: ir.Module) -> list[ir.Operation]:
    found: list[ir.Operation] = []
    for function in module.body.operations:
        if "xpiler.kernel" in function.operation.attributes:
            function.operation.walk(lambda op: (found.append(op), ir.WalkResult.ADVANCE)[1])
    return found


def _length(op: ir.Operation) -> int | None:
    """The length of an array in one dimension, or the number that a constant is."""
    if op.name == "memref.alloca":
        kind = ir.MemRefType(op.results[0].type)
        return kind.shape[0] if kind.rank == 1 else None
    return int(number_of(op.results[0])) if op.name == "arith.constant" and is_integer(op.results[0].type) else None


def _placed(op: ir.Operation, space: ir.Attribute) -> Undo:
    return _retyped(op.results[0], lambda t: ir.MemRefType.get(t.shape, t.element_type, t.layout, space))


def _resized(ops: list[ir.Operation], elements: int) -> Undo:
    undos = [_resized_one(op, elements) for op in ops]

    def undo() -> None:
        for one in undos:
            one()

    return undo


def _resized_one(op: ir.Operation, elements: int) -> Undo:
    old = op.results[0].type
    if op.name == "arith.constant":
        return set_attribute(op, "value", ir.IntegerAttr.get(old, elements))
    kind = ir.MemRefType(old)
    with op.location:
        op.results[0].set_type(ir.MemRefType.get([elements], kind.element_type, kind.layout, kind.memory_space))
    return lambda: op.results[0].set_type(old)


def _retyped(value: ir.Value, change) -> Undo:
    """Changes the type of a buffer and of the views made of it."""
    pending, done = [value], []
    while pending:
        current = pending.pop()
        done.append((current, current.type))
        with current.owner.location:
            current.set_type(change(ir.MemRefType(current.type)))
        for use in current.uses:
            user = use.owner.operation
            if user.name in ("xpiler.view", "memref.collapse_shape", "memref.cast", "memref.subview"):
                pending.append(user.results[0])

    def undo() -> None:
        for current, old in done:
            current.set_type(old)

    return undo


def _dialect(module: ir.Module) -> str:
    return str(module.operation.attributes["xpiler.target"]).partition('"')[2].partition('"')[0]
