"""`if c { } else { X }` is `if not c { X }`, the condition turned as a person would write it.

Passes look for what a branch does in its first region.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining
from xpiler.transforms.rewriting import content, move_content

OPPOSITE = (1, 0, 5, 4, 3, 2, 9, 8, 7, 6)  # of arith.cmpi's predicates


def turn_branch(op: ir.Operation) -> bool:
    """Turns an `scf.if` whose first branch does nothing, in front of which operations are made; whether it is one."""
    blocks = [region.blocks[0] for region in op.regions if len(region.blocks)]
    if len(op.results) or len(blocks) < 2 or content(blocks[0]) or not content(blocks[1]):
        return False
    turned = scf.IfOp(negated(op.operands[0]))
    with ir.InsertionPoint(turned.then_block):
        scf.yield_([])
    move_content(content(blocks[1]), turned.then_block)
    op.erase()
    return True


def negated(condition: ir.Value) -> ir.Value:
    """`not condition`: a comparison the other way round, each part of `a || b` and `a && b` for itself."""
    made = defining(condition)
    name = made.name if made is not None else ""
    if name == "arith.cmpi":
        left, right = made.operands
        return arith.cmpi(OPPOSITE[ir.IntegerAttr(made.attributes["predicate"]).value], left, right)
    if name in ("arith.andi", "arith.ori"):
        parts = [negated(operand) for operand in made.operands]
        return arith.ori(*parts) if name == "arith.andi" else arith.andi(*parts)
    if name == "arith.select":
        return _negated_choice(*made.operands)
    known = _known(condition)
    return arith.xori(condition, _truth(True)) if known is None else _truth(not known)


def _negated_choice(condition: ir.Value, yes: ir.Value, no: ir.Value) -> ir.Value:
    """Not `c ? yes : no`, which is how `c || no` and `c && yes` are told where the second part may only be computed behind the first."""
    if _known(yes) is not None or _known(no) is not None:
        return arith.select(negated(condition), negated(no), negated(yes))
    return arith.select(condition, negated(yes), negated(no))


def _known(condition: ir.Value) -> bool | None:
    made = defining(condition)
    return bool(made.attributes["value"].value) if made is not None and made.name == "arith.constant" else None


def _truth(value: bool) -> ir.Value:
    truth = ir.IntegerType.get_signless(1)
    return arith.constant(truth, ir.IntegerAttr.get(truth, int(value)))
