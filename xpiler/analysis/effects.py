"""Which memory an operation reads and writes: buffers, subscripts, and what makes it more than loads and stores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mlir import ir

from xpiler._mlir_libs import _xpiler

_ACCESSES = {  # (which operand is the buffer, reads, writes)
    "memref.load": (0, True, False),
    "memref.store": (1, False, True),
    "memref.atomic_rmw": (1, True, True),
    "memref.generic_atomic_rmw": (0, True, True),
}
_FRAGMENTS = {"fragment_load": (0, True), "fragment_store": (1, False)}  # (operand, reads): a tile from the subscripts on
_WIDE = {"vector.load": (0, True), "vector.store": (1, False)}  # likewise: several elements from the subscripts on
COMMIT, WAIT = "nvvm.cp.async.commit.group", "nvvm.cp.async.wait.group"  # of asynchronous copies
_LANES = {"vector.extract", "vector.insert", "vector.from_elements", "vector.broadcast"}
_FACTS = {"xpiler.extent", "xpiler.assume"}
_PURE_DIALECTS = ("arith", "math", "index", "ub", "affine")
_CONTROL = {
    "scf.for",
    "scf.forall",
    "scf.if",
    "scf.while",
    "scf.yield",
    "scf.condition",
    "scf.forall.in_parallel",
    "memref.alloca",
    "memref.dim",
    "memref.extract_aligned_pointer_as_index",
    "func.return",
    COMMIT,
    WAIT,
}
_KEPT = {
    "memref.alloca",
    "xpiler.assume",
    "xpiler.extent",
    "scf.while",
    COMMIT,
    WAIT,
}  # not to be erased or repeated, though they write nothing
_VIEWS = {"memref.collapse_shape", "memref.expand_shape", "memref.cast", "memref.subview", "memref.reinterpret_cast", "xpiler.view"}


@dataclass(frozen=True)
class Access:
    """One load, store or atomic update: the operation, the buffer it starts from and its subscripts there."""

    op: ir.Operation
    buffer: ir.Value
    subscripts: tuple[ir.Value, ...]
    reads: bool
    writes: bool
    exact: bool  # False where the access goes through a view, so that subscripts say nothing about `buffer`

    @property
    def atomic(self) -> bool:
        """Whether it is one indivisible read and write."""
        return self.reads and self.writes


def walk(op: ir.Operation) -> list[ir.Operation]:
    """`op` and everything inside it, in program order; an erased operation stays in the list, so do not erase on the way."""
    return _xpiler.walk(op.operation)  # in one call: a callback from `Operation.walk` costs three times as much


def defining(value: ir.Value) -> ir.Operation | None:
    """The operation a value is a result of, or None for a block argument."""
    owner = value.owner
    return None if isinstance(owner, ir.Block) else owner.operation


def base_buffer(buffer: ir.Value) -> tuple[ir.Value, bool]:
    """The buffer below views, and whether there were none."""
    exact = True
    while (op := defining(buffer)) is not None and op.name in _VIEWS:
        buffer, exact = op.operands[0], False
    return buffer, exact


def access_of(op: ir.Operation) -> Access | None:
    """The access an operation is, or None."""
    return _access(op, op.name)


def _access(op: ir.Operation, name: str) -> Access | None:
    if name in _ACCESSES:
        at, reads, writes = _ACCESSES[name]
        operands = list(op.operands)
        buffer, exact = base_buffer(operands[at])
        return Access(op, buffer, tuple(operands[at + 1 :]), reads, writes, exact)
    if name in _WIDE:
        at, reads = _WIDE[name]
        operands = list(op.operands)
        return Access(op, base_buffer(operands[at])[0], tuple(operands[at + 1 :]), reads, not reads, exact=False)
    at, reads = _FRAGMENTS.get(name.rpartition(".")[2], (None, False))
    if at is not None:
        operands = list(op.operands)
        return Access(op, base_buffer(operands[at])[0], tuple(operands[at + 1 : -1]), reads, not reads, exact=False)
    return None


@dataclass(frozen=True)
class Effects:
    """All accesses inside an operation; `unknown` is an operation whose effects are not known, if there is one.

    `touched` are the buffers that such operations take: they may be read and written anywhere, those of `only_read` only read.
    """

    accesses: tuple[Access, ...]
    unknown: ir.Operation | None
    touched: frozenset[ir.Value] = frozenset()
    only_read: frozenset[ir.Value] = frozenset()

    def written(self) -> set[ir.Value]:
        """The buffers that may be written, by accesses and otherwise."""
        return self.writes() | (self.touched - self.only_read)

    def reads(self) -> set[ir.Value]:
        """The buffers read."""
        return {a.buffer for a in self.accesses if a.reads}

    def writes(self) -> set[ir.Value]:
        """The buffers written."""
        return {a.buffer for a in self.accesses if a.writes}


def effects_of(op: ir.Operation) -> Effects:
    """The accesses inside `op`, in program order."""
    accesses: list[Access] = []
    unknown, touched, written = None, set(), set()
    for inner in walk(op):
        name = inner.name
        access = _access(inner, name)
        if access:
            accesses.append(access)
        elif not _is_transparent(name):
            unknown = unknown or inner
            buffers = [base_buffer(value)[0] for value in inner.operands if isinstance(value.type, ir.MemRefType)]
            touched |= set(buffers)
            written |= set(_written_of(name, buffers))
    return Effects(tuple(accesses), unknown, frozenset(touched), frozenset(touched - written))


def _written_of(name: str, buffers: list[ir.Value]) -> list[ir.Value]:
    """Builtins of BANG write their first buffer and read the others; a transpose writes its last; of others nothing is known."""
    if name == "linalg.transpose":
        return buffers[1:]
    return buffers[:1] if name.startswith("bang.") and name != "bang.atomic" else buffers


def is_transparent(op: ir.Operation) -> bool:
    """Whether an operation itself (not its regions) neither reads nor writes memory."""
    return _is_transparent(op.name)


@cache
def _is_transparent(name: str) -> bool:
    known = name in _CONTROL or name in _FACTS or name in _VIEWS or name in _LANES or name == "memref.atomic_yield"
    return known or name.split(".")[0] in _PURE_DIALECTS or name.endswith(".block_dim")


def is_pure(op: ir.Operation) -> bool:
    """Whether `op` with its regions only computes values: no write, no allocation; loads are allowed."""
    names = [inner.name for inner in walk(op)] if len(op.regions) else [op.name]
    return all(map(_only_computes, names))


@cache
def _only_computes(name: str) -> bool:
    if name in _ACCESSES:
        return not _ACCESSES[name][2]
    if name in _WIDE:
        return _WIDE[name][1]
    _, reads = _FRAGMENTS.get(name.rpartition(".")[2], (None, False))
    return reads or (_is_transparent(name) and name not in _KEPT)


def may_alias(a: ir.Value, b: ir.Value) -> bool:
    """Whether two buffers may share memory. Allocations are apart; pointer parameters are assumed apart."""
    return a == b or not (_has_own_memory(a) and _has_own_memory(b))


def is_private(buffer: ir.Value) -> bool:
    """Whether a buffer is an alloca of the kernel, used by loads and stores alone."""
    op = defining(buffer)
    if op is None or op.name != "memref.alloca":
        return False
    return all(use.owner.operation.name in ("memref.load", "memref.store") and not _is_stored_value(use) for use in buffer.uses)


def _is_stored_value(use: ir.OpOperand) -> bool:
    return use.owner.operation.name == "memref.store" and use.operand_number == 0


def _has_own_memory(buffer: ir.Value) -> bool:
    op = defining(buffer)
    if op is not None:
        return op.name in ("memref.alloca", "memref.alloc", "xpiler.alloc", "memref.get_global")
    owner = buffer.owner.owner
    return owner.operation.name == "func.func"
