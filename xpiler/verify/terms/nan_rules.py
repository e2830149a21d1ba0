"""Rules for tests for NaN, which reals do not have: what is tested must be the same expression on both sides, by no rule of the reals.

`fmax(x, 0)` and `x < 0 ? 0 : x` are one real, and differ where x is NaN: so a test of a maximum, a minimum or a choice stays refused.
"""

from __future__ import annotations

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms.term import Term, make

ORDERED, UNORDERED = 7, 14  # predicates of arith.cmpf
# Comparisons of a value with itself: what they hold of, or a truth value.
OF_ITSELF = {**dict.fromkeys((1, 3, 5), "number"), **dict.fromkeys((9, 11, 13), "nan")}
OF_ITSELF |= {**dict.fromkeys((2, 4, 6), False), **dict.fromkeys((8, 10, 12), True)}
ABOVE, BELOW = (2, 3), (4, 5)  # ordered: false where an operand is NaN
AMBIGUOUS = frozenset({"max", "min", "select", "undef"})
MOST_TESTED = 64  # operations of what is tested


def tested(predicate: int, a: Term, b: Term) -> tuple[Term, bool] | bool | None:
    """What a comparison tests for NaN, and whether it holds of NaN; a truth value where it says nothing; None for any other comparison.

    x < x is false and x == x holds of all but NaN; a constant is no NaN.
    """
    if predicate in (ORDERED, UNORDERED):
        if a is not b and "const" not in (a.kind, b.kind):
            raise NotModelled("a comparison that tests two values for NaN")
        return (b if a.kind == "const" else a), predicate == UNORDERED
    if a is not b:
        return None
    meaning = OF_ITSELF[predicate]
    return meaning if isinstance(meaning, bool) else (a, meaning == "nan")


def condition_of(term: Term, holds_of_nan: bool) -> object:
    """The test as the key of a condition. Raises NotModelled where rules of the reals may have made the expression."""
    pending, count = [term], 0
    while pending:
        node = pending.pop()
        count += 1
        if node.kind in AMBIGUOUS or count > MOST_TESTED:
            raise NotModelled("a comparison of a value with itself, which tests for NaN")
        pending += [a for a in node.args if isinstance(a, Term)]
    return ("nan", term) if holds_of_nan else ("not", ("nan", term))


def extremum_of(node: Term) -> Term | None:
    """`x is NaN ? a : (a > x ? a : x)` is fmax(a, x) for all numbers and NaNs, with `<` it is fmin; None for any other choice."""
    condition, yes, no = node.args
    if not isinstance(condition, Term) or condition.kind != "compare":
        return None
    test = tested(*condition.args) if condition.args[0] in (ORDERED, UNORDERED) or condition.args[1] is condition.args[2] else None
    if not isinstance(test, tuple):
        return None
    x, holds_of_nan = test
    other, choice = (yes, no) if holds_of_nan else (no, yes)
    if choice.kind != "select" or choice.args[1] is not other or choice.args[2] is not x:
        return None
    inner = choice.args[0]
    if not isinstance(inner, Term) or inner.kind != "compare":
        return None
    predicate, left, right = inner.args
    kinds = {(other, x): {**dict.fromkeys(ABOVE, "max"), **dict.fromkeys(BELOW, "min")}}
    kinds[x, other] = {**dict.fromkeys(BELOW, "max"), **dict.fromkeys(ABOVE, "min")}
    kind = kinds.get((left, right), {}).get(predicate)
    return make(kind, other, x) if kind else None
