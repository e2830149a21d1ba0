"""`do { ... } while` that counts down by a constant becomes `scf.for` over the turns.

    do { acc += *a++ * *b++; k -= 4; } while (k != 0);          do { ... } while (--rows > 0);

The body comes first, so there is at least one turn. A counter that is tested against zero alone is taken to be a multiple of the step, and
not zero: it would wrap around.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.raising.counted_down import AT_LEAST, NE, UGE, UGT, less_than, state_sign
from xpiler.raising.counted_while import defining, number


@dataclass(frozen=True)
class CountAfter:
    """Which argument counts, by how much, the least number that goes on (None: any but zero), and the next value of each argument."""

    position: int
    step: int
    least: int | None
    unsigned: bool
    following: list[ir.Value]
    results: dict[int, int]  # a result of the loop -> the argument whose next value it is


def count_after(loop: ir.Operation) -> bool:
    """Rewrites a loop whose test comes after its body and counts down; False where it is none."""
    found = _recognise(loop)
    if found is not None:
        _rewrite(loop, found)
    return found is not None


def _recognise(loop: ir.Operation) -> CountAfter | None:
    before, after = (region.blocks[0] for region in loop.regions)
    condition, *forwarded = list(before.operations)[-1].operation.operands
    handed, yielded = list(after.arguments), list(list(after.operations)[-1].operation.operands)
    test = defining(condition)
    if len(list(after.operations)) != 1 or any(value not in handed for value in yielded):
        return None
    if test is None or test.name != "arith.cmpi" or test.block != before:
        return None
    following = [forwarded[handed.index(value)] for value in yielded]
    counted, bound = test.operands[0], number(test.operands[1])
    predicate = ir.IntegerAttr(test.attributes["predicate"]).value
    if counted not in following or bound is None:
        return None
    position = following.index(counted)
    step = less_than(counted, before.arguments[position])
    if step is None or not ((predicate == NE and bound == 0) or predicate in AT_LEAST):
        return None
    least = None if predicate == NE else bound + AT_LEAST[predicate]
    if predicate in (UGT, UGE) and least < step:
        return None
    results = {}
    for k, result in enumerate(loop.results):
        if handed[k] in yielded:
            results[k] = yielded.index(handed[k])
        elif any(True for _ in result.uses):
            return None
    return CountAfter(position, step, least, predicate in (NE, UGT, UGE), following, results)


def _rewrite(loop: ir.Operation, counter: CountAfter) -> None:
    index, before = ir.IndexType.get(), loop.regions[0].blocks[0]
    kind = before.arguments[counter.position].type
    others = [v for i, v in enumerate(loop.operands) if i != counter.position]
    with ir.InsertionPoint(loop), loop.location:
        given = loop.operands[counter.position]
        start = given if given.type == index else (arith.index_castui if counter.unsigned else arith.index_cast)(index, given)
        if counter.unsigned:
            state_sign(given)
        zero, one = (arith.constant(index, value) for value in (0, 1))
        turns = _turns(start, counter)
        made = scf.ForOp(zero, turns, one, others)
        results = list(made.results)
        results.insert(counter.position, _value(start, turns, counter.step, kind))
    turn, *carried = list(made.body.arguments)
    with ir.InsertionPoint(made.body), loop.location:
        carried.insert(counter.position, _value(start, turn, counter.step, kind))
    for old, new in zip(before.arguments, carried, strict=True):
        old.replace_all_uses_with(new)
    following = [carried[list(before.arguments).index(v)] if v in list(before.arguments) else v for v in counter.following]
    *body, _ = [op.operation for op in before.operations]
    for op in body:
        made.body.append(op)
    with ir.InsertionPoint(made.body), loop.location:
        scf.yield_([v for i, v in enumerate(following) if i != counter.position])
    for k, position in counter.results.items():
        loop.results[k].replace_all_uses_with(results[position])
    loop.erase()


def _turns(start: ir.Value, counter: CountAfter) -> ir.Value:
    index = ir.IndexType.get()
    step, one = arith.constant(index, counter.step), arith.constant(index, 1)
    if counter.least is None or counter.least == counter.step:
        turns = start if counter.step == 1 else arith.floordivsi(start, step)
        return turns if counter.least is None else arith.maxsi(turns, one)
    more = arith.ceildivsi(arith.subi(start, arith.constant(index, counter.step + counter.least - 1)), step)
    return arith.maxsi(arith.addi(more, one), one)


def _value(start: ir.Value, turn: ir.Value, step: int, kind: ir.Type) -> ir.Value:
    """The counter at the beginning of a turn."""
    index = ir.IndexType.get()
    value = arith.subi(start, arith.muli(turn, arith.constant(index, step)))
    return value if kind == index else arith.index_cast(kind, value)
