"""What the memory core of a cluster does, given to the first of its cores.

    if (coreId == 0x80) load(sram, x); else use(nram);        if (coreId == 0) load(sram, x);  use(nram);

Only compute cores are tasks. Memory cores run beside them, so that doing their work first is one of the orders that the source allows;
where both wait for each other inside of the branches, it would not be, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.dialects.words import word
from xpiler.raising.places import unsupported
from xpiler.raising.structure import constant_value, definition, operations, post_order, walk

MEMORY_CORE = 0x80
EQ, NE = 0, 1  # arith.cmpi's predicates
HOLDS, FAILS, UNTOLD = 1, -1, 0
WIDER = ("arith.extui", "arith.extsi")
HINT = "let the memory core do its part under `if (coreId == 0x80)` alone, between barriers that all cores meet"
PURE_BANG = ("bang.index", "bang.is_memory_core")
STORES = ("memref.store", "memref.atomic_rmw", "vector.store")


def give_work_to_cores(kernel: ir.Operation) -> None:
    """Replaces conditions on the memory core by ones on the first core. Raises Unsupported where that is another program."""
    for op in [op for op in post_order(kernel) if op.name == "scf.if"]:
        asked = _asks(op.operands[0])
        blocks = [region.blocks[0] for region in op.regions if len(region.blocks)]
        if asked is None:
            _give_by_questions(op, blocks)
            continue
        own, others = (blocks[0], blocks[1:]) if asked else (blocks[1] if len(blocks) > 1 else None, blocks[:1])
        if own is None or not _works(own):
            continue
        if len(op.results) or any(inner.name == "bang.barrier" for block in blocks for top in operations(block) for inner in walk(top)):
            raise unsupported(op, "work of the memory core that cores wait for inside of a branch", HINT)
        _first_core_does(op, own, others[0] if others else None)


def _first_core_does(op: ir.Operation, own: ir.Block, others: ir.Block | None) -> None:
    """The memory core's block under a test for the first core, and what the cores do behind it."""
    first = _is_first_core(op)
    with ir.InsertionPoint(op), op.location:
        made = ir.Operation.create("scf.if", operands=[first], regions=2)
    own.append_to(made.regions[0])
    for inner in operations(others)[:-1] if others is not None else ():
        inner.move_before(op)
    op.erase()


def _is_first_core(before: ir.Operation, predicate: int = EQ) -> ir.Value:
    """The test for the first core of a cluster, or for the others, made before an operation."""
    with ir.InsertionPoint(before), before.location:
        kind = ir.IntegerType.get_signless(32)
        core = ir.Operation.create(
            "bang.index", results=[kind], attributes={"kind": ir.Attribute.parse("#bang.index_kind<core_id>")}
        ).result
        zero = ir.Operation.create("arith.constant", results=[kind], attributes={"value": ir.IntegerAttr.get(kind, 0)}).result
        equal = {"predicate": ir.IntegerAttr.get(ir.IntegerType.get_signless(64), predicate)}
        return ir.Operation.create("arith.cmpi", results=[ir.IntegerType.get_signless(1)], operands=[core, zero], attributes=equal).result


def _asks(condition: ir.Value) -> bool | None:
    """True for "this is the memory core", False for its opposite, None for another question."""
    op = definition(condition)
    if op is None:
        return None
    if op.name == "bang.is_memory_core":
        return True
    if op.name == "arith.xori" and constant_value(op.operands[1]) in (1, -1):
        inner = _asks(op.operands[0])
        return None if inner is None else not inner
    if op.name != "arith.cmpi" or constant_value(op.operands[1]) != MEMORY_CORE or not _is_core_id(op.operands[0]):
        return None
    return {EQ: True, NE: False}.get(ir.IntegerAttr(op.attributes["predicate"]).value)


def _give_by_questions(op: ir.Operation, blocks: list[ir.Block]) -> None:
    """Work under a condition that asks for the memory core beside other things; what cores do there as well is left to them."""
    questions = list(_questions(op.operands[0]))
    signs = {sign for _, sign in questions}
    works = [_works(block) for block in blocks]
    if signs == {HOLDS} and works[0]:
        _ask_first_core(op, [question for question, _ in questions])
    elif signs and signs != {HOLDS} and any(works[1:] if signs == {FAILS} else works):
        raise unsupported(op, "work of the memory core under a condition that asks more", HINT)


