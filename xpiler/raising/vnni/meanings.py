"""Operations of the vnni dialect, raised by their meaning: operands in scratch arrays, the template's loops inlined."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import memref

from xpiler.dialects.semantics import Wanted, instantiate
from xpiler.raising.vnni.emission_point import lane_loop, scratch
from xpiler.raising.vnni.lane_values import LaneSource, stored, unsupported


def meaning(operation: ir.Operation, operands: list[LaneSource], result: ir.VectorType) -> LaneSource:
    """The result's lanes after the meaning of `operation` ran on scratch arrays.

    Raises Unsupported where `semantics.mlir` has no entry for the operation's kind and types.
    """
    types = tuple(str(t) for t in (*(o.element for o in operands), result.element_type))
    text = instantiate(Wanted(operation.name, _kinds(operation), frozenset(), types))
    if text is None:
        raise unsupported(operation)
    buffers = [_in_memory(o) for o in operands]
    into = scratch(result.shape[0], result.element_type)
    module = ir.Module.parse(text)
    function = next(iter(module.body.operations)).operation
    inline(function.regions[0].blocks[0], [_dynamic(b) for b in (*buffers, into)])
    return stored(into, result.shape[0])


def _kinds(operation: ir.Operation) -> tuple[str, ...]:
    """The word of the `kind` attribute: `#vnni.dot_kind<dpbusd>` gives dpbusd."""
    if "kind" not in operation.attributes:
        return ()
    return (str(operation.attributes["kind"]).split("<")[-1].rstrip("> "),)


def _in_memory(source: LaneSource) -> ir.Value:
    buffer = scratch(source.lanes, source.element)
    lane_loop(source.lanes, lambda lane: memref.store(source.lane(lane), buffer, [lane]))
    return buffer


def _dynamic(buffer: ir.Value) -> ir.Value:
    element = ir.MemRefType(buffer.type).element_type
    return memref.cast(ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], element), buffer)


def inline(block: ir.Block, arguments: list[ir.Value]) -> None:
    """Copies a function's body, its `return` left out, to the insertion point."""
    mapping: dict[ir.Value, ir.Value] = dict(zip(block.arguments, arguments, strict=True))
    for op in list(block.operations)[:-1]:
        made = op.operation.clone()
        made = getattr(made, "operation", made)
        _remap(made, mapping)
        mapping.update(zip(op.operation.results, made.results, strict=True))


def _remap(operation: ir.Operation, mapping: dict[ir.Value, ir.Value]) -> None:
    for position, operand in enumerate(operation.operands):
        if operand in mapping:
            operation.operands[position] = mapping[operand]
    for region in operation.regions:
        for block in region:
            for op in block:
                _remap(op.operation, mapping)
