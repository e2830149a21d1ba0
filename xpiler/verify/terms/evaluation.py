"""Terms at given numbers, in float64: the run of a program that rounds nothing but what float64 rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.integers import binary, comparison, extension, truncation, unsigned, wrapped
from xpiler.verify.terms.term import Term, Value

Number = float | int

REAL: dict[str, Callable[..., Number]] = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: _quotient(a, b),
    "neg": lambda a: -a,
    "max": lambda a, b: float(np.fmax(a, b)),
    "min": lambda a, b: float(np.fmin(a, b)),
    "select": lambda c, a, b: a if c else b,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: getattr(np, name) for name in ("exp", "exp2", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "cosh", "sqrt")},
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "erf": math.erf,
    **{name: getattr(np, name) for name in ("floor", "ceil", "trunc")},
    "round": lambda x: math.copysign(math.floor(abs(x) + 0.5), x),
    "roundeven": np.rint,
    "powf": np.power,
    "fmod": np.fmod,
    "copysign": np.copysign,
}
COMPARISONS: tuple[Callable[[float, float], bool], ...] = (
    lambda a, b: a == b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a != b,
)


class Evaluation:
    """Values of terms, given the initial contents of the buffers (and scalar arguments) by name."""

    def __init__(self, contents: Mapping[str, np.ndarray]):
        self._contents = contents
        self._known: dict[Term, Number] = {}

    def value(self, root: Value) -> Number:
        """The number a value is; NotModelled for what has none in float64 (bits of floats, unknown values)."""
        if not isinstance(root, Term):
            return root
        known, pending = self._known, [root]
        while pending:
            node = pending[-1]
            missing = [a for a in node.args if isinstance(a, Term) and a not in known]
            if node in known or not missing:
                pending.pop()
                if node not in known:
                    known[node] = self._computed(node)
            else:
                pending += missing
        return known[root]

    def _computed(self, node: Term) -> Number:
        kind, arguments = node.kind, [self._known[a] if isinstance(a, Term) else a for a in node.args]
        if kind in REAL:
            return REAL[kind](*arguments)
        rule = RULES.get(kind)
        if rule is not None:
            return rule(*arguments)
        if kind == "leaf":
            return self._contents[arguments[0]][arguments[1]].item()
        if kind == "load":  # also in branches that are not taken
            array = self._contents[arguments[0]]
            return array[arguments[2]].item() if 0 <= arguments[2] < len(array) else 0
        raise NotModelled(f"a value of kind '{kind}' in float64")


def _compare(predicate: int, a: float, b: float) -> int:
    """Predicates 1 to 6 are ordered, 8 to 13 the same or unordered."""
    if math.isnan(a) or math.isnan(b):
        return int(predicate >= 8)
    if predicate in (7, 14):
        return int(predicate == 7)
    return int(COMPARISONS[(predicate - 1) % 7](a, b))


def _to_integer(signed: bool, width: int, a: float) -> int:
    if not math.isfinite(a):
        raise NotModelled("an integer made of an infinity")
    return wrapped(int(a), width)


def _quotient(a: Number, b: Number) -> float:
    with np.errstate(all="ignore"):  # infinite, or NaN, as in the programs
        return float(np.float64(a) / np.float64(b))


def _function(name: str, *a: float) -> float:
    with np.errstate(all="ignore"):  # the root of a negative number is NaN in the programs too
        return float(FUNCTIONS[name](*a))


RULES: dict[str, Callable[..., Number]] = {
    "const": float,
    "inf": lambda sign: sign * math.inf,
    "fn": _function,
    "round": lambda type_, a: a,
    "real": lambda signed, width, a: float(a if signed else unsigned(a, width)),
    "compare": _compare,
    "int": lambda name, width, a, b: binary(name, width, False)(a, b),
    "icompare": lambda predicate, width, a, b: comparison(predicate, width)(a, b),
    "ext": lambda signed, source, target, a: extension(signed, source, target)(a),
    "trunc": lambda source, target, a: truncation(source, target)(a),
    "toint": _to_integer,
    "at": lambda address, number: int(address == number),
    "lookup": lambda address, type_, first, *cells: cells[address - first] if 0 <= address - first < len(cells) else 0,
}
