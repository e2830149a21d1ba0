"""Names that take the place of others."""

from __future__ import annotations

import pytest

from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    MOST_KEPT,
    PARAM,
    PwAff,
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
