"""Rules for terms over the reals. Each states why it holds; none holds for infinities, which are refused (but see infinity_rules.py)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms import choices, loads
from xpiler.verify.terms.condition_rules import without_ties
from xpiler.verify.terms.domain_rules import is_small_power
from xpiler.verify.terms.exact_integers import ELEMENTS, exact
from xpiler.verify.terms.extremum_rules import clamped, extremum, extremum_members, largest
from xpiler.verify.terms.infinity_rules import infinity_of
from xpiler.verify.terms.nan_rules import extremum_of
from xpiler.verify.terms.parting_rules import parted
from xpiler.verify.terms.polynomial import (
    UNIT,
    Coefficient,
    Polynomial,
    accumulate,
    constant_of,
    freeze,
    negative,
    proportional,
    single_atom,
    whole,
)
from xpiler.verify.terms.product_rules import multiplied, multiply
from xpiler.verify.terms.quotient_rules import divided, reciprocal
from xpiler.verify.terms.term import Term, make

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

MOST_EXPONENT = 1 << 10
TO_INTEGER = frozenset({"trunc", "floor", "ceil", "round", "roundeven"})
CONTAINED = {"f16": (), "bf16": (), "f32": ("f16", "bf16"), "f64": ("f16", "bf16", "f32")}
MANTISSA = {"f16": 11, "bf16": 8, "f32": 24, "f64": 53}


def total(forms: NormalForm, term: Term) -> Polynomial:
    """Sums are multisets: addition is associative and commutative, negation and constant factors distribute."""
    result: Polynomial = {}
    pending: list[tuple[Term, Coefficient]] = [(term, 1)]
    while pending:
        forms.budget.spend()
        node, factor = pending.pop()
        if node.kind == "const":
            accumulate(result, {UNIT: whole(node.args[0])} if node.args[0] else {}, factor)
        elif node.kind == "add":
            pending += [(node.args[0], factor), (node.args[1], factor)]
        elif node.kind == "neg":
            pending.append((node.args[0], -factor))
        else:
            accumulate(result, _summand(forms, node), factor)
    return result


def _summand(forms: NormalForm, node: Term) -> Polynomial:
    rule = RULES.get(node.kind)
    if rule is None:
        raise NotModelled(f"a value of kind '{node.kind}' in real arithmetic")
    return rule(forms, node)


def leaf(forms: NormalForm, node: Term) -> Polynomial:
    """An element of a buffer before the run, or a scalar argument: any real number."""
    return forms.atom("leaf", *node.args)


def _is_whole(forms: NormalForm, real: Polynomial) -> bool:
    """Whether a real is a sum of products of what was rounded to integers: rounding it again changes nothing."""
    keys = (forms.atoms.key(atom) for monomial in real for atom, _ in monomial)
    return all(c.denominator == 1 for c in real.values()) and all(key[0] == "fn" and key[1] in TO_INTEGER for key in keys)


def function(forms: NormalForm, node: Term) -> Polynomial:
    """A function of the same reals is the same real. exp(0) = 1, exp(-inf) = 0; rsqrt(x) = 1 / sqrt(x), both without a value at x <= 0.

    exp2(n) = 2^n for an integer n; powf(x, n) is a product for a small one; an integer is what rounding it to an integer gives.
    tanh(x) = 1 - 2 / (exp(2 x) + 1) for all reals, cosh(x) = (exp(x) + exp(-x)) / 2.
    """
    name, *arguments = node.args
    if name == "copysign":
        return forms.atom("fn", name, forms.frozen(arguments[0]), arguments[1])  # zeros have signs, reals do not: as it is written
    if name == "exp" and infinity_of(forms, arguments[0]) < 0:
        return {}
    values = [forms.real(a) for a in arguments]
    if name == "exp":
        return forms.atom("exp", freeze(values[0])) if values[0] else {UNIT: 1}
    if (
        name == "exp2"
        and (number := constant_of(values[0])) is not None
        and Fraction(number).denominator == 1
        and abs(number) < MOST_EXPONENT
    ):
        return {UNIT: Fraction(2) ** int(number)}
    if name == "powf" and is_small_power(values[1]):
        result = values[0]
        for _ in range(int(values[1][UNIT]) - 1):
            result = multiply(forms, result, values[0])
        return result
    if name in TO_INTEGER and (_is_whole(forms, values[0]) or exact(forms, values[0]) is not None):
        return values[0]
    if name == "rsqrt":
        return reciprocal(forms, forms.atom("fn", "sqrt", freeze(values[0])))
    if name == "tanh":
        if not values[0]:
            return {}
        exponential = forms.atom("exp", freeze({m: 2 * c for m, c in values[0].items()}))
        accumulate(exponential, {UNIT: 1})
        result: Polynomial = {UNIT: 1}
        accumulate(result, reciprocal(forms, exponential), -2)
        return result
    if name == "cosh":
        if not values[0]:
            return {UNIT: 1}
        halves: Polynomial = {}
        for side in (values[0], negative(values[0])):
            accumulate(halves, forms.atom("exp", freeze(side)), Fraction(1, 2))
        return halves
    return forms.atom("fn", name, *(freeze(v) for v in values))


def rounded(forms: NormalForm, node: Term) -> Polynomial:
    """A rounding is a function of the type and of the real; the identity on what the type holds exactly, and on nothing else."""
    return rounding(forms, node.args[0], forms.real(node.args[1]))


def rounding(forms: NormalForm, type_: str, form: Polynomial) -> Polynomial:
    """The rounding of a form. It keeps the order, so that of a maximum is the maximum of the members' roundings; -x rounds to -round(x)."""
    if _holds(forms, form, type_):
        return form
    number = constant_of(form)
    if number is not None and abs(number) < 1 << MANTISSA[type_] and Fraction(number).denominator == 1:
        return form
    found = exact(forms, form)
    if found is not None and found[1] <= 1 << MANTISSA[type_]:
        return form
    if min(form.items())[1] < 0:
        return {m: -c for m, c in rounding(forms, type_, {m: -c for m, c in form.items()}).items()}
    members = extremum_members(forms, form)
    if members:
        return largest(forms, [rounding(forms, type_, member) for member in members])
    return forms.atom("round", type_, freeze(form))


