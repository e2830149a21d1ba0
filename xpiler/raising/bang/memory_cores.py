"""What the memory core of a cluster does, given to the first of its cores.

    if (coreId == 0x80) load(sram, x); else use(nram);        if (coreId == 0) load(sram, x);  use(nram);

Only compute cores are tasks. Memory cores run beside them, so that doing their work first is one of the orders that the source allows;
where both wait for each other inside of the branches, it would not be, and is refused.
"""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.words import word
from xpiler.raising.places import unsupported
from xpiler.raising.structure import definition, operations, post_order, walk

MEMORY_CORE = 0x80
EQ, NE = 0, 1  # arith.cmpi's predicates
HINT = "let the memory core do its part under `if (coreId == 0x80)` alone, between barriers that all cores meet"
PURE_BANG = ("bang.index", "bang.is_memory_core")
STORES = ("memref.store", "memref.atomic_rmw", "vector.store")


def give_work_to_cores(kernel: ir.Operation) -> None:
    """Replaces conditions on the memory core by ones on the first core. Raises Unsupported where that is another program."""
    for op in [op for op in post_order(kernel) if op.name == "scf.if"]:
        asked = _asks(op.operands[0])
        blocks = [region.blocks[0] for region in op.regions if len(region.blocks)]
        if asked is None:
            if _asks_more(op.operands[0]) and _works(blocks[0]):
                raise unsupported(op, "work of the memory core under a condition that asks more", HINT)
            continue
        own, others = (blocks[0], blocks[1:]) if asked else (blocks[1] if len(blocks) > 1 else None, blocks[:1])
        if own is None or not _works(own):
            continue
        if len(op.results) or any(inner.name == "bang.barrier" for block in blocks for top in operations(block) for inner in walk(top)):
            raise unsupported(op, "work of the memory core that cores wait for inside of a branch", HINT)
        _first_core_does(op, own, others[0] if others else None)


def _first_core_does(op: ir.Operation, own: ir.Block, others: ir.Block | None) -> None:
    """The memory core's block under a test for the first core, and what the cores do behind it."""
    with ir.InsertionPoint(op), op.location:
        kind = ir.IntegerType.get_signless(32)
        core = ir.Operation.create(
            "bang.index", results=[kind], attributes={"kind": ir.Attribute.parse("#bang.index_kind<core_id>")}
        ).result
        zero = ir.Operation.create("arith.constant", results=[kind], attributes={"value": ir.IntegerAttr.get(kind, 0)}).result
        equal = {"predicate": ir.IntegerAttr.get(ir.IntegerType.get_signless(64), EQ)}
        first = ir.Operation.create("arith.cmpi", results=[ir.IntegerType.get_signless(1)], operands=[core, zero], attributes=equal).result
        made = ir.Operation.create("scf.if", operands=[first], regions=2)
    own.append_to(made.regions[0])
    for inner in operations(others)[:-1] if others is not None else ():
        inner.move_before(op)
    op.erase()


def _asks(condition: ir.Value) -> bool | None:
    """True for "this is the memory core", False for its opposite, None for another question."""
    op = definition(condition)
    if op is None:
        return None
    if op.name == "bang.is_memory_core":
        return True
    if op.name == "arith.xori" and _number(op.operands[1]) in (1, -1):
        inner = _asks(op.operands[0])
        return None if inner is None else not inner
    if op.name != "arith.cmpi" or _number(op.operands[1]) != MEMORY_CORE or not _is_core_id(op.operands[0]):
        return None
    return {EQ: True, NE: False}.get(ir.IntegerAttr(op.attributes["predicate"]).value)


def _asks_more(condition: ir.Value) -> bool:
    """Whether a condition holds on the memory core alone, and asks something else too."""
    op = definition(condition)
    if op is None or op.name not in ("arith.andi", "arith.ori", "arith.select"):
        return False
    return any(_asks(v) is True or _asks_more(v) for v in op.operands)


def _is_core_id(value: ir.Value) -> bool:
    op = definition(value)
    return op is not None and op.name == "bang.index" and word(op.attributes["kind"]) == "core_id"


def _number(value: ir.Value) -> int | None:
    op = definition(value)
    attribute = op.attributes["value"] if op is not None and op.name == "arith.constant" else None
    if isinstance(attribute, ir.BoolAttr):
        return int(attribute.value)
    return attribute.value if isinstance(attribute, ir.IntegerAttr) else None


def _works(block: ir.Block) -> bool:
    """Whether a block does anything that others could see."""
    inside = (inner for op in operations(block) for inner in walk(op))
    return any((op.name.startswith("bang.") and op.name not in PURE_BANG) or op.name in STORES for op in inside)
