"""Which terms are infinite for all inputs. Reals have no infinities, so such a term has no form; what is made of it may have one.

A running maximum starts at minus infinity, and its first correction is exp(-inf - x), which is 0. The table is that of floats, and
what it gives no number (inf - inf, 0 * inf) is refused, as is an infinity that depends on data. A float is infinite for all inputs
whether or not others in the same expression overflow, which the reals leave out. The table is proved in lemmas.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms.polynomial import constant_of
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm


def infinity_of(forms: NormalForm, term: Term) -> int:
    """1 or -1 for a term that is plus or minus infinity for all inputs, 0 for one that is a real; whether it is one, its form says."""
    rule = RULES.get(term.kind)
    if rule is None:
        return 0
    known = forms.infinities.get(term)
    if known is None:
        known = forms.infinities[term] = rule(forms, term)
    return known


def _constant(forms: NormalForm, term: Term) -> int:
    return term.args[0]


def _negation(forms: NormalForm, term: Term) -> int:
    """-(inf) = -inf."""
    return -infinity_of(forms, term.args[0])


def _same(forms: NormalForm, term: Term) -> int:
    """An infinity is one in every type."""
    return infinity_of(forms, term.args[1])


def _sum(forms: NormalForm, term: Term) -> int:
    """inf + x = inf for a real x, and inf + inf = inf; inf - inf has no value."""
    a, b = (infinity_of(forms, part) for part in term.args)
    if a * b < 0:
        raise NotModelled("a difference of infinities")
    _check_reals(forms, term, a, b)
    return a or b


def _product(forms: NormalForm, term: Term) -> int:
    """inf * c = inf for a constant c above 0, -inf for one below; of any other factor the sign is not known, and 0 gives no value."""
    signs = [infinity_of(forms, part) for part in term.args]
    if signs == [0, 0]:
        return 0
    result = 1
    for sign, part in zip(signs, term.args, strict=True):
        number = sign or constant_of(forms.real(part))
        if not number:
            raise NotModelled("a product of an infinity and what may be zero")
        result *= 1 if number > 0 else -1
    return result


def _extremum(forms: NormalForm, term: Term) -> int:
    """max(inf, x) = inf and max(-inf, x) = x, so that of two infinities -inf is the maximum where both are; a minimum is turned round."""
    direction = 1 if term.kind == "max" else -1
    a, b = (direction * infinity_of(forms, part) for part in term.args)
    if max(a, b) > 0:
        _check_reals(forms, term, a, b)
    return direction * max(a, b)


def _choice(forms: NormalForm, term: Term) -> int:
    """That of both sides, which must be one, or of the side that is taken for all inputs."""
    condition, *sides = term.args
    signs = [infinity_of(forms, side) for side in sides]
    if signs[0] == signs[1]:
        return signs[0]
    taken = forms.condition(condition)
    if not isinstance(taken, bool):
        raise NotModelled("an infinity that depends on data")
    return signs[0 if taken else 1]


def _check_reals(forms: NormalForm, term: Term, *signs: int) -> None:
    """What vanishes beside an infinity must have a form: no unknown kind, no value that the table does not have."""
    if any(signs):
        for sign, part in zip(signs, term.args, strict=True):
            if not sign:
                forms.real(part)


RULES: dict[str, Callable[[NormalForm, Term], int]] = {
    "inf": _constant,
    "neg": _negation,
    "add": _sum,
    "mul": _product,
    "max": _extremum,
    "min": _extremum,
    "round": _same,
    "select": _choice,
}
