"""Questions of one shape share an answer; what a proof may depend on is part of the shape."""

from xpiler.analysis.asked import answered, shape_of
from xpiler.analysis.polynomial import AtomTable, Poly
from xpiler.analysis.ranges import Bounds, Ranges


def _question(names: str, upper: int = 7, fact: int | None = None):
    """`limit - a*b` for two leaves between 0 and `upper`, and perhaps the fact that a <= `fact`."""
    table = AtomTable()
    a, b = (table.atom("value", name) for name in names)
    bounds = Bounds((Poly.constant(0),), (Poly.constant(upper),))
    facts = () if fact is None else (Poly.constant(fact) - Poly.atom(a),)
    return Poly.constant(49) - Poly.atom(a) * Poly.atom(b), facts, lambda atom: bounds


def test_other_atoms_of_the_same_shape_are_the_same_question():
    assert shape_of(*_question("ab")) == shape_of(*_question("xy"))


def test_bounds_and_facts_are_part_of_the_question():
    shapes = [shape_of(*_question("ab")), shape_of(*_question("ab", upper=8)), shape_of(*_question("ab", fact=3))]
    assert len(set(shapes)) == 3


def test_which_atom_a_fact_speaks_of_is_part_of_the_question():
    table = AtomTable()
    a, b = (Poly.atom(table.atom("value", name)) for name in "ab")
    shapes = {shape_of(a - b, (fact,), lambda atom: Bounds()) for fact in (a, b)}
    assert len(shapes) == 2


def test_the_bounds_of_bounds_are_part_of_the_question():
    def shape(limit: int):
        table = AtomTable()
        outer, inner = (table.atom("value", name) for name in "oi")
        bounds = {outer: Bounds(upper=(Poly.constant(limit),)), inner: Bounds(upper=(Poly.atom(outer),))}
        return shape_of(Poly.constant(9) - Poly.atom(inner), (), bounds.__getitem__)

    assert shape(9) == shape(9) != shape(10)


def test_an_answer_is_found_once():
    asked = []
    shape = ("a question", object())
    assert [answered(shape, lambda: bool(asked.append(1)) or True) for _ in range(2)] == [True, True]
    assert len(asked) == 1


def test_answers_hold_for_bounds_that_differ():
    for upper, proved in ((7, True), (8, False), (7, True)):
        poly, facts, bounds_of = _question("pq", upper)
        assert Ranges(bounds_of).nonneg(poly, facts) is proved
