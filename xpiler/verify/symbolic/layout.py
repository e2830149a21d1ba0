"""Dimensions of arrays: `i*cols + j` is element [i][j], by the obligation 0 <= j < cols.

Arrays that are copied whole into each other, and the parameters of one position on both sides, share their dimensions: the
strides that occur in any subscript, each a multiple of the next. The outermost extent is what allocations and copies state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.facts import note
from xpiler.verify.symbolic.flattened import flatten
from xpiler.verify.symbolic.integers import Int, Monomial, Symbols
from xpiler.verify.symbolic.program import Access, Array, Trace
from xpiler.verify.symbolic.sets import PARAM, PwAff, Set, fresh, holds, in_order, name, number
from xpiler.verify.symbolic.tile_strides import rows_of, settle
from xpiler.verify.symbolic.walker import Box


@dataclass(eq=False)
class Shape:
    """Dimensions that a family of arrays shares, outermost first."""

    arrays: list[Array] = field(default_factory=list)
    strides: list[Monomial] = field(default_factory=list)
    extents: list[PwAff | None] = field(default_factory=list)

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return len(self.strides)


class Layout:
    """The shapes of all arrays of the programs that are compared."""

    def __init__(self, traces: list[Trace], symbols: Symbols, box: Box):
        self.symbols, self.box, self.traces = symbols, box, traces
        self.shapes: dict[Array, Shape] = {}
        self._join()
        for shape in dict.fromkeys(self.shapes.values()):
            flatten(traces, shape.arrays, symbols, box.sizes)
            settle(shape.arrays, [a for trace in traces for a in trace.accesses], symbols)
            self._find_dimensions(shape)
        for trace in traces:
            self._lay_out_copies(trace)
            for access in trace.accesses:
                if not access.tuple_index:
                    access.tuple_index = self._subscripts(access)

    def _join(self) -> None:
        arrays = dict.fromkeys(a.array for trace in self.traces for a in trace.accesses)
        for array in arrays:
            self.shapes[array] = Shape([array])
        positions: dict[int, Array] = {}
        for array in arrays:
            if array.parameter is not None:
                self._unite(array, positions.setdefault(array.parameter, array))
        for trace in self.traces:
            for source, target, *_ in trace.copies:
                self._unite(source, target)

    def _unite(self, a: Array, b: Array) -> None:
        kept, gone = self.shapes[a], self.shapes[b]
        if kept is not gone:
            kept.arrays += gone.arrays
            for array in gone.arrays:
                self.shapes[array] = kept

    def _find_dimensions(self, shape: Shape) -> None:
        copied = {id(a) for trace in self.traces for *_, read, write in trace.copies for a in (read, write)}
        monomials = {()}
        for trace in self.traces:
            for access in trace.accesses:
                if access.array in shape.arrays and id(access) not in copied:
                    monomials |= set(access.index.parts)
        shape.strides = sorted(monomials, key=len, reverse=True)
        ratios = [_quotient(big, small) for big, small in zip(shape.strides, shape.strides[1:], strict=False)]
        shape.extents = [self._outermost(shape), *(self.symbols.amount(r) for r in ratios)]

    def _outermost(self, shape: Shape) -> PwAff | None:
        """The extent of the first dimension, which all that state one agree on."""
        stated = [a.extent for a in shape.arrays if a.extent is not None]
        stated += [count for trace in self.traces for source, target, count, *_ in trace.copies if source in shape.arrays]
        values = [self._divided(extent, shape.strides[0]) for extent in stated]
        for value in values[1:]:
            if not self.box.sizes.is_subset(value.eq_set(values[0])):
                raise NotModelled("an array whose allocation and copies are of different sizes")
        return values[0] if values else None

    def _divided(self, extent: Int, stride: Monomial) -> PwAff:
        if self.symbols.strides.intersection(stride) and len(stride) == 1 and extent.constant is not None:
            return rows_of(extent.constant, self.symbols.value(stride[0]))
        total: PwAff | None = None
        for monomial, value in (self._with_factor(*self._with_size(part), stride) for part in extent.parts.items()):
            if monomial == () and stride and value.is_cst() and value.max_val().is_zero():
                continue
            part = value.mul(self.symbols.amount(_quotient(monomial, stride))) if monomial != stride else value
            total = part if total is None else total.add(part)
        return number(0) if total is None else total

    def _with_size(self, part: tuple[Monomial, PwAff]) -> tuple[Monomial, PwAff]:
        """A size as a factor of a product of sizes: `batch * channels` times `pixels` is one product of three."""
        monomial, value = part
        sizes = in_order(value)
        if not monomial or len(sizes) != 1 or not value.plain_is_equal(name(sizes[0])) or not self.symbols.is_size(sizes[0]):
            return part
        return tuple(sorted((*monomial, sizes[0]))), number(1)

    def _with_factor(self, monomial: Monomial, value: PwAff, stride: Monomial) -> tuple[Monomial, PwAff]:
        """A factor of the stride as such: `batch * (length - taps + 1)` elements are rows of `length - taps + 1`."""
        for symbol in stride:
            if symbol in self.symbols.derived and monomial and value.is_equal(self.symbols.value(symbol)):
                return tuple(sorted((*monomial, symbol))), number(1)
        return monomial, value

    def _lay_out_copies(self, trace: Trace) -> None:
        for source, _, count, read, write in trace.copies:
            shape = self.shapes[source]
            names = tuple(fresh("c") for _ in shape.strides)
            domain = read.domain
            for of, extent in zip(names, shape.extents, strict=True):
                domain = domain.intersect_params(name(of).ge_set(number(0)).intersect(name(of).lt_set(extent)))
            if not self.box.sizes.is_subset(self._divided(count, shape.strides[0]).eq_set(shape.extents[0])):
                raise NotModelled("a copy of a part of an array")
            for access in (read, write):
                access.dims, access.domain, access.tuple_index = names, domain, tuple(name(of) for of in names)
                access.time = (*access.time, *names)

    def _subscripts(self, access: Access) -> tuple[PwAff, ...]:
        shape = self.shapes[access.array]
        found = [access.index.parts.get(stride, number(0)) for stride in shape.strides]
        for at in range(shape.rank - 1, 0, -1):
            rows = self._whole_rows(found[at], shape.extents[at], access)
            if rows:
                found[at] = found[at].sub(shape.extents[at].mul(number(rows)))
                found[at - 1] = found[at - 1].add(number(rows))
        return tuple(found)

    def _whole_rows(self, subscript: PwAff, extent: PwAff, access: Access) -> int:
        """How many rows further an element is that is reached by adding their length (`row + 3 * cols`); 0 where that is not it.

        One less where a row is counted from its end: what is left behind whole registers is at `cols - cols % 16`.
        """
        domain = access.domain.intersect_params(self.box.sizes)
        if _stays_within(subscript, extent, domain):
            return 0
        candidates = (rows for rows in (_coefficient(subscript, extent), -1) if rows)
        return next((r for r in candidates if _stays_within(subscript.sub(extent.mul(number(r))), extent, domain)), 0)

    def outside(self, access: Access) -> Set:
        """The instances whose subscripts leave their dimensions."""
        inside = domain = access.domain.intersect_params(self.box.sizes)
        limits = self._limits(access)
        for limit in limits:
            inside = inside.intersect_params(limit)
        outside = domain.subtract(inside)
        if outside.is_empty():
            note("bounds", (access.domain, self.box.sizes), tuple(limits))
        return outside

    def _limits(self, access: Access) -> list[Set]:
        limits: list[Set] = []
        for subscript, extent in zip(access.tuple_index, self.shapes[access.array].extents, strict=True):
            limits.append(subscript.ge_set(number(0)))
            if extent is not None:
                limits.append(subscript.lt_set(extent))
        return limits


def _stays_within(subscript: PwAff, extent: PwAff, domain: Set) -> bool:
    return domain.is_subset(subscript.ge_set(number(0)).intersect(subscript.lt_set(extent)))


def _coefficient(value: PwAff, extent: PwAff) -> int:
    """How often a size is in an affine expression; 0 where the extent is no size by itself."""
    sizes = in_order(extent)
    if value.n_piece() != 1 or len(sizes) != 1 or not extent.plain_is_equal(name(sizes[0])):
        return 0
    ((_, aff),) = value.get_pieces()
    at = aff.find_dim_by_name(PARAM, sizes[0])
    found = aff.get_coefficient_val(PARAM, at) if at >= 0 else None
    return found.to_python() if found is not None and found.is_int() else 0


def _quotient(big: Monomial, small: Monomial) -> Monomial:
    rest = list(big)
    for symbol in small:
        if symbol not in rest:
            raise NotModelled("subscripts whose strides do not divide each other")
        rest.remove(symbol)
    return tuple(rest)


__all__ = ["Layout", "Shape", "holds"]