def _questions(condition: ir.Value, sign: int = HOLDS) -> Iterator[tuple[ir.Value, int]]:
    """The tests for the memory core that a condition asks beside others, as `M && more` or `M || more`.

    With each: whether its truth makes the condition HOLD or FAIL where it changes that at all, or either (UNTOLD).
    """
    op, asked = definition(condition), _asks(condition)
    if op is None:
        return
    if asked is not None:
        yield condition, sign if asked else -sign
    elif op.name in ("arith.andi", "arith.ori", *WIDER):
        for operand in op.operands:
            yield from _questions(operand, sign)
    elif op.name == "arith.xori" and constant_value(op.operands[1]) in (1, -1):
        yield from _questions(op.operands[0], -sign)
    elif op.name == "arith.cmpi" and constant_value(op.operands[1]) == 0:
        against = {EQ: -sign, NE: sign}.get(ir.IntegerAttr(op.attributes["predicate"]).value, UNTOLD)
        yield from _questions(op.operands[0], against)
    elif op.name in ("arith.select", "scf.if"):
        yes, no = op.operands[1:] if op.name == "arith.select" else _ends(op, ir.OpResult(condition).result_number)
        yield from _questions(op.operands[0], sign * _direction(yes, no))
        yield from _questions(yes, sign)
        yield from _questions(no, sign)
    else:
        for operand in op.operands:
            yield from _questions(operand, UNTOLD)


def _ends(op: ir.Operation, position: int) -> list[ir.Value]:
    """What the branches of a choice yield."""
    return [operations(region.blocks[0])[-1].operands[position] for region in op.regions]


def _direction(yes: ir.Value, no: ir.Value) -> int:
    """Whether a choice between two truths grows with its condition, falls, or may do either."""
    first, second = constant_value(yes), constant_value(no)
    if second == 0 or first in (1, -1):
        return HOLDS
    return FAILS if first == 0 or second in (1, -1) else UNTOLD


def _ask_first_core(op: ir.Operation, questions: list[ir.Value]) -> None:
    """Puts the test for the first core in the place of each one for the memory core: what else is asked has one answer in a cluster.

    Raises Unsupported where the condition asks which task runs, or where others do something else meanwhile.
    """
    others = op.regions[1].blocks[0] if len(op.regions[1].blocks) else None
    waits = any(inner.name == "bang.barrier" for top in operations(op.regions[0].blocks[0]) for inner in walk(top))
    alone = all(sum(1 for _ in question.uses) == 1 for question in questions)
    if waits or not alone or len(op.results) or (others is not None and _works(others)) or _asks_for_task(op.operands[0]):
        raise unsupported(op, "work of the memory core under a condition that asks more", HINT)
    for question in questions:
        question.replace_all_uses_with(_is_first_core(definition(question), EQ if _asks(question) else NE))


def _asks_for_task(condition: ir.Value) -> bool:
    """Whether a condition depends on a number that cores of one cluster do not share; one that is not told may."""
    op = definition(condition)
    if op is None:
        return condition.owner.owner.operation.name != "func.func"  # a parameter is the same for all
    if _asks(condition) is not None:
        return False
    if op.name == "bang.index":
        return not word(op.attributes["kind"]).startswith(("cluster", "core_dim", "task_dim"))
    inside = [inner for region in op.regions for inner in operations(region.blocks[0])]
    return any(_asks_for_task(value) for each in (op, *inside) for value in each.operands)


def _is_core_id(value: ir.Value) -> bool:
    op = definition(value)
    return op is not None and op.name == "bang.index" and word(op.attributes["kind"]) == "core_id"


def _works(block: ir.Block) -> bool:
    """Whether a block does anything that others could see."""
    inside = (inner for op in operations(block) for inner in walk(op))
    return any((op.name.startswith("bang.") and op.name not in PURE_BANG) or op.name in STORES for op in inside)
