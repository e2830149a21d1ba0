"""The symbolic stage: both programs for all sizes at once, element by element of every parameter buffer."""

from __future__ import annotations

import math

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.model import side
from xpiler.verify.model.integers import width_of
from xpiler.verify.symbolic import algebra, bang, control, fragments, host, matrix_cores, meanings, memory, races, scalars, simt, vectors  # noqa: F401 - they register operations
from xpiler.verify.symbolic.copied import check as check_copies
from xpiler.verify.symbolic.dataflow import Flow
from xpiler.verify.symbolic.digits import DigitsWanted, Reading
from xpiler.verify.symbolic.equality import equal
from xpiler.verify.symbolic.evaluate import Evaluator
from xpiler.verify.symbolic.expressions import Pieces, Poly
from xpiler.verify.symbolic.integers import Int, Symbols
from xpiler.verify.symbolic.layout import Layout
from xpiler.verify.symbolic.program import Access, Array, Condition, Pointer
from xpiler.verify.symbolic.sets import EVERYWHERE, Set, name, number
from xpiler.verify.symbolic.shares import SharesFound
from xpiler.verify.symbolic.walker import Box, Walker
from xpiler.verify.terms.term import Value, make

LAST = 1 << 40
MOST_BITS = 40  # of a size: with what a text adds to it or multiplies it by, it stays within 64 bits


def _scalar(of: str, type_: str) -> Int | Condition | Value:
    if type_ == "i1":
        return Condition(name(f"p_{of}").eq_set(number(1)))
    return Int.of(name(f"p_{of}")) if type_[0] == "i" else make("leaf", of, 0, type_)


