"""What the raising knows of the operations of `cuda` and `hip`: which ones threads perform together, which are pure."""

from __future__ import annotations

import re

from mlir import ir

from xpiler.raising.structure import walk

DIALECTS = frozenset({"cuda", "hip"})
BLOCK_COLLECTIVES = frozenset({"barrier", "barrier_reduce"})
WARP_COLLECTIVES = frozenset(
    {"shuffle", "vote", "warp_barrier", "active_mask", "mfma"}
    | {"fragment_fill", "fragment_load", "fragment_store", "fragment_mma", "fragment_get", "fragment_set"}
)
THREAD_INDICES = frozenset({"thread_id", "block_id", "block_dim", "grid_dim", "warp_size"})
PURE_DIALECTS = frozenset({"arith", "math"})
PURE_STRUCTURE = frozenset({"memref.get_global", "scf.if", "scf.for", "scf.while", "scf.yield", "scf.condition"})
WRITERS = frozenset({"atomic", "atomic_cas", "fragment_store"})
DIVISIONS = frozenset(
    {"arith.divsi", "arith.divui", "arith.remsi", "arith.remui", "arith.floordivsi", "arith.ceildivsi", "arith.ceildivui"}
)


def simt_name(op: ir.Operation) -> str:
    """The name of a `cuda` or `hip` operation without its dialect; empty for every other operation."""
    dialect, _, name = op.name.partition(".")
    return name if dialect in DIALECTS else ""


def word(op: ir.Operation, attribute: str) -> str:
    """The enum word of an attribute: `xor` of `#cuda.shuffle_kind<xor>`."""
    return re.findall(r"\w+", str(op.attributes[attribute]))[-1]


def is_fragment(type_: ir.Type) -> bool:
    """Is it a matrix fragment, or an array of them?"""
    element = type_.element_type if isinstance(type_, ir.MemRefType) else type_
    return str(element).startswith(("!cuda.fragment", "!hip.fragment"))


def is_collective(op: ir.Operation, names: frozenset[str]) -> bool:
    """Is `op` one of these operations? Moving fragments in and out of arrays goes with the fragment operations."""
    if op.name in ("memref.load", "memref.store"):
        return "fragment_load" in names and is_fragment(op.operands[0].type)
    return simt_name(op) in names


def holds(op: ir.Operation, names: frozenset[str]) -> bool:
    """Is there, in `op` or under it, one of these operations?"""
    return any(is_collective(inner, names) for inner in walk(op))


def is_pure(op: ir.Operation) -> bool:
    """Does `op`, with its regions, neither touch memory nor act together with other threads?"""
    return all(inner.name.partition(".")[0] in PURE_DIALECTS or inner.name in PURE_STRUCTURE for inner in walk(op))


def reads_only(op: ir.Operation) -> bool:
    """As `is_pure`, but loads are allowed."""
    return all(
        inner.name.partition(".")[0] in PURE_DIALECTS or inner.name in PURE_STRUCTURE or inner.name == "memref.load" for inner in walk(op)
    )


def loaded_memory(op: ir.Operation) -> set[ir.Value]:
    """The memrefs that `op` or an operation under it loads from."""
    return {inner.operands[0] for inner in walk(op) if inner.name == "memref.load"}


def written_memory(op: ir.Operation) -> set[ir.Value]:
    """The memrefs that `op` or an operation under it may write."""
    written = set()
    for inner in walk(op):
        if inner.name in ("memref.store", "memref.atomic_rmw") or simt_name(inner) in WRITERS:
            written.update(value for value in inner.operands if isinstance(value.type, ir.MemRefType))
        elif inner.name == "memref.generic_atomic_rmw":
            written.add(inner.operands[0])
    return written
