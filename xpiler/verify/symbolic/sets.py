"""Integer sets over named coordinates.

Sizes, thread coordinates, loop counters and lanes are all parameters of isl objects, told apart by name, which isl aligns
by itself. A condition is a parameter set, an integer is a `PwAff` over the same names. What happens to hold only on a part
of the space carries that part in its domain.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TypeVar

import islpy as isl

from xpiler.verify.symbolic.facts import note

Kind = TypeVar("Kind", isl.Set, isl.PwAff)
Set, PwAff, Map = isl.Set, isl.PwAff, isl.Map
PARAM, SET, IN, OUT = isl.dim_type.param, isl.dim_type.set, isl.dim_type.in_, isl.dim_type.out
_FRESH = itertools.count()


def fresh(stem: str) -> str:
    """A name nobody has used."""
    return f"{stem}_{next(_FRESH)}"


@lru_cache(maxsize=4096)
def number(value: int) -> PwAff:
    """A constant."""
    return PwAff.from_aff(isl.Aff.val_on_domain(_local(isl.Space.params_alloc(isl.DEFAULT_CONTEXT, 0)), isl.Val(str(value))))


MOST_KEPT = 4096
_COORDINATES: dict[str, PwAff] = {}
_NAMES: dict[int, str] = {}  # by the identity of a coordinate that is kept, so that no other object has it


def name(of: str) -> PwAff:
    """The coordinate of a name."""
    found = _COORDINATES.get(of)
    if found is None:
        if len(_COORDINATES) >= MOST_KEPT:
            _COORDINATES.clear()
            _NAMES.clear()
        space = isl.Space.params_alloc(isl.DEFAULT_CONTEXT, 1).set_dim_name(PARAM, 0, of)
        found = _COORDINATES[of] = PwAff.var_on_domain(_local(space), PARAM, 0)
        _NAMES[id(found)] = of
    return found


def name_of(value: PwAff) -> str | None:
    """The name of what `name` gave; None of other integers, and of coordinates that it has forgotten."""
    return _NAMES.get(id(value))


def _local(space: isl.Space) -> isl.LocalSpace:
    return isl.LocalSpace.from_space(space)


EVERYWHERE = Set.read_from_str(isl.DEFAULT_CONTEXT, "{ : }")
NOWHERE = EVERYWHERE.complement()


def within(of: str, extent: PwAff | int) -> Set:
    """0 <= name < extent."""
    bound = number(extent) if isinstance(extent, int) else extent
    return name(of).ge_set(number(0)).intersect(name(of).lt_set(bound))


def mentions(what: Set | PwAff, of: str) -> bool:
    """Whether an object depends on the coordinate."""
    at = what.find_dim_by_name(PARAM, of)
    return at >= 0 and what.involves_dims(PARAM, at, 1)


def coordinates(what: Set | PwAff) -> set[str]:
    """The names an object depends on."""
    return set(in_order(what))


def in_order(what: Set | PwAff) -> list[str]:
    """The names an object depends on, as isl has them: what isl is asked in another order may take it many times as long."""
    return [n for i, n in enumerate(what.get_var_names(PARAM)) if what.involves_dims(PARAM, i, 1)]


def project_out(what: Set, names: list[str] | tuple[str, ...]) -> Set:
    """There is a value of each name for which it holds."""
    for of in names:
        at = what.find_dim_by_name(PARAM, of)
        if at >= 0:
            what = what.project_out(PARAM, at, 1)
    return what


def _renamed(what: Kind, old: str, new: str) -> Kind:
    at = what.find_dim_by_name(PARAM, old)
    return what.set_dim_id(PARAM, at, name(new).get_dim_id(PARAM, 0)) if at >= 0 else what


def substitute_in_set(what: Set, values: dict[str, PwAff]) -> Set:
    """The set with coordinates replaced by functions of others, all at once, where these are defined."""
    used = {of: value for of, value in values.items() if mentions(what, of)}
    if not used:
        return what
    called = _new_names(what, used)
    aside = {of: fresh("aside") for of in used if of not in called}
    for of, other in (aside | called).items():
        what = _renamed(what, of, other)
    for of, other in aside.items():
        what = what.intersect_params(name(other).eq_set(used[of]))
    return project_out(what, list(aside.values()))


def _new_names(what: Set | PwAff, values: dict[str, PwAff]) -> dict[str, str]:
    """The coordinates that only get another name, one that nothing in the object has and that no two of them share."""
    found: dict[str, str] = {}
    for of, value in values.items():
        other = name_of(value)
        if other is not None and what.find_dim_by_name(PARAM, other) < 0 and other not in found.values():
            found[of] = other
    return found


def functions(points: Set) -> list[PwAff]:
    """The coordinates of the one tuple there is for each value of the names, without the condition that there is one."""
    where = points.params()
    found = isl.PwMultiAff.from_set(points)
    return [found.get_pw_aff(i).coalesce().gist_params(where).drop_unused_params() for i in range(points.dim(SET))]


def substitute(what: PwAff, values: dict[str, PwAff]) -> PwAff:
    """The integer with coordinates replaced by functions of others."""
    used = {of: value for of, value in values.items() if mentions(what, of)}
    if not used:
        return what
    called = _new_names(what, used) if _is_everywhere(what) else {}
    if len(called) == len(used):
        for of, other in called.items():
            what = _renamed(what, of, other)
        return what.drop_unused_params()
    try:
        return functions(substitute_in_set(Set.from_pw_aff(what), values))[0]
    except isl.Error as error:
        if "single-valued" not in str(error):
            raise
        apart = {of: _apart(value) for of, value in values.items()}
        return functions(substitute_in_set(Set.from_pw_aff(_apart(what)), apart))[0]


def _apart(what: PwAff) -> PwAff:
    """The integer with the first of its pieces where several meet: outside of what was asked about, `functions` leaves such places."""
    result, taken = None, None
    for where, aff in what.get_pieces():
        piece = PwAff.alloc(where if taken is None else where.subtract(taken), aff)
        taken = where if taken is None else taken.union(where)
        result = piece if result is None else result.union_add(piece)
    return what if result is None else result


def simplest(what: PwAff, domain: Set) -> PwAff:
    """The same integer on a domain, without what the domain says already.

    An affine expression that is defined everywhere changes by equalities of the domain alone, which are looked up first:
    isl works out far more than these to simplify an integer that may have conditions of its own.
    """
    if _is_affine(what):
        equalities = Set.from_basic_set(domain.affine_hull())
        if coordinates(what) & coordinates(equalities):
            what = what.gist_params(equalities)
        return what.drop_unused_params()
    return what.gist_params(domain).drop_unused_params()


def _is_affine(what: PwAff) -> bool:
    """Whether an integer is one affine expression without quotients, for all values of its coordinates."""
    if what.n_piece() != 1:
        return False
    ((where, aff),) = what.get_pieces()
    return where.plain_is_universe() and aff.dim(isl.dim_type.div) == 0


def _is_everywhere(what: PwAff) -> bool:
    """Whether an integer is one expression for all values of its coordinates."""
    return what.n_piece() == 1 and what.get_pieces()[0][0].plain_is_universe()


def choice(condition: Set, yes: PwAff, no: PwAff) -> PwAff:
    """`yes` where the condition holds, else `no`."""
    return yes.intersect_params(condition).union_add(no.intersect_params(condition.complement())).coalesce()


def holds(condition: Set, domain: Set) -> bool:
    """Whether a condition holds in all of a domain."""
    found = domain.is_subset(condition)
    if found:
        note("holds", (domain,), (condition,))
    return found


def same(a: Set, b: Set) -> bool:
    """Whether two sets have the same points."""
    found = a.is_equal(b)
    if found:
        note("equal", (a,), (b,))
        note("equal", (b,), (a,))
    return found


def equal_on(a: PwAff, b: PwAff, domain: Set) -> bool:
    """Whether two integers are defined and equal in all of a domain."""
    return a.plain_is_equal(b) or holds(a.eq_set(b), domain)


def as_relation(tuple_name: str, names: list[str] | tuple[str, ...], condition: Set) -> Set:
    """The set of points (named coordinates, in order) at which a condition holds, as a set of tuples."""
    condition = condition.align_params(isl.Space.params_alloc(isl.DEFAULT_CONTEXT, 0))
    result = Set.from_params(condition)
    for i, of in enumerate(names):
        at = result.find_dim_by_name(PARAM, of)
        if at < 0:
            result = result.add_dims(SET, 1)
        else:
            result = result.move_dims(SET, i, PARAM, at, 1)
    return result.set_tuple_name(tuple_name)


def named_again(points: Set, names: list[str] | tuple[str, ...]) -> Set:
    """A set of tuples as a condition on named coordinates."""
    points = points.reset_tuple_id()
    before = points.dim(PARAM)
    points = points.move_dims(PARAM, before, SET, 0, points.dim(SET))
    for i, of in enumerate(names):
        points = points.set_dim_name(PARAM, before + i, of)
    return points.params()


def only_tuple(points: Set) -> bool:
    """Whether there is one tuple at most for each value of the names."""
    return Map.from_range(points).is_single_valued()


def only_point(bound: tuple[str, ...], points: Set, domain: Set) -> dict[str, PwAff] | None:
    """The one value that bound coordinates have everywhere in a domain, if they have one."""
    inside = points.intersect_params(domain)
    if not domain.is_subset(project_out(inside, bound)):
        return None
    tuples = as_relation("", list(bound), inside).reset_tuple_id()
    if not only_tuple(tuples):
        return None
    return {of: value.gist_params(domain) for of, value in zip(bound, functions(tuples), strict=True)}


def union(a: Set, b: Set, bound: tuple[str, ...]) -> Set:
    """The union of two domains, in one piece where it is a lattice.

    Sums over residue classes that a tree of additions puts together come out as one basic set this way.
    """
    both = a.union(b).coalesce()
    return both if both.n_basic_set() <= 1 else as_lattice(both, bound)


def as_lattice(where: Set, bound: tuple[str, ...]) -> Set:
    """The same domain; where the bound coordinates fill a lattice in a convex set, in that form."""
    if not bound:
        return where
    points = as_relation("", list(bound), where).reset_tuple_id()
    lattice = isl.Set.from_basic_set(points.remove_divs().simple_hull())
    if lattice.is_subset(points):
        return named_again(lattice, bound)
    for i in range(len(bound)):
        info = points.get_stride_info(i)
        stride = info.get_stride().to_python()
        if stride > 1:
            lattice = lattice.intersect(_congruent(points, i, info.get_offset(), stride))
        lattice = _within_least(lattice, points, i)
    return named_again(lattice, bound) if lattice.is_subset(points) else where


def _within_least(lattice: Set, points: Set, dim: int) -> Set:
    """The lattice from the least value of a coordinate on: each residue may begin at another place, all of them at 0 or later."""
    least = points.dim_min_val(dim)
    return lattice.lower_bound_val(SET, dim, least) if least.is_int() else lattice


def convex(what: Set) -> Set:
    """The same set in one piece, where it is all of the polyhedron that its own constraints describe."""
    if what.n_basic_set() <= 1:
        return what
    hull = Set.from_basic_set(what.simple_hull())
    return hull if hull.is_subset(what) else what


FAR, MOST_POINTS = 4096, 64
_POINTS: dict[int, tuple[Set, Set]] = {}  # by the identity of a set that is kept


def far_point(where: Set) -> Set:
    """One point of a set, its coordinates beyond FAR as far as they can be together: small sizes hide what differs between large ones."""
    known = _POINTS.get(id(where))
    if known is None or known[0] is not where:
        if len(_POINTS) >= MOST_POINTS:
            _POINTS.clear()
        known = _POINTS[id(where)] = (where, _far_point(where))
    return known[1]


def _far_point(where: Set) -> Set:
    for of in in_order(where):
        further = where.intersect_params(name(of).ge_set(number(FAR)))
        where = where if further.is_empty() else further
    return Set.from_point(where.sample_point())


def has_quotients(where: Set) -> bool:
    """Whether a condition is not one of affine inequalities alone."""
    return any(part.dim(isl.dim_type.div) for part in where.get_basic_sets())


def _congruent(points: Set, dim: int, offset: isl.Aff, stride: int) -> Set:
    """The points one of whose coordinates is congruent to an offset."""
    space = isl.LocalSpace.from_space(points.get_space())
    coordinate = isl.PwAff.from_aff(isl.Aff.var_on_domain(space, SET, dim))
    return isl.PwAff.from_aff(offset).sub(coordinate).mod_val(isl.Val.int_from_si(isl.DEFAULT_CONTEXT, stride)).zero_set()
