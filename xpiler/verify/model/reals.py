"""Floating-point operations on terms. Widening is exact, narrowing is a rounding term, arithmetic is that of the reals.

Arithmetic of half and bfloat16 is that of the reals followed by a rounding: a sum in one of them is not a sum in any order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.integers import unsigned
from xpiler.verify.terms.real_rules import MANTISSA
from xpiler.verify.terms.term import Term, Value, constant, make
from xpiler.verify.terms.term import literal as of_number

FUNCTIONS = {
    "math.exp": "exp",
    "math.exp2": "exp2",
    "math.log": "log",
    "math.log2": "log2",
    "math.log10": "log10",
    "math.sin": "sin",
    "math.cos": "cos",
    "math.tan": "tan",
    "math.tanh": "tanh",
    "math.cosh": "cosh",
    "math.erf": "erf",
    "math.sqrt": "sqrt",
    "math.rsqrt": "rsqrt",
    "math.floor": "floor",
    "math.ceil": "ceil",
    "math.trunc": "trunc",
    "math.round": "round",
    "math.roundeven": "roundeven",
    "math.powf": "powf",
    "arith.remf": "fmod",
    "math.copysign": "copysign",
}
ARITHMETIC = {
    "arith.addf": "add",
    "arith.mulf": "mul",
    "arith.divf": "div",
    "arith.negf": "neg",
    "arith.maxnumf": "max",
    "arith.maximumf": "max",
    "arith.minnumf": "min",
    "arith.minimumf": "min",
}
# What a predicate of arith.cmpf says of two numbers; ordered and unordered are one where there is no NaN.
RELATIONS: dict[int, Callable[[Fraction, Fraction], bool]] = {
    **dict.fromkeys((1, 8), eq),
    **dict.fromkeys((2, 9), gt),
    **dict.fromkeys((3, 10), ge),
    **dict.fromkeys((4, 11), lt),
    **dict.fromkeys((5, 12), le),
    **dict.fromkeys((6, 13), ne),
}


def literal(number: float) -> Term:
    """A float constant. Raises NotModelled for NaN."""
    if math.isnan(number):
        raise NotModelled("a NaN constant")
    return of_number(number)


def _subtracted(a: Term, b: Term) -> Term:
    return make("add", a, make("neg", b))


def _fused(a: Term, b: Term, c: Term) -> Term:
    return make("add", make("mul", a, b), c)


def _magnitude(a: Term) -> Term:
    return make("max", a, make("neg", a))


NARROW = ("f16", "bf16")
EXACT = frozenset({"arith.negf", "math.absf", "arith.maxnumf", "arith.maximumf", "arith.minnumf", "arith.minimumf"})  # of numbers of a type
SPECIAL: dict[str, Callable[..., Term]] = {"arith.subf": _subtracted, "math.fma": _fused, "math.absf": _magnitude}


def operation(name: str, type_: str = "f32") -> Callable[..., Term] | None:
    """The function of terms an upstream float operation on a type is; None where it is none of them."""
    exact = _over_reals(name)
    if exact is None or type_ not in NARROW or name in EXACT:
        return exact
    return lambda *operands: make("round", type_, exact(*operands))


def _over_reals(name: str) -> Callable[..., Term] | None:
    if name in SPECIAL:
        return SPECIAL[name]
    if name in ARITHMETIC:
        kind = ARITHMETIC[name]
        return lambda *operands: make(kind, *operands)
    if name in FUNCTIONS:
        function = FUNCTIONS[name]
        return lambda *operands: make("fn", function, *operands)
    return None


def compared(predicate: int) -> Callable[[Term, Term], Value]:
    """arith.cmpf; told at once of numbers, so that `threadIdx.x < blockDim.x / 32.0f` decides which threads read."""
    if predicate in (0, 15):
        return lambda a, b: int(predicate == 15)

    def compare(a: Term, b: Term) -> Value:
        left, right = _number(a), _number(b)
        if left is None or right is None or predicate not in RELATIONS:
            return make("compare", predicate, a, b)
        return int(RELATIONS[predicate](left, right))

    return compare


def _number(term: Term) -> Fraction | None:
    """The number that a constant is, or a quotient or product of two; None for other terms."""
    if term.kind == "const":
        return term.args[0]
    if term.kind not in ("mul", "div") or any(part.kind != "const" for part in term.args):
        return None
    left, right = (part.args[0] for part in term.args)
    if term.kind == "mul":
        return left * right
    return left / right if right else None


def narrowed(type_: str) -> Callable[[Term], Term]:
    """arith.truncf: one rounding to the type."""
    return lambda a: make("round", type_, a)


def from_integer(signed: bool, width: int, type_: str) -> Callable[[Value], Term]:
    """arith.sitofp, uitofp: exact where every integer of the width fits the significand, else a rounding."""

    def apply(a: Value) -> Term:
        if isinstance(a, int):
            number = a if signed and width > 1 else -a if signed else unsigned(a, width)
            exact = constant(number)
            return exact if abs(number) <= 1 << MANTISSA[type_] else make("round", type_, exact)
        if width == 1:
            return make("select", a, constant(-1 if signed else 1), constant(0))
        flags = _of_truths(a) if signed else None
        if flags is not None:
            return flags[0]
        narrow = _before_extension(a, signed)
        if narrow is not None:
            return from_integer(narrow[0], narrow[1], type_)(narrow[2])
        exact = make("real", signed, width, a)
        return exact if width <= MANTISSA[type_] else make("round", type_, exact)

    return apply


def _of_truths(a: Value) -> tuple[Term, int] | None:
    """An integer that is made of truths and small constants, as a real, and what its magnitude is at most; a byte holds all on the way."""
    if isinstance(a, int):
        return (constant(a), abs(a)) if abs(a) < 128 else None
    if a.kind == "ext" and a.args[1] == 1:
        return make("select", a.args[3], constant(-1 if a.args[0] else 1), constant(0)), 1
    if a.kind == "select":
        sides = [_of_truths(side) for side in a.args[1:]]
        return None if None in sides else (make("select", a.args[0], sides[0][0], sides[1][0]), max(sides[0][1], sides[1][1]))
    if a.kind == "int" and a.args[0] in ("addi", "subi") and a.args[1] >= 8:
        parts = [_of_truths(part) for part in a.args[2:]]
        if None in parts or parts[0][1] + parts[1][1] >= 128:
            return None
        add = (lambda x, y: make("add", x, y)) if a.args[0] == "addi" else _subtracted
        return add(parts[0][0], parts[1][0]), parts[0][1] + parts[1][1]
    return None


def _before_extension(a: Term, signed: bool) -> tuple[bool, int, Value] | None:
    """The narrower integer whose number an extended one is: by zeros it is not negative, by its sign it has to be read with one."""
    if a.kind != "ext" or not (signed or not a.args[0]):
        return None
    by_sign, source, _, inner = a.args
    return by_sign, source, inner


def to_integer(signed: bool, width: int) -> Callable[[Term], Value]:
    """arith.fptosi, fptoui: a function of the real; a constant is cut off."""

    def apply(a: Term) -> Value:
        if a.kind == "const":
            number = math.trunc(a.args[0])
            low, high = (-(1 << (width - 1)), 1 << (width - 1)) if signed else (0, 1 << width)
            if low <= number < high:
                return number if signed else number - (1 << width) * (number >= 1 << (width - 1))
        return make("toint", signed, width, a)

    return apply
