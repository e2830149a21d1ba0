"""Values of a loop body as all lanes have them: what does not depend on the lane stays scalar, what does is a vector or a subscript."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.analysis.effects import defining
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.transforms.rewriting import Mapping, defined_inside, unnamed
from xpiler.transforms.vectors.lane_masks import Growing, conjuncts, needed


class CannotWiden(Exception):
    """The body has an operation or an access without a vector form; the message names it."""


@dataclass
class LaneValues:
    """The values of one loop body; `mask` (i1 lanes) says which lanes are live, None where all are."""

    loop: ir.Operation
    variable: ir.Value
    first: ir.Value
    lanes: int
    mask: ir.Value | None = None
    count: ir.Value | None = None  # where the mask is that of the first lanes, how many
    forms: IndexForms = field(default_factory=IndexForms)
    scalars: Mapping = field(default_factory=dict)
    vectors: Mapping = field(default_factory=dict)

    def varies(self, value: ir.Value) -> bool:
        """Whether a value of the old body depends on the loop's variable."""
        if value in self.vectors or value == self.variable:
            return True
        if value in self.scalars or not defined_inside(value, self.loop):
            return False
        op = defining(value)
        return op is None or any(self.varies(v) for v in op.operands)

    def scalar(self, value: ir.Value) -> ir.Value:
        """A value that does not vary, in the new code; index arithmetic of the first lane where it does."""
        if value == self.variable:
            return self.first
        if value in self.scalars:
            return self.scalars[value]
        if not defined_inside(value, self.loop):
            return value
        op = defining(value)
        if op is None or not is_index_arithmetic(op):
            raise CannotWiden("a subscript is no arithmetic of loop variables")
        return rebuilt(op, [self.scalar(v) for v in op.operands])

    def vector(self, value: ir.Value) -> ir.Value:
        """A value as lanes."""
        if value in self.vectors:
            return self.vectors[value]
        if self.varies(value):
            return self._truths(value) if str(value.type) == "i1" else self._counted(value)
        with unnamed(ir.Location.current):  # the name is that of what the lanes are used for
            return vector.broadcast(self.vector_type(value.type), self.scalar(value))

    def _counted(self, value: ir.Value) -> ir.Value:
        """An integer that grows by one a lane, as lanes."""
        if not isinstance(value.type, ir.IntegerType) or not self.moves_by_one(value):
            raise CannotWiden("a number that is made of the loop's variable")
        kind = self.vector_type(value.type)
        steps = [ir.IntegerAttr.get(value.type, lane) for lane in range(self.lanes)]
        start = vector.broadcast(kind, self.scalar(value))
        return arith.addi(start, arith.constant(kind, ir.DenseElementsAttr.get(steps, kind)))

    def _truths(self, condition: ir.Value) -> ir.Value:
        """A condition that each lane has its own answer to."""
        parts = conjuncts(condition)
        if not all(self.varies(part) for part in parts):
            raise CannotWiden("a condition that depends on the lane in part")
        found = self.lanes_where(parts)
        if found is None:
            raise CannotWiden("a condition that holds in all lanes")
        return found

    def vector_type(self, kind: ir.Type) -> ir.VectorType:
        """So many lanes of a type."""
        return ir.VectorType.get([self.lanes], kind)

    def moves_by_one(self, value: ir.Value) -> bool:
        """Whether a number grows by one from lane to lane."""
        parts = self.forms.of(value).split(self.forms.atom(self.variable))
        return parts is not None and parts[0].as_int() == 1

    # masks

    def lanes_where(self, conditions: list[ir.Value], bounds: list[Poly] | None = None) -> ir.Value | None:
        """The mask of lanes in which all conditions hold and no number of `bounds` is negative; None for all lanes."""
        numbers, masks = list(bounds or []), []
        for condition in conditions:
            found = None if condition in self.vectors else needed(self.forms, condition)
            if found:
                numbers += found
            elif condition in self.vectors:
                masks.append(self.vectors[condition])
            else:
                raise CannotWiden("a condition that depends on the lane")
        masks += [mask for number in numbers if (mask := self._mask(number)) is not None]
        return _all_of(masks)

    def _mask(self, number: Poly) -> ir.Value | None:
        parts = number.split(self.forms.atom(self.variable))
        step = parts and parts[0].as_int()
        if step not in (1, -1) or self.lanes > 32 or any(self.is_of_lane(atom) for atom in parts[1].atoms()):
            raise CannotWiden("a comparison of numbers that do not move by one element")
        first = self.forms.table.value(self.first)
        return Growing(self.of_first(number, first), self.of_first(number, self.forms.of(self.first)), step).mask(self.forms, self.lanes)

    def is_of_lane(self, atom: Atom) -> bool:
        """Whether a part of a number depends on the lane."""
        return atom.kind == "value" and self.varies(atom.value)

    def of_first(self, number: Poly, first: Poly) -> Poly:
        """A number of the old body as the first lane has it in the new code."""
        replaced = {self.forms.atom(self.variable): first}
        for atom in number.atoms():
            if atom.kind == "value" and atom.value in self.scalars:
                replaced[atom] = self.forms.of(self.scalars[atom.value])
        return self.forms.substitute(number, replaced)


def _all_of(masks: list[ir.Value]) -> ir.Value | None:
    """The lanes that all masks have."""
    found = None
    for mask in masks:
        found = mask if found is None else arith.andi(found, mask)
    return found


def splat(kind: ir.VectorType, number: float) -> ir.Value:
    """The same number in every lane."""
    element = kind.element_type
    item = ir.IntegerAttr.get(element, int(number)) if isinstance(element, ir.IntegerType) else ir.FloatAttr.get(element, float(number))
    return arith.constant(kind, ir.DenseElementsAttr.get_splat(kind, item))


def rebuilt(op: ir.Operation, operands: list[ir.Value], kind: ir.Type | None = None) -> ir.Value:
    """The same operation on other operands."""
    attributes = {name: op.attributes[name] for name in op.attributes}
    made = ir.Operation.create(op.name, results=[kind or op.results[0].type], operands=operands, attributes=attributes, loc=op.location)
    return made.result


def is_index_arithmetic(op: ir.Operation) -> bool:
    """Arithmetic that only subscripts use: rebuilt for the first lane when a subscript asks for it."""
    return op.name.startswith("arith.") and len(op.results) == 1 and isinstance(op.results[0].type, (ir.IndexType, ir.IntegerType))
