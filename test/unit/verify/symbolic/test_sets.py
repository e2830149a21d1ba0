"""Names that take the place of others, and the point at which sets are compared before they are compared everywhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xpiler.verify.symbolic import equality
from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    FAR,
    MOST_KEPT,
    PARAM,
    PwAff,
    coordinates,
    far_point,
    name,
    name_of,
    number,
    substitute,
    substitute_in_set,
    within,
)


def computed(of: str) -> PwAff:
    """A coordinate as an integer that is not known to be one."""
    return name(of).add(number(0))


WHERE = within("i", 7).intersect(name("i").mul(number(3)).lt_set(name("j"))).intersect(name("k").le_set(name("j")))
VALUE = name("i").mul(number(5)).add(name("j")).div(number(3)).floor()


@pytest.mark.parametrize("names", [{"i": "x"}, {"i": "x", "j": "y"}, {"i": "j", "j": "i"}, {"i": "j"}, {"i": "x", "j": "x"}, {"i": "k"}])
def test_a_name_for_another_is_the_function_that_it_is(names: dict[str, str]) -> None:
    renamed = substitute_in_set(WHERE, {of: name(to) for of, to in names.items()})
    assert renamed.is_equal(substitute_in_set(WHERE, {of: computed(to) for of, to in names.items()}))
    value = substitute(VALUE, {of: name(to) for of, to in names.items()})
    assert value.eq_set(substitute(VALUE, {of: computed(to) for of, to in names.items()})).is_equal(EVERYWHERE)


def test_a_name_keeps_its_place() -> None:
    renamed = substitute_in_set(WHERE, {"i": name("x")})
    assert renamed.get_var_names(PARAM) == ["x" if of == "i" else of for of in WHERE.get_var_names(PARAM)]


def test_names_are_known_as_long_as_they_are_kept() -> None:
    kept = name("kept")
    assert name_of(kept) == "kept"
    assert name_of(computed("kept")) is None
    for k in range(MOST_KEPT + 1):
        name(f"other{k}")
    assert name_of(kept) is None
    assert substitute_in_set(WHERE, {"i": kept}).is_equal(substitute_in_set(WHERE, {"i": name("kept")}))


def test_a_far_point_is_one_point_beyond_small_sizes() -> None:
    where = name("p_n").ge_set(number(1)).intersect(within("i", name("p_n")).intersect(within("l", 32)))
    point = far_point(where)
    assert point.is_subset(where)
    assert coordinates(point) == {"p_n", "i", "l"}
    assert point.is_subset(name("p_n").ge_set(number(FAR)).intersect(name("i").ge_set(number(FAR))))
    assert far_point(where) is point


def test_weights_are_asked_at_one_point_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        equality, "_weights_vanish", lambda members, where, inner=equality._weights_vanish: asked.append(where) or inner(members, where)
    )
    domain = name("p_n").ge_set(number(1))
    whole, less = within("x", name("p_n")), within("x", name("p_n").sub(number(1)))
    assert not equality._adds_up_to_nothing([(Fraction(1), whole), (Fraction(-1), less)], domain)
    assert len(asked) == 1
    assert equality._adds_up_to_nothing([(Fraction(1), whole), (Fraction(-1), whole)], domain)
    assert len(asked) == 3


def test_sets_that_differ_at_small_sizes_alone_differ() -> None:
    domain = name("p_n").ge_set(number(1))
    whole, most = within("x", name("p_n")), within("x", name("p_n")).intersect(name("p_n").ne_set(number(3)))
    assert not equality._adds_up_to_nothing([(Fraction(1), whole), (Fraction(-1), most)], domain)
