"""The value of every element, as an expression over the initial contents: terms along the data flow, loops in closed form."""

from __future__ import annotations

from fractions import Fraction

from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.symbolic import algebra, maxima
from xpiler.verify.symbolic.bit_formulas import in_one_piece
from xpiler.verify.symbolic.dataflow import Flow
from xpiler.verify.symbolic.demand import Demand, moves_lanes
from xpiler.verify.symbolic.equality import equal
from xpiler.verify.symbolic.expressions import (
    Item,
    Leaf,
    Number,
    Piece,
    Pieces,
    Poly,
    Recurrence,
    apply,
    atom,
    atoms,
    constant,
    depends_on,
    number_of,
    recurrences,
    scaled,
    single_atom,
    substituted,
    tidy,
)
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import COLUMN, LANE, ROW, Access, Held
from xpiler.verify.symbolic.recurrence import solve
from xpiler.verify.symbolic.selection import selected
from xpiler.verify.symbolic.sets import (
    PwAff,
    Set,
    convex,
    coordinates,
    far_point,
    fresh,
    holds,
    name,
    number,
    project_out,
    substitute_in_set,
    within,
)
from xpiler.verify.symbolic.shares import Tasks, without
from xpiler.verify.terms.real_rules import of_sign_bit
from xpiler.verify.terms.term import Term

MOST_PIECES = 64


class Evaluator:
    """Expressions of one program."""

    def __init__(self, flow: Flow, budget: Budget, symbols, finals: list[Access]):
        self.flow, self.budget, self.symbols = flow, budget, symbols
        self._demand = Demand(flow, finals)
        self._known: dict[Access, Pieces] = {}
        self._open: list[Access] = []

    def stored(self, write: Access) -> Pieces:
        """What every instance of a write stores."""
        if write in self._known:
            return self._known[write]
        domain = self._demand.instances[write]
        if write in self._open:
            return [(domain, atom(Recurrence(write, tuple(name(of) for of in write.dims))))]
        self._open.append(write)
        pieces = self.term(write.term, domain)
        if moves_lanes(write.term):
            pieces = in_one_piece(pieces, write)
        self._open.pop()
        waits_for = {w for _, value in pieces if value for w in recurrences(value)}
        if write in waits_for:
            pieces = solve(write, pieces, self.flow)
            waits_for = {w for _, value in pieces if value for w in recurrences(value)}
        pieces = [(where, None if value is None else tidy(value, where)) for where, value in pieces]
        if not waits_for:
            self._known[write] = pieces
        return pieces

    def read(self, access: Access, domain: Set) -> Pieces:
        """What a read gives, on a domain."""
        self.budget.spend(50)
        sources, rest = self.flow.sources(access)
        found: Pieces = []
        for source in sources:
            here = domain.intersect_params(source.domain)
            if not here.is_empty():
                found += self._from(source, here)
        initial = domain.intersect_params(rest)
        if not initial.is_empty():
            array = access.array
            value = atom(Leaf(array.name, access.tuple_index, array.element)) if array.parameter is not None else None
            found.append((initial.coalesce(), value))
        if not self.covers(found, access, domain):
            raise NotModelled("a value that is not found everywhere")
        pieces = united(found)
        if not access.of_whole and any(_depends_on_tasks(*piece, self._tasks_beside(access)) for piece in pieces):
            raise NotModelled("what the tasks of another launch wrote in shares")
        return pieces

    def covers(self, pieces: Pieces, access: Access, domain: Set) -> bool:
        """Whether a read's value is known everywhere: what is known nowhere must not pass for nothing."""
        return without(domain, [where for where, _ in pieces], self._tasks_beside(access)).is_empty()

    def _tasks_beside(self, access: Access) -> list[Tasks]:
        """The launches whose tasks are parameters of what they write, and that the access is not in."""
        return [tasks for tasks in self.flow.tasks if tasks not in access.shares]

    def _from(self, source, here: Set) -> Pieces:
        found: Pieces = []
        for where, value in self.stored(source.write):
            there = convex(here.intersect_params(substitute_in_set(where, source.instance)).coalesce())
            if not there.is_empty():
                found.append((there, None if value is None else _moved(value, source.instance, there)))
        return found

    def term(self, term: object, domain: Set) -> Pieces:
        """A term on a domain."""
        self.budget.spend(10)
        if isinstance(term, int):
            return [(domain, constant(term))]
        if not isinstance(term, Term) or term.kind not in KINDS:
            raise NotModelled(f"a value of kind '{getattr(term, 'kind', term)}'")
        pieces = united(KINDS[term.kind](self, term, domain))
        if len(pieces) > MOST_PIECES:
            raise NotModelled("a value of too many pieces")
        return pieces

    def operands(self, term: Term, domain: Set) -> list[Pieces]:
        """The terms a term is made of."""
        return [self.term(a, domain) for a in term.args]