class Comparison:
    """Two modules, walked and laid out together."""

    def __init__(self, source: ir.Module, target: ir.Module, budget: Budget):
        self.units = [side.Unit.of(m) for m in (source, target)]
        described = [[(p.is_pointer, t) for p, t in zip(u.parameters, u.types, strict=True)] for u in self.units]
        if described[0] != described[1]:
            raise NotModelled("the two functions take different parameters")
        self.budget, self.symbols = budget, Symbols()
        self.names = [p.name for p in self.units[0].parameters]
        self.any_number: dict[str, tuple[int, int]] = {}  # parameters that measure nothing, with all that their types hold
        self.box = Box(self.symbols, self._sizes())
        self.walks = [self._walk(source, self.units[0], is_source=True)]
        self.sizes_of_source = self.box.sizes
        self.walks.append(self._walk(target, self.units[1], is_source=False))
        self.layout = Layout([w.trace for w in self.walks], self.symbols, self.box)
        self.finals = [self._final_reads(w) for w in self.walks]
        self.flows = [Flow(w.trace, self.box) for w in self.walks]

    def _sizes(self):
        sizes = EVERYWHERE
        unit = self.units[0]
        for of, parameter, type_ in zip(self.names, unit.parameters, unit.types, strict=True):
            if not parameter.is_pointer and type_[0] == "i":
                size, bits = f"p_{of}", width_of(type_) - 1
                self.symbols.sizes.append(size)
                if bits > MOST_BITS:
                    self.symbols.wide.add(size)
                end = 1 << min(bits, MOST_BITS)
                least = -end if parameter.values else parameter.least  # what measures nothing may be zero or negative
                if type_ == "i1":
                    least, end = 0, 2
                if least < 0 or type_ == "i1":
                    self.any_number[size] = (least, end - 1)
                sizes = sizes.intersect_params(name(size).ge_set(number(least)).intersect(name(size).lt_set(number(end))))
        return sizes

    def _walk(self, module: ir.Module, unit: side.Unit, *, is_source: bool) -> Walker:
        before, reading = (self.box.sizes, set(self.box.products)), Reading()
        while True:
            try:
                return self._walked(Walker(module, self.symbols, self.box, is_source=is_source, reading=reading), unit)
            except SharesFound:
                reading.has_shares = True
            except DigitsWanted as wanted:
                reading.want(wanted)
            self.box.sizes, self.box.products = before[0], set(before[1])

    def _walked(self, walker: Walker, unit: side.Unit) -> Walker:
        arguments: list = [None] * len(unit.function.regions[0].blocks[0].arguments)
        walker.parameters = {}
        for position, (of, parameter, type_) in enumerate(zip(self.names, unit.parameters, unit.types, strict=True)):
            if parameter.is_pointer:
                array = Array(of, type_, parameter=position)
                walker.parameters[position] = array
                arguments[unit.positions[position]] = Pointer(array, Int.of(0))
            else:
                arguments[unit.positions[position]] = _scalar(of, type_)
        walker.call(unit.function, arguments)
        return walker

    def _final_reads(self, walker: Walker) -> dict[int, Access]:
        """One read of every element of each parameter buffer after everything else."""
        found = {}
        for position, array in walker.parameters.items():
            shape = self.layout.shapes.get(array)
            if shape is None:
                continue
            names = tuple(f"x{i}" for i in range(shape.rank))
            domain = self.box.sizes
            for of, extent in zip(names, shape.extents, strict=True):
                domain = domain.intersect_params(name(of).ge_set(number(0)))
                if extent is not None:
                    domain = domain.intersect_params(name(of).lt_set(extent))
            index = tuple(name(of) for of in names)
            found[position] = Access(array, False, names, domain, Int.of(0), (LAST,), (), (), tuple_index=index, of_whole=True)
            walker.trace.accesses.append(found[position])
        return found

    def written(self) -> dict[str, bool]:
        """Which parameter buffers either program may change."""
        found = {}
        for position, of in enumerate(self.names):
            arrays = [w.parameters[position] for w in self.walks if position in w.parameters]
            if arrays:
                found[of] = any(a.writes and a.array in arrays for w in self.walks for a in w.trace.accesses)
        return found

    def without_extent(self) -> list[str]:
        """Parameter buffers whose size neither program states."""
        shapes = [
            (of, self.layout.shapes.get(self.walks[0].parameters[i])) for i, of in enumerate(self.names) if i in self.walks[0].parameters
        ]
        return [of for of, shape in shapes if shape is not None and shape.extents[0] is None]

    def at(self, sizes: dict[str, int]) -> Set:
        """The point of the box with these sizes, and what their products are there."""
        point = self.box.sizes
        for of, value in sizes.items():
            if f"p_{of}" in self.symbols.sizes:
                point = point.intersect_params(name(f"p_{of}").eq_set(number(value)))
        for monomial, product in self.symbols.products.items():
            if all(s.removeprefix("p_") in sizes for s in monomial):
                value = math.prod(sizes[s.removeprefix("p_")] for s in monomial)
                point = point.intersect_params(name(product).eq_set(number(value)))
        return point

    def extents(self, point: Set) -> dict[str, list[int]]:
        """Extents of each parameter buffer at a point; of an outermost dimension nobody states, what is touched."""
        found = {}
        for position, of in enumerate(self.names):
            reads = [finals[position] for finals in self.finals if position in finals]
            if not reads:
                continue
            shape = self.layout.shapes[self.walks[0].parameters[position]]
            found[of] = [self._largest(extent, point) if extent is not None else self._touched(shape, point) for extent in shape.extents]
        return found

    def _touched(self, shape, point: Set) -> int:
        accesses = [a for w in self.walks for a in w.trace.accesses if a.array in shape.arrays and a.time != (LAST,)]
        return max((self._largest(a.tuple_index[0], a.domain.intersect_params(point)) + 1 for a in accesses), default=0)

    def _largest(self, value, point: Set) -> int:
        inside = value.intersect_params(point)
        largest = inside.max_val()
        return largest.to_python() if largest.is_int() else -1

    def check_side_conditions(self) -> None:
        """Raises NotModelled where bounds or freedom of races are not shown; the source's first."""
        for words, flow in zip(("source", "output"), self.flows, strict=True):
            access = races.out_of_bounds(flow, self.layout)
            if access is not None:
                raise NotModelled(f"an access of the {words} to '{access.array.name}' is not shown to stay inside{_at(access)}")
            pair = races.meeting(flow)
            if pair is not None:
                raise NotModelled(
                    f"accesses of the {words} to '{pair[0].array.name}' are not shown to be apart{_at(pair[0])}{_at(pair[1])}"
                )
        check_copies(self)

    def compare(self) -> None:
        """Raises NotModelled at the first buffer that is not shown to end up the same."""
        pairs = zip(self.flows, self.finals, strict=True)
        evaluators = [Evaluator(flow, self.budget, self.symbols, list(finals.values())) for flow, finals in pairs]
        for position, of in enumerate(self.names):
            reads = [finals.get(position) for finals in self.finals]
            if all(read is None for read in reads):
                continue
            if any(read is None for read in reads):
                raise NotModelled(f"'{of}' is used on one side only")
            domain = reads[0].domain.intersect_params(self.box.sizes)
            values = [e.read(read, domain) for e, read in zip(evaluators, reads, strict=True)]
            if not all(e.covers(pieces, read, domain) for e, pieces, read in zip(evaluators, values, reads, strict=True)):
                raise NotModelled(f"'{of}' is not compared everywhere")
            _same(of, *values)


def _same(of: str, source: Pieces, target: Pieces) -> None:
    """Raises NotModelled where two values of a buffer's elements, each of which is given everywhere, are not shown equal."""
    for here, expected in source:
        for there, actual in target:
            both = here.intersect_params(there).coalesce()
            if both.is_empty():
                continue
            if expected is None or actual is None:
                raise NotModelled(f"an element of '{of}' may depend on an uninitialised value")
            if not _equal(expected, actual, both):
                raise NotModelled(f"'{of}' is not shown equal")


def _equal(expected: Poly, actual: Poly, domain: Set) -> bool:
    if equal(expected, actual, domain):
        return True
    return equal(algebra.collapsed(expected, domain), algebra.collapsed(actual, domain), domain)


def _at(access: Access) -> str:
    return f" at {access.where}" if access.where else ""


__all__ = ["Comparison", "Unsupported"]
