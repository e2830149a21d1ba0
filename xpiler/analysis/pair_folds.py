"""Loops that look for the place of the greatest (or least) value: what they carry, and what decides where values are equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from mlir import ir

from xpiler.analysis.effects import defining, is_pure
from xpiler.analysis.facts import is_false, is_true
from xpiler.analysis.forms import EXACT
from xpiler.analysis.pair_choices import Choice, Comparison, Condition, Ties, can_combine, choice_of, combined, compared

EXTREMES = {"arith.maxnumf": True, "arith.minnumf": False, "arith.maxsi": True, "arith.minsi": False}


@dataclass(frozen=True)
class PairFold:
    """A loop that carries a value and a place and takes `value` and `place` instead where `choice` says so.

    `value` and `place` are of the innermost loop, if the loop only hands what it carries to another one.
    """

    loop: ir.Operation
    positions: tuple[int, int]  # of the value and of the place among what the loop carries
    value: ir.Value
    place: ir.Value
    choice: Choice
    inner: PairFold | None = None

    @property
    def innermost(self) -> PairFold:
        """The loop that chooses."""
        return self if self.inner is None else self.inner.innermost

    @property
    def starts(self) -> tuple[ir.Value, ir.Value]:
        """The value and the place that the loop begins with."""
        starts = list(self.loop.operands)[3:]
        return starts[self.positions[0]], starts[self.positions[1]]

    @property
    def operators(self) -> tuple[str, str]:
        """The folds of values and of places that the choice is the order of."""
        return self.operators_of(self.choice)

    def operators_of(self, order: Choice) -> tuple[str, str]:
        """The same for another order of these pairs."""
        floats = not isinstance(self.value.type, ir.IntegerType | ir.IndexType)
        value = f"arith.{'max' if order.greatest else 'min'}{'numf' if floats else 'si'}"
        return value, "arith.minsi" if order.first else "arith.maxsi"


def is_fold_of_pairs(loop: ir.Operation) -> bool:
    """Whether a loop without other effects carries one pair, chosen by an order of pairs: its turns may be taken in any order."""
    fold = pair_fold(loop) if loop.name == "scf.for" and len(loop.results) == len(("value", "place")) else None
    return fold is not None and fold.choice.ties is Ties.BY_PLACE and is_pure(loop)


def pair_fold(loop: ir.Operation) -> PairFold | None:
    """The pair that an scf.for carries, if nothing else looks at it on the way."""
    for positions in permutations(range(len(loop.results)), 2):
        fold = _passed_on(loop, positions) or _chosen(loop, positions)
        if fold is not None:
            return fold
    return None


def _carried(loop: ir.Operation, positions: tuple[int, int]) -> tuple[list[ir.Value], list[ir.Value]]:
    """What the loop carries in and out at two positions."""
    block = loop.regions[0].blocks[0]
    yields = list(list(block.operations)[-1].operation.operands)
    return [block.arguments[k + 1] for k in positions], [yields[k] for k in positions]


def _passed_on(loop: ir.Operation, positions: tuple[int, int]) -> PairFold | None:
    """A loop that hands the pair to one inside and takes what comes back."""
    old, new = _carried(loop, positions)
    inner = defining(new[0])
    if inner is None or inner.name != "scf.for" or new[1] not in list(inner.results):
        return None
    results, starts = list(inner.results), list(inner.operands)[3:]
    places = results.index(new[0]), results.index(new[1])
    alone = all(len(list(value.uses)) == 1 for value in (*old, *new))
    if not alone or [starts[k] for k in places] != old:
        return None
    fold = _passed_on(inner, places) or _chosen(inner, places)
    return None if fold is None else replace(fold, loop=loop, positions=positions, inner=fold)


def _chosen(loop: ir.Operation, positions: tuple[int, int]) -> PairFold | None:
    """A loop that takes a new pair or keeps the old one."""
    old, new = _carried(loop, positions)
    selection = defining(new[1])
    if selection is None or selection.name != "arith.select" or str(new[1].type) == "i1" or old[1] not in list(selection.operands)[1:]:
        return None
    condition, yes, no = selection.operands
    truth = condition_of(condition)
    value = _other_value(new[0], old[0])
    if truth is None or value is None:
        return None
    place = no if yes == old[1] else yes
    if yes == old[1]:
        truth = combined("arith.xori", truth, True)
    choice = choice_of(truth, (value, _number(place)), (old[0], old[1]))
    if choice is None or not _takes(new[0], value, old[0], choice) or not _is_alone(loop, old, new, (value, place, _number(place))):
        return None
    return PairFold(loop, positions, value, place, choice)


def _other_value(result: ir.Value, old: ir.Value) -> ir.Value | None:
    """The value that a choice or an extreme takes if not the old one."""
    op = defining(result)
    if op is None or not (op.name in EXTREMES or op.name == "arith.select"):
        return None
    others = [value for value in list(op.operands)[-2:] if value != old]
    return others[0] if len(others) == 1 else None


def _takes(result: ir.Value, new: ir.Value, old: ir.Value, choice: Choice) -> bool:
    """Whether a result is the value that the choice takes."""
    op = defining(result)
    if op.name in EXTREMES:
        return EXTREMES[op.name] == choice.greatest
    condition, yes, no = op.operands
    truth = condition_of(condition)
    if truth is None or {yes, no} != {new, old}:
        return False
    truth = truth if yes == new else combined("arith.xori", truth, True)
    return all(_truth_at(truth, new, old, sign) == ((sign > 0) == choice.greatest) for sign in (-1, 1))


def _truth_at(truth: Condition, new: ir.Value, old: ir.Value, sign: int) -> bool | None:
    """Whether a condition holds if the values compare so, whatever else it compares; None where that decides."""
    if isinstance(truth, bool):
        return truth
    if isinstance(truth, Comparison):
        pair = (truth.left, truth.right)
        if pair not in ((new, old), (old, new)):
            return None
        return bool(truth.holds[(sign if pair[0] == new else -sign) + 1])
    parts = [_truth_at(part, new, old, sign) for part in truth.parts]
    whole = combined(truth.operation, *parts)
    return whole if isinstance(whole, bool) else None


def condition_of(value: ir.Value) -> Condition | None:
    """A truth as what it compares."""
    op = defining(value)
    if is_true(value) or is_false(value):
        return is_true(value)
    if op is None:
        return None
    if op.name in ("arith.cmpf", "arith.cmpi"):
        return compared(op, *map(_number, op.operands))
    return combined(op.name, *map(condition_of, op.operands)) if can_combine(op.name) else None


def _number(value: ir.Value) -> ir.Value:
    """A value whose number, taken as signed, is that of `value`: what stands behind casts that keep it."""
    op = defining(value)
    if op is None or op.name != "arith.index_cast" or not (isinstance(value.type, ir.IndexType) or EXACT in op.attributes):
        return value
    return _number(op.operands[0])


def step_of(fold: PairFold) -> set[ir.Operation]:
    """The operations of a loop that choose."""
    old, new = _carried(fold.loop, fold.positions)
    return set(_step(new, {fold.value, fold.place, _number(fold.place), *old}))


def _step(results: list[ir.Value], given: set[ir.Value]) -> Iterator[ir.Operation]:
    for result in results:
        op = defining(result)
        if result not in given and op is not None and op.name != "arith.constant":
            yield op
            yield from _step(list(op.operands), given)


def _is_alone(loop: ir.Operation, old: list[ir.Value], new: list[ir.Value], given: tuple[ir.Value, ...]) -> bool:
    """Whether nothing but the choice looks at what is carried, and at what comes of it."""
    step = set(_step(new, {*old, *given}))
    end = list(loop.regions[0].blocks[0].operations)[-1].operation
    looked_at = [*old, *(result for op in step for result in op.results)]
    if any(op.block != end.block for op in step):
        return False
    return all(use.owner.operation in step or (use.owner.operation == end and value in new) for value in looked_at for use in value.uses)
