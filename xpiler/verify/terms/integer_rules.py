"""Rules for integers modulo 2^w: sums and products are a ring, everything else an atom unless a rule says more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms import choice_rules, choices, condition_rules, first_rules, loads
from xpiler.verify.terms.exact_integers import exact, fits, unwrapped
from xpiler.verify.terms.extremum_rules import limits
from xpiler.verify.terms.least_place_rules import least_place
from xpiler.verify.terms.polynomial import UNIT, Polynomial, accumulate, constant_of, freeze, product, reduced, single_atom
from xpiler.verify.terms.term import Term, Value

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

EXTREMA = frozenset({"minsi", "maxsi", "minui", "maxui"})
COMMUTATIVE = EXTREMA | {"andi", "ori", "xori"}
BITWISE = frozenset({"andi", "ori", "xori"})
DIVISIONS = frozenset({"divsi", "divui", "remsi", "remui", "floordivsi", "ceildivsi", "ceildivui"})
MOST_EXPANDED = 4000
WIDE = 32  # bits of the integers that instructions convert floats to


def total(forms: NormalForm, value: Value, width: int) -> Polynomial:
    """Addition, subtraction and multiplication modulo 2^w form a commutative ring."""
    result: Polynomial = {}
    pending = [(value, 1)]
    while pending:
        forms.budget.spend()
        node, factor = pending.pop()
        if isinstance(node, int):
            accumulate(result, {UNIT: node} if node else {}, factor)
        elif node.kind == "int" and node.args[0] == "addi":
            pending += [(node.args[2], factor), (node.args[3], factor)]
        elif node.kind == "int" and node.args[0] == "subi":
            pending += [(node.args[2], factor), (node.args[3], -factor)]
        else:
            accumulate(result, _summand(forms, node, width), factor)
    return reduced(result, width)


def _summand(forms: NormalForm, node: Term, width: int) -> Polynomial:
    if node.kind == "leaf":
        return forms.atom("leaf", *node.args)
    if node.kind == "load":
        return loads.loaded(forms, node)
    if node.kind == "lookup":
        return loads.looked_up(forms, node, ("iselect", width), lambda cell: forms.integer(cell, width))
    if node.kind == "int":
        return _operation(forms, node, width)
    if node.kind == "ext":
        signed, source, _, argument = node.args
        return extended(forms, signed, forms.integer(argument, source) if source > 1 else None, source, argument)
    if node.kind == "trunc":
        return truncated(forms, forms.integer(node.args[2], node.args[0]), node.args[1])
    if node.kind == "select":
        return _selected(forms, node, width)
    if node.kind == "toint":
        return _of_real(forms, *node.args)
    if node.kind == "bitcast":
        return _bits(forms, node)
    raise NotModelled(f"a value of kind '{node.kind}' in integer arithmetic")


def _operation(forms: NormalForm, node: Term, width: int) -> Polynomial:
    """An operation on the forms of its operands."""
    name, _, a, b = node.args
    if name == "minsi" and (place := least_place(forms, node, width)) is not None:
        return place
    return _applied(forms, name, width, forms.integer(a, width), forms.integer(b, width))


def _applied(forms: NormalForm, name: str, width: int, left: Polynomial, right: Polynomial) -> Polynomial:
    """x << k = 2^k x; x ^ sign = x + sign; x ^ -1 = -x - 1; all modulo 2^w.

    The unsigned remainder by 2^k and the k low bits are the unsigned number of these bits; the unsigned quotient by 2^k is a shift.
    """
    if name in COMMUTATIVE and constant_of(left) is not None:
        left, right = right, left
    if name == "muli" and len(left) * len(right) <= MOST_EXPANDED:
        return reduced(product(left, right), width)
    number = constant_of(right)
    if name in DIVISIONS and not number:
        raise NotModelled(f"'arith.{name}' by a number that depends on data")
    if name == "shli" and number is not None and number < width:
        return reduced({m: c << number for m, c in left.items()}, width)
    if name == "xori" and number == 1 << (width - 1):
        return _plus(left, number, width)
    if name == "xori" and number == (1 << width) - 1:
        return _plus({m: -c for m, c in left.items()}, -1, width)
    if name == "andi" and number is not None and number & (number + 1) == 0:
        return _low_bits(forms, left, number.bit_length(), width)
    if name in ("remui", "divui") and number is not None and number & (number - 1) == 0:
        bits = number.bit_length() - 1
        if name == "remui":
            return _low_bits(forms, left, bits, width)
        name, right = "shrui", {UNIT: bits} if bits else {}
    if name == "shrui" and not right:
        return left
    if name in EXTREMA:
        return choice_rules.extremum(forms, name, width, left, right)
    operands = (freeze(left), freeze(right))
    return forms.atom("int", name, width, *(sorted(operands) if name in COMMUTATIVE or name == "muli" else operands))


def _low_bits(forms: NormalForm, form: Polynomial, bits: int, width: int) -> Polynomial:
    if not bits:
        return {}
    return form if bits >= width else reduced(_unsigned(forms, truncated(forms, form, bits), bits), width)


def _of_real(forms: NormalForm, signed: bool, width: int, argument: Term) -> Polynomial:
    """The integer of a real that is one, where the type holds it; else a function of the real.

    What is clamped to the type's numbers may as well be converted to a wider one and cut.
    """
    form = _whole_part_of(forms, forms.real(argument))
    found = exact(forms, form)
    if signed and found is not None and fits(forms, *found, width):
        return truncated(forms, found[0], width)
    between = limits(forms, form) if width < WIDE else None
    least, most = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    if between is not None and least <= between[0] and between[1] <= most:
        return truncated(forms, forms.atom("toint", True, WIDE, freeze(form)), width)
    return forms.atom("toint", signed, width, freeze(form))


def _whole_part_of(forms: NormalForm, form: Polynomial) -> Polynomial:
    """What a conversion, which cuts off, is of: a number that was cut off before, or itself."""
    atom = single_atom(form)
    key = ("",) if atom is None else forms.atoms.key(atom)
    return dict(key[2]) if key[:2] == ("fn", "trunc") else form


def _plus(polynomial: Polynomial, number: int, width: int) -> Polynomial:
    result = dict(polynomial)
    accumulate(result, {UNIT: number})
    return reduced(result, width)


def extended(forms: NormalForm, signed: bool, form: Polynomial | None, source: int, argument: Value) -> Polynomial:
    """The unsigned value of x is the signed value of x - 2^(w-1), plus 2^(w-1): one kind of extension does for both.

    The result has whole coefficients, which whoever uses it takes modulo 2^w.
    """
    if form is None:
        return {m: -c if signed else c for m, c in choices.flag(forms, forms.condition(argument)).items()}
    return _signed(forms, form, source) if signed else _unsigned(forms, form, source)


def _unsigned(forms: NormalForm, form: Polynomial, source: int) -> Polynomial:
    half = 1 << (source - 1)
    result = dict(_signed(forms, _plus(form, -half, source), source))
    accumulate(result, {UNIT: half})
    return result


def _signed(forms: NormalForm, form: Polynomial, source: int) -> Polynomial:
    half = 1 << (source - 1)
    number = constant_of(form)
    if number is not None:
        value = (number + half) % (1 << source) - half
        return {UNIT: value} if value else {}
    atom = single_atom(form)
    if atom is not None and forms.atoms.key(atom)[0] == "signed" and forms.atoms.key(atom)[1] < source:
        return form  # the signed value of a narrower signed value is that value
    if atom is None and (found := unwrapped(forms, form, source)) is not None:
        return found  # nothing wraps: the sum or product of the values
    return forms.atom("signed", source, freeze(form))


def truncated(forms: NormalForm, form: Polynomial, width: int) -> Polynomial:
    """Truncation is a ring homomorphism; the low bits of an extension are those of what was extended."""
    result: Polynomial = {}
    for monomial, coefficient in form.items():
        image: Polynomial = {UNIT: coefficient}
        for atom, power in monomial:
            for _ in range(power):
                image = reduced(product(image, _truncated_atom(forms, atom, width)), width)
                forms.budget.spend(len(image))
        accumulate(result, image)
    return reduced(result, width)


def _truncated_atom(forms: NormalForm, atom: int, width: int) -> Polynomial:
    key = forms.atoms.key(atom)
    if key[0] == "signed":
        if key[1] > width:
            return truncated(forms, dict(key[2]), width)
        return dict(key[2]) if key[1] == width else {((atom, 1),): 1}
    if key[0] in ("flag", first_rules.KIND):
        return {((atom, 1),): 1}
    if key[0] == "trunc" and key[1] > width:
        return _truncated_atom(forms, key[2], width)
    if key[0] == "int" and key[1] in BITWISE:  # the low bits of a bitwise operation are those of its operands
        return _applied(forms, key[1], width, *(truncated(forms, dict(operand), width) for operand in key[3:]))
    return forms.atom("trunc", width, atom)


def _selected(forms: NormalForm, node: Term, width: int) -> Polynomial:
    condition, a, b = forms.condition(node.args[0]), forms.integer(node.args[1], width), forms.integer(node.args[2], width)
    if isinstance(condition, bool):
        return a if condition else b
    if a == b:
        return a
    first = first_rules.first_of(forms, node, width)
    if first is not None:
        return first
    extremum = choice_rules.chosen(forms, width, _widened(forms, condition_rules.order_of(forms, node.args[0]), width), a, b)
    return choices.chosen(forms, ("iselect", width), condition, a, b) if extremum is None else extremum


def _widened(forms: NormalForm, condition: object, width: int) -> object:
    """A comparison of narrower numbers as one of what they are extended to: without signs, of numbers that are not negative."""
    if not isinstance(condition, tuple) or condition[0] not in choice_rules.ORDERS or condition[1] >= width:
        return condition
    relation, source, *operands = condition
    extend = _signed if relation[0] == "s" else _unsigned
    return (f"s{relation[1:]}", width, *(freeze(reduced(extend(forms, dict(operand), source), width)) for operand in operands))


def _bits(forms: NormalForm, node: Term) -> Polynomial:
    """The bits of a float are those of the float itself, not of the real it stands for: the same term only."""
    source, target, argument = node.args
    return forms.atom("bits", source, target, argument)
