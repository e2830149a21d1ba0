"""Copies from global to shared memory that go on while their thread does something else (`cp.async`).

A `vector.store` of what a `vector.load` has read is one where it carries `xpiler.async`: it may be done at any time from there to
the wait. `nvvm.cp.async.commit.group` closes the group of a thread's copies since the last one, `nvvm.cp.async.wait.group n`
waits until at most the newest n groups are on their way. To do each copy where it is issued is one of the orders this allows.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import vector

from xpiler.dialects.words import ASYNC
from xpiler.lowering.c_text.attributes import integer_of
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.handlers import Handlers

ASYNC_COPIES = Handlers()
_HEADER = "<cuda_pipeline.h>"


def copy_async(source: ir.Value, place: list[ir.Value], target: ir.Value, own: list[ir.Value], lanes: int) -> None:
    """Sends `lanes` consecutive elements on their way from global to shared memory."""
    kind = ir.VectorType.get([lanes], ir.MemRefType(source.type).element_type)
    store = vector.StoreOp(vector.load(kind, source, place), target, own)
    store.operation.attributes[ASYNC] = ir.UnitAttr.get()


def is_async(op: ir.Operation) -> bool:
    """Whether a store is the end of an asynchronous copy."""
    return ASYNC in op.attributes


def only_copied(load: ir.Operation) -> bool:
    """Whether what a `vector.load` reads goes nowhere but to asynchronous copies."""
    users = [use.owner.operation for use in load.results[0].uses]
    return bool(users) and all(user.name == "vector.store" and is_async(user) for user in users)


def write_copy(body: Body, store: ir.Operation) -> None:
    """`__pipeline_memcpy_async(to, from, 16);`"""
    value, target, *own = store.operands
    source, *place = value.owner.operation.operands
    tile, origin = body.buffer(target), body.buffer(source).pointer(body.indices(place))
    to = f"&{tile.element_at(body.indices(own)).text}" if tile.array_rank else tile.pointer(body.indices(own)).text
    kind = ir.VectorType(value.type)
    body.file.include(_HEADER)
    body.statement(f"__pipeline_memcpy_async({to}, {origin.text}, {kind.shape[0] * kind.element_type.width // 8});")


@ASYNC_COPIES.writes("nvvm.cp.async.commit.group")
def _commit(body: Body, op: ir.Operation) -> None:
    body.file.include(_HEADER)
    body.statement("__pipeline_commit();")


@ASYNC_COPIES.writes("nvvm.cp.async.wait.group")
def _wait(body: Body, op: ir.Operation) -> None:
    body.file.include(_HEADER)
    body.statement(f"__pipeline_wait_prior({integer_of(op.attributes['n'])});")
