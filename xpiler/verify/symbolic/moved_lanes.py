"""Lanes that change their place by constants: unpacks, shuffles by an immediate, permutes by a constant index.

Where lane k of a result comes from is told by few rules: on the lanes in which some bits of k are fixed, it is one lane of
one operand, (p * k + r) / q. A lane of the result is then the operand's value at another coordinate of the lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from mlir import ir

from xpiler.verify.symbolic.evaluate import KINDS, Evaluator
from xpiler.verify.symbolic.expressions import Pieces, substituted
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import LANE, Condition, Held, Value
from xpiler.verify.symbolic.scalars import choose
from xpiler.verify.symbolic.sets import EVERYWHERE, PwAff, Set, fresh, name, number, project_out, substitute_in_set
from xpiler.verify.symbolic.walker import as_term
from xpiler.verify.terms.term import Term, make

Origin = tuple[int, int]  # which operand, and which of its lanes
MOST_RULES = 8  # beyond this, lanes are told one by one


@dataclass(frozen=True)
class Rule:
    """Lanes k whose bits in `fixed` are those of `bits` come from lane `slope * k + start` of an operand."""

    fixed: int
    bits: int
    operand: int
    slope: Fraction
    start: Fraction

    def lanes(self) -> Set:
        """The lanes the rule is about."""
        found = EVERYWHERE
        for bit in range(self.fixed.bit_length()):
            if self.fixed >> bit & 1:
                shifted = name(LANE).div(number(1 << bit)).floor()
                found = found.intersect(shifted.tdiv_r(number(2)).eq_set(number(self.bits >> bit & 1)))
        return found

    def place(self) -> PwAff:
        """The operand's lane; the division leaves nothing over on the rule's lanes."""
        divisor = self.slope.denominator * self.start.denominator
        scaled = name(LANE).mul(number(int(self.slope * divisor))).add(number(int(self.start * divisor)))
        return scaled.div(number(divisor)).floor()


@lru_cache(maxsize=256)
def rules(origins: tuple[Origin, ...]) -> tuple[Rule, ...]:
    """The fewest rules that splitting by bits of the lane's number finds."""
    every = len(origins) - 1

    @cache
    def split(fixed: int, bits: int) -> tuple[Rule, ...]:
        found = _rule(origins, fixed, bits)
        if found is not None:
            return (found,)
        free = [1 << bit for bit in range(every.bit_length()) if not fixed >> bit & 1]
        return min((split(fixed | bit, bits) + split(fixed | bit, bits | bit) for bit in free), key=len)

    return split(0, 0)


def _rule(origins: tuple[Origin, ...], fixed: int, bits: int) -> Rule | None:
    """The one rule that the lanes with some bits fixed follow, if they do."""
    lanes = [k for k in range(len(origins)) if k & fixed == bits]
    (operand, first), start = origins[lanes[0]], lanes[0]
    slope = Fraction(origins[lanes[1]][1] - first, lanes[1] - start) if len(lanes) > 1 else Fraction(0)
    if any(origins[k] != (operand, first + slope * (k - start)) for k in lanes):
        return None
    return Rule(fixed, bits, operand, slope, first - slope * start)


def picked(op: ir.Operation) -> tuple[list[ir.Value], tuple[Origin, ...]] | None:
    """The vectors whose lanes an operation puts together, and where each lane comes from; None where it does something else."""
    owners = [None if isinstance(v.owner, ir.Block) else v.owner.operation for v in op.operands]
    if any(owner is None or owner.name != "vector.extract" for owner in owners):
        return None
    places = [list(ir.DenseI64ArrayAttr(owner.attributes["static_position"])) for owner in owners]
    if any(len(place) != 1 or place[0] < 0 for place in places):
        return None
    vectors = list(dict.fromkeys(owner.operands[0] for owner in owners))
    return vectors, tuple((vectors.index(owner.operands[0]), place[0]) for owner, place in zip(owners, places, strict=True))


def moved(operands: Sequence[Value], origins: tuple[Origin, ...]) -> Value | None:
    """Lanes of operands in other places; None where too many rules would tell them."""
    found = rules(origins)
    if len(found) > MOST_RULES:
        return None
    *others, last = found
    result = _at(operands[last.operand], last.place())
    for rule in reversed(others):
        result = choose(Condition(rule.lanes()), _at(operands[rule.operand], rule.place()), result)
    return result


def _at(value: Value, place: PwAff) -> Value:
    if isinstance(value, Int):
        return value.substitute({LANE: place})
    if isinstance(value, Condition):
        return Condition(substitute_in_set(value.yes, {LANE: place}))
    return make("moved", Held(place), as_term(value))


def _moved(e: Evaluator, term: Term, domain: Set) -> Pieces:
    place, argument = term.args[0].what, term.args[1]
    origin = fresh("origin")
    asked = project_out(domain.intersect_params(name(origin).eq_set(place)), [LANE])
    there = substitute_in_set(asked, {origin: name(LANE)})
    found: Pieces = []
    for where, value in e.term(argument, there):
        part = domain.intersect_params(substitute_in_set(where, {LANE: place})).coalesce()
        if not part.is_empty():
            found.append((part, None if value is None else substituted(value, {LANE: place})))
    return found


KINDS["moved"] = _moved
