"""Numbers for holes, by Z3: integers from two runs, floats from the terms of a wrong element.

An integer hole moves what a run touches: how many elements it writes, the first, the last, how far it reads. Two runs
with two numbers give a line for each of these, and Z3 says which number brings them to what the source does. A float
hole stands for itself in the terms of the output: Z3 finds the real that makes expected and actual equal on inputs, and
each input that the validator shows to be missed is one more equation (counterexample-guided).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

import z3

from xpiler.repair.observation import Observation, subterms
from xpiler.verify.terms.term import Term, Value

TIMEOUT_MS = 1500
MOST_TERMS = 2000  # Z3 goes down into a term as deep as it is
MOST_PAIRS = 40
SAMPLES = (Fraction(3, 7), Fraction(-5, 11), Fraction(13, 9), Fraction(-2, 3), Fraction(7, 5), Fraction(1, 8))


def integers(at: int, seen: Observation, moved: int, after: Observation, wanted: dict[str, int]) -> Iterator[int]:
    """Numbers for an integer hole, from the runs with `at` and with `moved`: each quantity alone, then all that can hold together."""
    before, behind = dict(seen.footprint), dict(after.footprint)
    lines = []
    for name in before.keys() & behind.keys() & (wanted.keys() | {"overrun"}):
        slope = behind[name] - before[name]
        goal = before[name] if name == "overrun" else wanted[name]
        if slope and (name == "overrun" or goal != before[name]):
            lines.append((name, slope, before[name], goal))
    solutions = [n for n in (_solved([line], at, moved) for line in sorted(lines)) if n is not None]
    together = _solved(lines, at, moved) if len(lines) > 1 else None
    yield from dict.fromkeys(n for n in (together, *solutions) if n is not None and n not in (at, moved))


def _solved(lines: list[tuple[str, int, int, int]], at: int, moved: int) -> int | None:
    """The number at which all lines reach their goals; for an overrun, the next below the first element too far."""
    hole = z3.Int("hole")
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    step = moved - at
    for name, slope, value, goal in lines:
        if name == "overrun":
            continue
        solver.add(slope * (hole - at) == (goal - value) * step)
    if not solver.assertions() or solver.check() != z3.sat:
        return None
    return solver.model()[hole].as_long()


def floats(expected: Value, actual: Value, hole: Fraction, digits: int = 24) -> float | None:
    """The number that the constant `hole` of `actual` has to be so that the two terms agree on inputs; None where there is none, or the
    terms are too large to ask.
    """
    if max(len(subterms(expected)), len(subterms(actual))) > MOST_TERMS:
        return None
    unknown = z3.Real("hole")
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    for k in range(2):  # counterexamples: one input fixes a linear hole, the second refuses what only happens to fit
        encode = _Encoding(k, {hole: unknown})
        solver.add(encode(expected, plain=True) == encode(actual), *encode.injective())
        if solver.check() != z3.sat:
            return None
    value = solver.model()[unknown]
    return None if value is None or not z3.is_rational_value(value) else _rounded(value.as_fraction(), digits)


def _rounded(value: Fraction, digits: int) -> float:
    """To the precision of the type, as a literal of it would be."""
    if value == 0:
        return 0.0
    exponent = math.floor(math.log2(abs(value)))
    scale = Fraction(2) ** (digits - 1 - exponent)
    return float(Fraction(round(value * scale)) / scale)


class _Encoding:
    """Terms as Z3 reals with numbers for inputs; what is not arithmetic is an uninterpreted function."""

    def __init__(self, sample: int, holes: dict[Fraction, z3.ArithRef]):
        self._sample, self._holes = sample, holes
        self._known: dict[tuple[Value, bool], z3.ArithRef] = {}
        self._applied: dict[str, list[tuple[z3.ArithRef, ...]]] = {}

    def __call__(self, value: Value, plain: bool = False) -> z3.ArithRef:
        """The encoding; `plain` takes the hole's number as a number."""
        for term in reversed(_in_order(value)):
            self._known.setdefault((term, plain), self._one(term, plain))
        return self._known[(value, plain)] if isinstance(value, Term) else z3.RealVal(value)

    def _one(self, term: Term, plain: bool) -> z3.ArithRef:
        arguments = [self._known[(a, plain)] if isinstance(a, Term) else a for a in term.args]
        numbers = [a for a in arguments if isinstance(a, z3.ArithRef)]
        match term.kind:
            case "const":
                found = None if plain else self._holes.get(term.args[0])
                return z3.RealVal(str(term.args[0])) if found is None else found
            case "leaf":
                return z3.RealVal(str(SAMPLES[(hash_of(term) + self._sample) % len(SAMPLES)] + term.args[1] % 7))
            case "add":
                return numbers[0] + numbers[1]
            case "mul":
                return numbers[0] * numbers[1]
            case "div":
                return numbers[0] / numbers[1]
            case "neg":
                return -numbers[0]
            case "round":
                return numbers[-1]
        name = "_".join([term.kind, *(str(a) for a in arguments if not isinstance(a, z3.ArithRef))])
        if name == "fn_tanh":  # so that targets without it compare
            return 1 - 2 / (self._function("fn_exp", [2 * numbers[0]]) + 1)
        return self._function(name, numbers)

    def _function(self, name: str, numbers: list[z3.ArithRef]) -> z3.ArithRef:
        self._applied.setdefault(name, []).append(tuple(numbers))
        return z3.Function(name, *[z3.RealSort()] * (len(numbers) + 1))(*numbers)

    def injective(self) -> Iterator[z3.BoolRef]:
        """Functions of one number take a value once (where they do not, a solution may be missed, and none is wrong: it is proved)."""
        for name, applied in self._applied.items():
            arguments = list(dict.fromkeys(a[0] for a in applied if len(a) == 1))
            function = z3.Function(name, z3.RealSort(), z3.RealSort())
            for one, other in itertools.islice(itertools.combinations(arguments, 2), MOST_PAIRS):
                yield z3.Implies(function(one) == function(other), one == other)
            if name == "fn_exp":
                yield from (function(a) > 0 for a in arguments)


def hash_of(term: Term) -> int:
    """A number of a leaf that is the same in every process."""
    return sum(map(ord, str(term.args[0]))) + 3 * int(term.args[1])


def _in_order(value: Value) -> list[Term]:
    """Nodes, each before its arguments. Without recursion: a row that is added up one by one is as deep as it is long."""
    depth: dict[Term, int] = {}
    pending = [value] if isinstance(value, Term) else []
    while pending:
        term = pending[-1]
        missing = [a for a in term.args if isinstance(a, Term) and a not in depth]
        if missing:
            pending += missing
            continue
        pending.pop()
        depth[term] = 1 + max((depth[a] for a in term.args if isinstance(a, Term)), default=0)
    return sorted(depth, key=depth.__getitem__, reverse=True)