def _moved(value: Poly, instance: dict, domain: Set) -> Poly:
    """What an instance of a write stores, in the coordinates of a read."""
    there = algebra.straightened(tidy(substituted(value, instance), domain))
    return algebra.simplified(algebra.gathered(there, domain), domain)


def _depends_on_tasks(where: Set, value: Poly | None, launches: list[Tasks]) -> bool:
    names = {of for tasks in launches for of in tasks.names}
    return bool(coordinates(where) & names) or any(depends_on(of, names) for m in value or () for of in atoms(m.factors))


def united(pieces: Pieces) -> Pieces:
    """Pieces with one value put together; a value that holds on another piece as well takes that piece over."""
    found: Pieces = []
    for where, value in pieces:
        for i, (there, known) in enumerate(found):
            kept = _one_value(there, known, where, value)
            if kept is not None:
                found[i] = (convex(there.union(where).coalesce()), kept)
                break
        else:
            found.append((where, value))
    return found


def _one_value(there: Set, known: Poly | None, where: Set, value: Poly | None) -> Poly | None:
    if known is value:
        return known
    if known is None or value is None:
        return None
    if _are_equal(known, value, there):
        return value
    return known if _are_equal(value, known, where) else None


def _are_equal(a: Poly, b: Poly, domain: Set) -> bool:
    """Whether two values are equal on a domain; at one point of it first, which is asked in no time and refuses most."""
    return equal(a, b, far_point(domain)) and equal(a, b, domain)


def _read(e: Evaluator, term: Term, domain: Set) -> Pieces:
    return e.read(term.args[0].what, domain)


def _operation(function):
    def evaluate(e: Evaluator, term: Term, domain: Set) -> Pieces:
        return apply(function, domain, *e.operands(term, domain))

    return evaluate


def _divided(a: Poly, b: Poly, domain: Set) -> Poly:
    return algebra.multiply(a, algebra.inverse(b, domain), domain)


def _function(e: Evaluator, term: Term, domain: Set) -> Pieces:
    of, *arguments = term.args
    return apply(lambda *values: algebra.function(of, values[:-1], values[-1]), domain, *(e.term(a, domain) for a in arguments))


def _rounded(e: Evaluator, term: Term, domain: Set) -> Pieces:
    type_, argument = term.args
    return apply(lambda value, where: algebra.function(f"round:{type_}", (value,), where), domain, e.term(argument, domain))


def _real(e: Evaluator, term: Term, domain: Set) -> Pieces:
    signed, _, argument = term.args
    if not isinstance(argument, Term) or argument.kind != "known":
        raise NotModelled("a float of an integer that depends on data")
    value: Int = argument.args[0].what
    number_ = value.affine(e.symbols, "a float of an integer")
    if not signed and not holds(number_.ge_set(number(0)), domain.intersect_params(e.flow.box.sizes)):
        raise NotModelled("a float of an unsigned integer that may have wrapped")
    return [(domain, atom(Number(number_)))]


