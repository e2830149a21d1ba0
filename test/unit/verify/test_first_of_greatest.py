"""Where the greatest of some values stands: lanes, trees and scalar loops find one place; other ways to break ties are not proved."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from proof_subjects import answer, corpus

from xpiler.verify.limits import Budget
from xpiler.verify.terms.evaluation import Evaluation
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.term import Term, Value, constant, make
from xpiler.verify.verdict import Verdict

SIZES = {"rows": 2, "cols": 19}  # a whole vector of AVX-512, and three more
SUFFIXES = (".cu", ".mlu", ".cpp")
TWINS = [
    (".cu", "at < where", "at > where"),
    (".cu", "other == best && at < where", "other == best"),
    (".cu", "if (row[i] > best)", "if (row[i] >= best)"),
    (".cu", "best = -FLT_MAX", "best = -1.0f"),
    (".cu", "best = other;\n", ""),
    (".mlu", "where = c + ", "where = 1 + "),
    (".cpp", "places[l] < at", "places[l] > at"),
    (".cpp", "if (row[c] > top)", "if (row[c] >= top)"),
    (".cpp", "_CMP_GT_OQ", "_CMP_GE_OQ"),
]


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(SUFFIXES, 2)))
def test_one_place_is_found(source: str, target: str) -> None:
    assert answer(corpus("argmax", source), corpus("argmax", target), SIZES).verdict is Verdict.PROVED


def test_one_place_of_the_least_is_found(changed) -> None:
    source = corpus("argmin", ".cu")
    assert answer(source, corpus("argmin", ".mlu"), SIZES).verdict is Verdict.PROVED
    assert answer(source, changed("argmin", ".mlu", "__bang_argmin(", "__bang_argmax("), SIZES).verdict is not Verdict.PROVED


@pytest.mark.parametrize(("suffix", "old", "new"), TWINS)
def test_a_twin_is_not(changed, suffix: str, old: str, new: str) -> None:
    source = corpus("argmax", ".cpp" if suffix == ".cu" else ".cu")
    assert answer(source, changed("argmax", suffix, old, new), SIZES).verdict is not Verdict.PROVED


LEAVES = [make("leaf", "X", i, "f32") for i in range(3)]
NUMBERS = (-1.0, 0.0, 2.0)
POINTS = [Evaluation({"X": np.array(point)}) for point in itertools.product(NUMBERS, repeat=3)]


def joined(generator: random.Random, a: tuple[Term, Value], b: tuple[Term, Value]) -> tuple[Term, Value]:
    """A value and a place of two, by a comparison and a way to break ties that may be wrong."""
    (x, i), (y, j) = a, b
    condition = make("compare", generator.choice((2, 3, 4, 5)), *generator.sample((x, y), 2))
    if generator.random() < 0.5:
        earlier = make("icompare", generator.choice((2, 3, 4)), 32, i, j)
        same = make("compare", 1, x, y)
        tie = make("int", "andi", 1, same, earlier) if generator.random() < 0.5 else make("select", same, earlier, 0)
        condition = make("int", "ori", 1, condition, tie) if generator.random() < 0.5 else make("select", condition, 1, tie)
    places = generator.sample((i, j), 2)
    return make(generator.choice(("max", "max", "min")), x, y), make("select", condition, *places)


def looked_up(generator: random.Random) -> Value:
    order = generator.sample(range(3), 3)
    kind = generator.choice(("max", "min"))
    greatest = make(kind, make(kind, LEAVES[0], LEAVES[1]), generator.choice(LEAVES))
    place: Value = 0
    for i in order:
        place = make("select", make("compare", 1, LEAVES[i], greatest), generator.choice((i, i + 1)), place)
    return place


def least_of_lanes(generator: random.Random) -> Value:
    """Two lanes' places where their values are the greatest or least of all, with things that may be wrong."""
    pairs = [(leaf, generator.choice((i, i, 0))) for i, leaf in enumerate(LEAVES)]
    alone = pairs.pop(generator.randrange(3))
    lanes = [alone, joined(generator, *generator.sample(pairs, 2))]
    kind, relation = generator.choice(("max", "min")), generator.choice((1, 1, 1, 3))
    best = make(kind, alone[0], generator.choice((lanes[1][0], lanes[1][0], pairs[0][0])))
    otherwise = generator.choice((2**31 - 1, 2**31 - 1, 1))
    chosen = [make("select", make("compare", relation, value, best), place, otherwise) for value, place in lanes]
    return make("int", "minsi", 32, *chosen)


def test_the_least_place_of_lanes_is_found() -> None:
    """Of all lanes that have the greatest value: the form is that of a scalar loop, and only where the places are the same."""
    generator, forms = random.Random(11), NormalForm(Budget(1000))
    scalar, first = LEAVES[0], 0
    for i, leaf in enumerate(LEAVES[1:], 1):
        first = make("select", make("compare", 2, leaf, scalar), i, first)
        scalar = make("max", leaf, scalar)
    wanted, found = forms.form(first, "i32"), 0
    for _ in range(5000):
        place = least_of_lanes(generator)
        if forms.form(place, "i32") == wanted:
            found += 1
            assert [point.value(place) for point in POINTS] == [point.value(first) for point in POINTS]
    assert found > 20


def some_place(generator: random.Random) -> Value:
    if generator.random() < 0.2:
        return looked_up(generator)
    if generator.random() < 0.2:
        return least_of_lanes(generator)
    pairs = [(leaf, generator.choice((i, i, 0, -1))) for i, leaf in enumerate(LEAVES)] + [(constant(-1), 0)]
    while len(pairs) > 1:
        pairs = [joined(generator, *pairs[:2]), *pairs[2:]]
        generator.shuffle(pairs)
        if generator.random() < 0.2:
            break
    return pairs[0][1]


def test_places_of_one_form_are_one_place_at_all_values() -> None:
    generator, forms, known = random.Random(7), NormalForm(Budget(100)), {}
    for _ in range(3000):
        place = some_place(generator)
        form = forms.form(place, "i32")
        values = [point.value(place) for point in POINTS]
        assert known.setdefault(form, values) == values, place
    assert len(known) < 2500  # many forms come more than once
