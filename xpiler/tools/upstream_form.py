"""The shared form without a word of ours: kernels as plain `func`, `scf`, `memref`, `arith` and `math`, for other compilers.

Facts (`xpiler.extent`, `xpiler.assume`) and launchers are left out: nothing that is computed depends on them. A caller
passes buffers that are apart from each other wherever the function has `xpiler.noalias` in the shared form.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.passes import place_of
from xpiler.pipeline import run_upstream
from xpiler.raising.structure import operations, post_order, walk

FACTS = ("xpiler.extent", "xpiler.assume")


def to_upstream(shared: ir.Module) -> ir.Module:
    """The kernels of a module in shared form as upstream IR, in place.

    Raises Unsupported, naming the operation, where memory is seen as another type in a way that upstream cannot say.
    """
    with shared.context, ir.Location.unknown():
        _drop_launchers(shared)
        for op in post_order(shared.operation):
            if op.name in FACTS:
                op.erase()
            elif op.name == "xpiler.view":
                _replace_view(op)
        _refuse_rest(shared)
        _drop_attributes(shared)
        run_upstream("canonicalize,cse", shared.operation)
    return shared


def _drop_launchers(module: ir.Module) -> None:
    for op in operations(module.body):
        if "xpiler.launcher" in op.attributes:
            op.erase()


def _replace_view(view: ir.Operation) -> None:
    """A view of bytes is `memref.view`; one of the same elements is the base at an offset."""
    base, offset = view.operands
    kind, seen = ir.MemRefType(base.type), ir.MemRefType(view.results[0].type)
    if kind.element_type == seen.element_type and all(_is_access(use.owner.operation) for use in view.results[0].uses):
        _shift_accesses(view, base, offset)
    elif str(kind.element_type) == "i8" and kind.rank == 1:
        _view_bytes(view, base, offset, seen)
    else:
        raise Unsupported(f"'xpiler.view' from {kind} to {seen} has no upstream form", place_of(view))


def _is_access(op: ir.Operation) -> bool:
    return op.name in ("memref.load", "memref.store")


def _shift_accesses(view: ir.Operation, base: ir.Value, offset: ir.Value) -> None:
    for use in list(view.results[0].uses):
        access = use.owner.operation
        position = 0 if access.name == "memref.load" else 1
        at = ir.InsertionPoint(access)
        moved = ir.Operation.create("arith.addi", [offset.type], [offset, access.operands[position + 1]], ip=at).result
        access.operands[position], access.operands[position + 1] = base, moved
    view.erase()


def _view_bytes(view: ir.Operation, base: ir.Value, offset: ir.Value, seen: ir.MemRefType) -> None:
    """As many elements as the bytes behind the offset hold."""
    index, at = ir.IndexType.get(), ir.InsertionPoint(view)

    def emit(name: str, *operands: ir.Value) -> ir.Value:
        return ir.Operation.create(name, [index], list(operands), ip=at).result

    def constant(value: int) -> ir.Value:
        attribute = ir.IntegerAttr.get(index, value)
        return ir.Operation.create("arith.constant", [index], attributes={"value": attribute}, ip=at).result

    left = emit("arith.subi", emit("memref.dim", base, constant(0)), offset)
    width = constant(ir.Type(seen.element_type).width // 8)
    count = emit("arith.divui", left, width)
    made = ir.Operation.create("memref.view", [seen], [base, offset, count], ip=at).result
    view.results[0].replace_all_uses_with(made)
    view.erase()


def _refuse_rest(module: ir.Module) -> None:
    for op in walk(module.operation):
        if op.name.startswith("xpiler."):
            raise Unsupported(f"'{op.name}' has no upstream form", place_of(op))


def _drop_attributes(module: ir.Module) -> None:
    """Everything named `xpiler.`, on operations and on parameters."""
    for op in walk(module.operation):
        for name in [name for name in op.attributes if name.startswith("xpiler.")]:
            del op.attributes[name]
        if op.name == "func.func" and "arg_attrs" in op.attributes:
            op.attributes["arg_attrs"] = ir.ArrayAttr.get([_without_ours(ir.DictAttr(a)) for a in ir.ArrayAttr(op.attributes["arg_attrs"])])


def _without_ours(attributes: ir.DictAttr) -> ir.DictAttr:
    return ir.DictAttr.get({named.name: named.attr for named in attributes if not named.name.startswith("xpiler.")})
