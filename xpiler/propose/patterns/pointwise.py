"""Functions that do the same to every element: one loop over all of them, every access at the loop's variable.

For such a function what holds of one element holds of all, and of any number of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mlir import ir

from xpiler.diagnostics import PassFailed
from xpiler.dialects.semantics import Wanted, instantiate
from xpiler.dialects.words import word
from xpiler.propose.patterns.pattern import operations


@dataclass(frozen=True)
class Pointwise:
    """The one store of a loop over elements: the value, the buffer it goes to, and which load reads which buffer."""

    result: ir.Value
    written: ir.Value
    loads: dict[ir.Value, ir.Value]  # loaded value -> buffer


def pointwise(function: ir.Operation) -> Pointwise:
    """What a function does to an element. Raises PassFailed where it is not pointwise."""
    loops = [op for op in operations(function) if op.name.startswith("scf.")]
    stores = [op for op in operations(function) if op.name == "memref.store"]
    if [op.name for op in loops if op.name != "scf.forall.in_parallel"] != ["scf.forall"] or len(stores) != 1:
        raise PassFailed("@before is one scf.forall with one store: a pattern on elements")
    block = loops[0].regions[0].blocks[0]
    variables = list(block.arguments)
    accesses = [*stores, *(op for op in operations(function) if op.name == "memref.load")]
    for op in accesses:
        subscripts = list(op.operands)[2 if op.name == "memref.store" else 1 :]
        if subscripts != variables or len(variables) != 1 or op.block != block:
            raise PassFailed("every access of @before is at the variable of its loop")
    loads = {op.results[0]: op.operands[0] for op in accesses if op.name == "memref.load"}
    return Pointwise(stores[0].operands[0], stores[0].operands[1], loads)


def is_pointwise(op: ir.Operation) -> bool:
    """Whether a builtin's meaning is a loop over all its elements that touches each at its own place."""
    if "kind" not in op.attributes or not op.operands:
        return False
    types = tuple(str(ir.MemRefType(v.type).element_type) for v in op.operands if isinstance(v.type, ir.MemRefType))
    return _meaning_is_pointwise(op.name, word(op.attributes["kind"]), types)


@cache
def _meaning_is_pointwise(name: str, kind: str, types: tuple[str, ...]) -> bool:
    text = instantiate(Wanted(name, (kind,), frozenset(), types))
    if text is None:
        return False
    from xpiler.dialects import context

    module = ir.Module.parse(text, context())
    meaning = next(op.operation for op in module.body.operations if "meaning" in str(op.operation.attributes["sym_name"]))
    try:
        return bool(pointwise(meaning))
    except PassFailed:
        return False
