"""`scf.while` that counts down by a constant becomes `scf.for` over the turns.

    for (; n >= 16; n -= 16) { ... }       while (left-- > 0) { ... }       for (; n != 0; --n) { ... }

In turn k the counter is start - k * step; there are ceil((start - least + 1) / step) turns, where `least` is the smallest number with which
the loop goes on. A counter that is tested against zero alone is taken not to start below it: it would wrap around.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.raising.counted_while import defining, is_arithmetic_alone, number

EQ, NE, SGT, SGE, UGT, UGE = 0, 1, 4, 5, 8, 9
AT_LEAST = {SGE: 0, UGE: 0, SGT: 1, UGT: 1}


@dataclass(frozen=True)
class CountDown:
    """Which carried value counts, by how much, the least number that goes on, whether the test itself counts (`left-- > 0`), and whether
    it is of unsigned numbers."""

    position: int
    step: int
    least: int
    in_test: bool
    unsigned: bool


def count_down(loop: ir.Operation) -> bool:
    """Rewrites a loop that counts down; False where it is none."""
    found = _recognise(loop)
    if found is not None:
        _rewrite(loop, found)
    return found is not None


def _recognise(loop: ir.Operation) -> CountDown | None:
    before, after = (region.blocks[0] for region in loop.regions)
    condition, *forwarded = list(before.operations)[-1].operation.operands
    arguments = list(before.arguments)
    test = defining(condition)
    if test is None or test.name != "arith.cmpi" or test.block != before or not is_arithmetic_alone(before):
        return None
    counted, against = test.operands
    predicate, bound = ir.IntegerAttr(test.attributes["predicate"]).value, number(against)
    if bound is None or counted not in arguments or len(forwarded) != len(arguments):
        return None
    position = arguments.index(counted)
    if any(given != own for k, (given, own) in enumerate(zip(forwarded, arguments, strict=True)) if k != position):
        return None
    in_test = forwarded[position] != counted
    step = less_than(forwarded[position], counted) if in_test else less_than(_yielded(after)[position], after.arguments[position])
    if step is None or (in_test and _yielded(after)[position] != after.arguments[position]):
        return None
    least = 1 if predicate == NE and bound == 0 and step == 1 else bound + AT_LEAST[predicate] if predicate in AT_LEAST else None
    if least is None or (predicate in (UGT, UGE) and least < step):  # it would wrap around and go on
        return None
    return CountDown(position, step, least, in_test, predicate in (UGT, UGE))


def _yielded(after: ir.Block) -> list[ir.Value]:
    return list(list(after.operations)[-1].operation.operands)


def less_than(value: ir.Value, counter: ir.Value) -> int | None:
    """By which positive constant a value is less than the counter."""
    op = defining(value)
    if op is None or op.name not in ("arith.subi", "arith.addi") or op.operands[0] != counter:
        return None
    constant = number(op.operands[1])
    step = None if constant is None else constant if op.name == "arith.subi" else -constant
    return step if step is not None and step > 0 else None


def _rewrite(loop: ir.Operation, counter: CountDown) -> None:
    index, kind = ir.IndexType.get(), loop.operands[counter.position].type
    others = [v for i, v in enumerate(loop.operands) if i != counter.position]
    with ir.InsertionPoint(loop), loop.location:
        start = loop.operands[counter.position]
        start = start if start.type == index else (arith.index_castui if counter.unsigned else arith.index_cast)(index, start)
        if counter.unsigned:
            state_sign(loop.operands[counter.position])
        zero, one = (arith.constant(index, value) for value in (0, 1))
        turns = _turns(start, counter)
        made = scf.ForOp(zero, turns, one, others)
        results = list(made.results)
        results.insert(counter.position, _value(start, turns, counter, kind))
    _move_body(loop.regions[1].blocks[0], made, start, counter)
    for old, new in zip(loop.results, results, strict=True):
        old.replace_all_uses_with(new)
    loop.erase()


def state_sign(given: ir.Value) -> None:
    """That a parameter which is counted down, as an unsigned number, is less than half of what its type holds."""
    if not isinstance(given, ir.BlockArgument) or given.owner.owner.operation.name != "func.func":
        return
    with ir.InsertionPoint.at_block_begin(given.owner):
        number_ = arith.index_castui(ir.IndexType.get(), given)
        known = arith.cmpi(arith.CmpIPredicate.sge, number_, arith.constant(ir.IndexType.get(), 0))
        ir.Operation.create("xpiler.assume", operands=[known], attributes={"reason": ir.StringAttr.get("a count is not negative")})


def _turns(start: ir.Value, counter: CountDown) -> ir.Value:
    """How often the loop goes round: as a plain quotient where it goes on down to less than a step."""
    index = ir.IndexType.get()
    zero, step = (arith.constant(index, value) for value in (0, counter.step))
    if counter.least == counter.step:
        return arith.floordivsi(start if counter.unsigned else arith.maxsi(start, zero), step)
    return arith.ceildivsi(arith.maxsi(arith.subi(start, arith.constant(index, counter.least - 1)), zero), step)


def _value(start: ir.Value, turn: ir.Value, counter: CountDown, kind: ir.Type) -> ir.Value:
    """The counter in a turn, as the body sees it."""
    index = ir.IndexType.get()
    value = arith.subi(start, arith.muli(turn, arith.constant(index, counter.step)))
    if counter.in_test:
        value = arith.subi(value, arith.constant(index, counter.step))
    return value if kind == index else arith.index_cast(kind, value)


def _move_body(old: ir.Block, made: scf.ForOp, start: ir.Value, counter: CountDown) -> None:
    turn, *carried = list(made.body.arguments)
    with ir.InsertionPoint(made.body), made.operation.location:
        carried.insert(counter.position, _value(start, turn, counter, old.arguments[counter.position].type))
    for before, after in zip(old.arguments, carried, strict=True):
        before.replace_all_uses_with(after)
    *body, last = [op.operation for op in old.operations]
    for op in body:
        made.body.append(op)
    with ir.InsertionPoint(made.body), made.operation.location:
        scf.yield_([v for i, v in enumerate(last.operands) if i != counter.position])
