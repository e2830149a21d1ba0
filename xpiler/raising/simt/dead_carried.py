"""Values that a loop carries and nobody reads: variables declared outside and assigned anew in every turn.

They would become arrays over the threads (or tiles of a warp) that are written and never read.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.structure import operations, post_order, users


def drop_dead_carried(kernel: ir.Operation) -> None:
    """Rebuild every `scf.for` of the kernel without the values that neither its body nor the code after it reads."""
    for op in post_order(kernel):
        if op.name == "scf.for":
            dead = [position for position in range(len(op.results)) if _is_dead(op, position)]
            if dead:
                _rebuild(op, dead)


def _is_dead(loop: ir.Operation, position: int) -> bool:
    """Is the value read by nothing, except to be handed on unchanged to the next turn?"""
    body = loop.regions[0].blocks[0]
    argument, end = body.arguments[position + 1], operations(body)[-1]
    if users(loop.results[position]):
        return False
    only_handed_on = end.operands[position] == argument and len(users(argument)) == 1
    return not users(argument) or only_handed_on


def _rebuild(loop: ir.Operation, dead: list[int]) -> None:
    kept = [position for position in range(len(loop.results)) if position not in dead]
    operands = [*list(loop.operands)[:3], *(loop.operands[position + 3] for position in kept)]
    attributes = {name: loop.attributes[name] for name in loop.attributes}
    types = [loop.results[position].type for position in kept]
    new = ir.Operation.create(
        "scf.for", types, operands, attributes=attributes, regions=1, loc=loop.location, ip=ir.InsertionPoint(loop)
    ).operation
    body = loop.regions[0].blocks[0]
    end = operations(body)[-1]
    yielded = [end.operands[position] for position in kept]
    location = end.location
    end.erase()
    for position in reversed(dead):
        body.erase_argument(position + 1)
    body.append_to(new.regions[0])
    ir.Operation.create("scf.yield", operands=yielded, loc=location, ip=ir.InsertionPoint(body))
    for position, result in zip(kept, new.results, strict=True):
        loop.results[position].replace_all_uses_with(result)
    loop.erase()