def _known(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """An integer of sizes and coordinates among data."""
    value: Int = term.args[0].what
    if value.constant is not None:
        return [(domain, constant(value.constant))]
    return [(domain, atom(Number(value.affine(e.symbols, "an integer among data"))))]


RING = {"addi": algebra.add, "subi": lambda a, b, where: algebra.add(a, scaled(b, -1), where), "muli": algebra.multiply}


def _integer(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """Sums and products modulo 2^w: integers that are equal are so modulo 2^w as well."""
    operation, _, *operands = term.args
    if operation not in RING:
        raise NotModelled(f"'{operation}' on integers of data")
    return apply(RING[operation], domain, *(e.term(a, domain) for a in operands))


def _extended(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """The sign extension of what has not been computed modulo 2^w: an element of a parameter, or a number of the type."""
    signed, width, _, argument = term.args
    pieces = e.term(argument, domain)
    if not signed or width == 1 or not all(value is None or _is_of_width(value, width) for _, value in pieces):
        raise NotModelled("an extension of an integer that may have wrapped")
    return pieces


def _is_of_width(value: Poly, width: int) -> bool:
    number_, only = number_of(value), single_atom(value)
    if number_ is not None:
        return -(1 << (width - 1)) <= number_ < 1 << (width - 1)
    return isinstance(only, Leaf) and only.element == f"i{width}"


def _choice(e: Evaluator, term: Term, domain: Set) -> Pieces:
    condition, yes, no = term.args
    where, otherwise = domain.intersect_params(condition.what).coalesce(), domain.subtract(condition.what).coalesce()
    found: list[Piece] = []
    for part, value in ((where, yes), (otherwise, no)):
        if not part.is_empty():
            found += e.term(value, part)
    return found


def _select(e: Evaluator, term: Term, domain: Set) -> Pieces:
    condition, yes, no = term.args
    if not isinstance(condition, Term) or condition.kind != "compare":
        raise NotModelled("a choice by something else than a comparison of floats")
    predicate, a, b = condition.args
    operands = [e.term(v, domain) for v in (a, b, yes, no)]
    return apply(lambda a, b, yes, no, where: selected(predicate, a, b, yes, no, where), domain, *operands)


def _bitcast(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """A float whose sign bit an integer operation turned over or cleared; bits seen another way are not modelled."""
    number_ = of_sign_bit(*term.args)
    if number_ is None:
        raise NotModelled("a float seen as an integer")
    return e.term(number_, domain)


def _lanes(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """All lanes of a vector combined: those of the vector that this is a lane of, which the domain may have some of, are other ones."""
    kind, lanes, argument = term.args
    bound = fresh("l")
    around = project_out(domain, [LANE])
    inside = around.intersect_params(within(LANE, lanes))
    renaming = {LANE: name(bound)}
    pieces = [
        (substitute_in_set(where, renaming), None if value is None else substituted(value, renaming))
        for where, value in e.term(argument, inside)
    ]
    combined = _combined(kind, bound, pieces, around)
    return [(domain, None if combined is None else tidy(combined, around))]


def _product(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """The product of two matrix fragments: rows of the first by columns of the second."""
    depth, *operands = term.args
    bound = fresh("d")
    inside = domain.intersect_params(within(bound, depth))
    sides = []
    for along, operand in zip((COLUMN, ROW), operands, strict=True):
        renaming = {along: name(bound)}
        pieces = e.term(operand, project_out(domain, [along]).intersect_params(within(along, depth)))
        sides.append([(substitute_in_set(w, renaming), None if v is None else substituted(v, renaming)) for w, v in pieces])
    return [(domain, algebra.sum_pieces((bound,), apply(algebra.multiply, inside, *sides), domain))]


def _combined(kind: str, bound: str, pieces: Pieces, domain: Set) -> Poly | None:
    if any(value is None for _, value in pieces):
        return None
    if kind == "add":
        return algebra.sum_pieces((bound,), pieces, domain)
    sign = 1 if kind == "max" else -1
    items = [Item((bound,), where, scaled(value, sign)) for where, value in pieces if not algebra.has_infinity(value)]
    if not items:
        raise NotModelled("the maximum of infinities")
    return scaled(maxima.maximum(items, domain), sign)


def lane_number(position: int | Held) -> PwAff:
    """Which lane a term takes: a constant, or a function of coordinates."""
    return position.what if isinstance(position, Held) else number(position)


def _lane(e: Evaluator, term: Term, domain: Set) -> Pieces:
    position, argument = term.args
    at = {LANE: lane_number(position)}
    inside = project_out(domain, [LANE]).intersect_params(name(LANE).eq_set(at[LANE]))
    pieces = [(substitute_in_set(w, at), None if v is None else substituted(v, at)) for w, v in e.term(argument, inside)]
    return [(where, value) for w, value in pieces if not (where := domain.intersect_params(w)).is_empty()]


KINDS = {
    "read": _read,
    "const": lambda e, t, domain: [(domain, constant(Fraction(t.args[0])))],
    "inf": lambda e, t, domain: [(domain, scaled(atom(algebra.INFINITY), t.args[0]))],
    "undef": lambda e, t, domain: [(domain, None)],
    "add": _operation(algebra.add),
    "mul": _operation(algebra.multiply),
    "div": _operation(_divided),
    "neg": _operation(lambda a, where: scaled(a, -1)),
    "max": _operation(maxima.larger),
    "min": _operation(maxima.smaller),
    "fn": _function,
    "round": _rounded,
    "real": _real,
    "bitcast": _bitcast,
    "choice": _choice,
    "select": _select,
    "known": _known,
    "int": _integer,
    "ext": _extended,
    "trunc": lambda e, t, domain: e.term(t.args[2], domain),
    "lanes": _lanes,
    "product": _product,
    "lane": _lane,
    "leaf": lambda e, t, domain: [(domain, atom(Leaf(t.args[0], (), t.args[2])))],
}