def _holds(forms: NormalForm, form: Polynomial, type_: str) -> bool:
    """Whether a real is an element or a rounding of a type all of whose numbers the other one has, or the negation of such a number."""
    atom = single_atom(form if min(form.values(), default=0) > 0 else {m: -c for m, c in form.items()})
    if atom is None:
        return False
    key = forms.atoms.key(atom)
    own = key[3] if key[0] in ELEMENTS else key[1] if key[0] == "round" else ""
    return own == type_ or own in CONTAINED[type_]


def real_of_integer(forms: NormalForm, node: Term) -> Polynomial:
    """The real an integer is; whoever makes the term adds the rounding where the type is too narrow."""
    signed, width, argument = node.args
    return forms.atom("real", signed, width, freeze(forms.integer(argument, width)))


def selected(forms: NormalForm, node: Term) -> Polynomial:
    """Equal branches need no condition; a branch on the sign of their difference is their maximum or minimum, however ties are broken."""
    choice = extremum_of(node)
    if choice is not None:
        return forms.real(choice)
    condition, yes, no = forms.condition(node.args[0]), node.args[1], node.args[2]
    if isinstance(condition, bool):
        return forms.real(yes if condition else no)
    a, b = forms.real(yes), forms.real(no)
    if a == b:
        return a
    sign = without_ties(condition)
    if sign is not None:
        difference = dict(a)
        accumulate(difference, b, -1)
        if proportional(difference, sign):
            return forms.real(make("min", yes, no))
        if proportional(negative(difference), sign):
            return forms.real(make("max", yes, no))
    if condition[0] in ("below", "at_most"):
        clamp = clamped(forms, dict(condition[1]), a, b)
        if clamp is not None:
            return clamp
        sum_of_halves = parted(forms, dict(condition[1]), a, b)
        if sum_of_halves is not None:
            return sum_of_halves
    return choices.chosen(forms, ("select",), condition, a, b)


def bits_of_integer(forms: NormalForm, node: Term) -> Polynomial:
    """The float of an integer's bits is a function of the integer; with the sign turned over it is -x, without the sign |x|."""
    source, target, argument = node.args
    if source[0] != "i":
        raise NotModelled(f"a bit cast from {source} to {target}")
    number = of_sign_bit(source, target, argument)
    if number is not None:
        return forms.real(number)
    return forms.atom("float_of_bits", target, freeze(forms.integer(argument, int(source[1:]))))


def of_sign_bit(source: str, target: str, argument: object) -> Term | None:
    """What an operation on the sign bit of a float makes of it."""
    if not isinstance(argument, Term) or argument.kind != "int":
        return None
    operation, width, *operands = argument.args
    bits = next((o for o in operands if isinstance(o, Term) and o.kind == "bitcast" and o.args[:2] == (target, source)), None)
    mask = next((o % (1 << width) for o in operands if isinstance(o, int)), None)
    if bits is None:
        return None
    if (operation, mask) == ("xori", 1 << (width - 1)):
        return make("neg", bits.args[2])
    return make("max", bits.args[2], make("neg", bits.args[2])) if (operation, mask) == ("andi", (1 << (width - 1)) - 1) else None


RULES: dict[str, Callable[[NormalForm, Term], Polynomial]] = {
    "leaf": leaf,
    "load": loads.loaded,
    "lookup": lambda forms, node: loads.looked_up(forms, node, ("select",), forms.real),
    "mul": multiplied,
    "div": divided,
    "fn": function,
    "round": rounded,
    "real": real_of_integer,
    "select": selected,
    "max": extremum,
    "min": extremum,
    "bitcast": bits_of_integer,
}
