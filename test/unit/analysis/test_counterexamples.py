"""Assignments that refute a question: each within all bounds and under all facts."""

import random

from xpiler.analysis.counterexamples import is_refuted
from xpiler.analysis.polynomial import AtomTable, Poly
from xpiler.analysis.ranges import Bounds, Ranges

TABLE = AtomTable()
OUTER, INNER, SIZE = (TABLE.atom("value", name) for name in "ijn")
i, j, n = map(Poly.atom, (OUTER, INNER, SIZE))
ZERO = Poly.constant(0)


def _bounds(atom):
    """i runs below n, j below i + 1, n is a size that is not negative."""
    return {OUTER: Bounds((ZERO,), (n - 1,)), INNER: Bounds((ZERO,), (i,)), SIZE: Bounds((ZERO,))}[atom]


def test_what_fails_somewhere_is_refuted():
    for poly in (i - 1, i - j - 1, n - 2, n - i * 2, j * 3 - i):
        assert is_refuted(poly, (), _bounds)


def test_bounds_of_bounds_are_kept():
    for poly in (i - j, n - i - 1, n - j - 1, n * n - i * j):
        assert not is_refuted(poly, (), _bounds)


def test_facts_are_kept():
    assert is_refuted(i - 5, (), _bounds)
    assert not is_refuted(i - 5, (i - 5,), _bounds)


def test_a_loop_that_never_runs_refutes_nothing():
    empty = Bounds((Poly.constant(5),), (Poly.constant(4),))
    assert not is_refuted(-i, (), lambda atom: empty)


def test_a_divisor_is_positive():
    quotient = Poly.atom(TABLE.atom("floordiv", i, j))
    assert not is_refuted(-quotient - 1, (), lambda atom: Bounds((ZERO,), (ZERO,)))


def test_nothing_proved_is_refuted():
    """Random questions: whatever the search proves, no assignment contradicts."""
    rng = random.Random(3)
    atoms = (i, j, n, Poly.atom(TABLE.atom("floordiv", i, Poly.constant(4))), Poly.atom(TABLE.atom("min", i, j + 3)))
    proved = 0
    for _ in range(400):
        poly = sum((rng.choice(atoms) * rng.randint(-3, 4) for _ in range(3)), Poly.constant(rng.randint(-2, 6)))
        ranges = Ranges(_bounds)
        if any(ranges._search(poly, (), depth) for depth in (2, 4)):
            proved += 1
            assert not is_refuted(poly, (), _bounds), poly
    assert proved > 20
