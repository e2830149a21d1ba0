"""Barriers and lane collectives."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.c_types import BOOL, I32, U32, Int, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.values import Opaque, Scalar, Value

SHUFFLES = {"": "idx", "_up": "up", "_down": "down", "_xor": "xor"}


def barrier(simt: Simt) -> Handler:
    def read(call: Call) -> None:
        call.emit(simt.op("barrier"))

    return read


def barrier_reduce(simt: Simt, kind: str) -> Handler:
    def read(call: Call) -> Value:
        return call.emit_value(simt.op("barrier_reduce"), [call.value(0, BOOL)], kind=simt.kind("barrier_kind", kind))

    return read


def warp_barrier(simt: Simt) -> Handler:
    def read(call: Call) -> None:
        mask = call.value(0, simt.mask) if len(call) else call.reader.builder.constant(-1, simt.mask.mlir())
        call.emit(simt.op("warp_barrier"), [mask])

    return read


def shuffle(simt: Simt, kind: str, *, masked: bool) -> Handler:
    """A value of another lane; a vector goes lane by lane of the vector."""

    def read(call: Call) -> Value:
        first = 1 if masked else 0
        mask = [call.value(0, simt.mask)] if masked else []
        value = call.value(first)
        operands = [call.value(first + 1, I32), call.value(first + 2, I32), *mask]
        attributes = {"kind": simt.kind("shuffle_kind", kind)}
        if isinstance(call.result_type, Vector):
            parts = [call.reader.lanes.extract(value, k) for k in range(call.result_type.lanes)]
            moved = [call.emit(simt.op("shuffle"), [part, *operands], [part.type], **attributes).results[0] for part in parts]
            return call.result(call.reader.lanes.build(moved, value.type))
        return call.result(call.emit(simt.op("shuffle"), [value, *operands], [value.type], **attributes).results[0])

    return read


def vote(simt: Simt, kind: str, *, masked: bool) -> Handler:
    def read(call: Call) -> Value:
        mask = [call.value(0, simt.mask)] if masked else []
        predicate = call.value(1 if masked else 0, BOOL)
        ctype: Int = simt.mask if kind == "ballot" else I32
        operation = call.emit(simt.op("vote"), [predicate, *mask], [ctype.mlir()], kind=simt.kind("vote_kind", kind))
        return Scalar(operation.results[0], call.result_type)

    return read


def active_mask(simt: Simt) -> Handler:
    def read(call: Call) -> Value:
        return Scalar(call.emit(simt.op("active_mask"), [], [simt.mask.mlir()]).results[0], call.result_type)

    return read


def this_block(call: Call) -> Value:
    """`cooperative_groups::this_thread_block()`: known while reading."""
    return Opaque(call.result_type, "block")


def rank_in_block(simt: Simt) -> Handler:
    """`block.thread_rank()`: the linear index of the thread."""

    def read(call: Call) -> Value:
        builder, kind = call.reader.builder, U32.mlir()

        def index(mnemonic: str, dimension: str) -> ir.Value:
            return builder.value(simt.op(mnemonic), [], kind, {"dimension": ir.Attribute.parse(f"#{simt.name}<dim {dimension}>")})

        rank = index("thread_id", "z")
        for dimension in "yx":
            rank = builder.value("arith.muli", [rank, index("block_dim", dimension)], kind)
            rank = builder.value("arith.addi", [rank, index("thread_id", dimension)], kind)
        return call.result(rank)

    return read


def size_of_block(simt: Simt) -> Handler:
    """`block.size()`: how many threads it has."""

    def read(call: Call) -> Value:
        builder, kind = call.reader.builder, U32.mlir()
        sizes = [builder.value(simt.op("block_dim"), [], kind, {"dimension": ir.Attribute.parse(f"#{simt.name}<dim {d}>")}) for d in "xyz"]
        plane = builder.value("arith.muli", sizes[:2], kind)
        return call.result(builder.value("arith.muli", [plane, sizes[2]], kind))

    return read


def builtins(simt: Simt) -> dict[str, Handler]:
    found: dict[str, Handler] = {"__syncthreads": barrier(simt), "__syncwarp": warp_barrier(simt), "__activemask": active_mask(simt)}
    found |= {f"__syncthreads_{kind}": barrier_reduce(simt, kind) for kind in ("count", "and", "or")}
    for suffix, kind in SHUFFLES.items():
        found[f"__shfl{suffix}"] = shuffle(simt, kind, masked=False)
        found[f"__shfl{suffix}_sync"] = shuffle(simt, kind, masked=True)
    for kind in ("any", "all", "ballot"):
        found[f"__{kind}"] = vote(simt, kind, masked=False)
        found[f"__{kind}_sync"] = vote(simt, kind, masked=True)
    found |= {"this_thread_block": this_block, "sync": barrier(simt), "thread_rank": rank_in_block(simt)}
    found |= dict.fromkeys(("size", "num_threads"), size_of_block(simt))
    return found
