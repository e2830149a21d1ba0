"""Control inside a loop body on lanes: branches and inner loops that all lanes take alike, and such that each lane takes for itself.

Where lanes differ, what is done in some of them is done under a mask of these: loads and stores have forms that touch no other lane's
memory, and a value is chosen by the mask. What all lanes share is then computed though perhaps no lane asks for it, so that it must be
harmless: arithmetic that cannot fail, or a read that is shown to be within its buffer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining
from xpiler.transforms.rewriting import Mapping, body, clone, content, terminator
from xpiler.transforms.vectors.lane_masks import conjuncts
from xpiler.transforms.vectors.lane_values import CannotWiden, LaneValues


@dataclass
class LaneControl(LaneValues):
    """`within` says of each mask in which other one its lanes are; `partial` is set where only some lanes may be live."""

    partial: bool = False
    within: Mapping = field(default_factory=dict)

    def operation(self, op: ir.Operation) -> None:
        """Rebuilds one operation at the insertion point."""
        raise NotImplementedError

    def block(self, block: ir.Block) -> list[ir.Value]:
        """Rebuilds a block's operations; what it yields, as lanes."""
        for op in content(block):
            with op.location:
                self.operation(op)
        return [self.vector(v) for v in terminator(block).operands]

    # branches

    def branch(self, op: ir.Operation) -> None:
        """A branch; its results become vectors."""
        conditions = conjuncts(op.operands[0])
        own = [c for c in conditions if self.varies(c)]
        if not own:
            self._taken_alike(op, op.operands[0])
        elif op.operands[0] in self.vectors and self._is_free(op):
            self._both_sides(op)
        else:
            self._taken_by_lanes(op, [c for c in conditions if c not in own], own)

    def _taken_alike(self, op: ir.Operation, condition: ir.Value) -> None:
        kinds = [self.vector_type(result.type) for result in op.results]
        sides = _sides(op)
        branch = scf.IfOp(self.scalar(condition), kinds, has_else=len(sides) > 1)
        for old, new in zip(sides, (branch.then_block, branch.else_block) if len(sides) > 1 else (branch.then_block,), strict=True):
            with ir.InsertionPoint(new):
                scf.yield_(self.block(old))
        self.vectors.update(zip(op.results, branch.results, strict=True))

    def _is_free(self, op: ir.Operation) -> bool:
        """Whether both sides only compute floats."""
        return len(op.results) > 0 and all(_may_be_in_vain(inner) for side in _sides(op) for inner in content(side))

    def _both_sides(self, op: ir.Operation) -> None:
        """Floats that either side computes of floats, all lanes of both; a mask takes one."""
        sides = [self.block(side) for side in _sides(op)]
        condition = self.vector(op.operands[0])
        for result, yes, no in zip(op.results, *sides, strict=True):
            self.vectors[result] = arith.select(condition, yes, no)

    def _taken_by_lanes(self, op: ir.Operation, shared: list[ir.Value], own: list[ir.Value]) -> None:
        """One side under a mask. What all lanes ask for as well is asked once, around it."""
        yes, *rest = _sides(op)
        if any(not _may_be_in_vain(inner) for side in rest for inner in content(side)):
            raise CannotWiden("a branch that depends on the lane, with two sides")
        if not shared:
            self.vectors.update(zip(op.results, self._chosen(yes, rest, own), strict=True))
            return
        condition = self.scalar(shared[0])
        for other in shared[1:]:
            condition = arith.andi(condition, self.scalar(other))
        branch = scf.IfOp(condition, [self.vector_type(result.type) for result in op.results], has_else=len(op.results) > 0)
        with ir.InsertionPoint(branch.then_block):
            scf.yield_(self._chosen(yes, rest, own))
        if len(op.results):
            with ir.InsertionPoint(branch.else_block):
                scf.yield_(self.block(rest[0]))
        self.vectors.update(zip(op.results, branch.results, strict=True))

    def _chosen(self, yes: ir.Block, rest: list[ir.Block], own: list[ir.Value]) -> list[ir.Value]:
        with self._only(self.lanes_where(own)):
            live, chosen = self.mask, self.block(yes)
        others = self.block(rest[0]) if rest and chosen else []
        return [self._choice(live, a, b) for a, b in zip(chosen, others, strict=True)]

    # loops

    def loop_inside(self, op: ir.Operation) -> None:
        """A loop inside: what it carries becomes vectors. Of a bound `min(a, b)` one side may depend on the lane."""
        lower, upper, step, *starts = op.operands
        ends = _least_of(upper) if self.varies(upper) else [upper]
        own = [end for end in ends if self.varies(end)]
        if self.varies(lower) or self.varies(step) or len(own) == len(ends):
            raise CannotWiden("a loop whose bound depends on the lane")
        end, *others = (self.scalar(e) for e in ends if e not in own)
        for other in others:
            end = arith.minsi(end, other)
        loop = scf.ForOp(self.scalar(lower), end, self.scalar(step), [self.vector(v) for v in starts])
        old = body(op)
        self.scalars[old.arguments[0]] = loop.body.arguments[0]
        carried = list(loop.body.arguments)[1:]
        self.vectors.update(zip(list(old.arguments)[1:], carried, strict=True))
        with ir.InsertionPoint(loop.body):
            still = [self.forms.of(e) - self.forms.of(old.arguments[0]) - 1 for e in own]
            with self._only(self.lanes_where([], still)):
                live, stepped = self.mask if own else None, self.block(old)
            scf.yield_([self._choice(live, a, b) for a, b in zip(stepped, carried, strict=True)])
        self.vectors.update(zip(op.results, loop.results, strict=True))

    # lanes

    @contextmanager
    def _only(self, mask: ir.Value | None) -> Iterator[None]:
        """What is built inside happens in the lanes of a mask, of those that are live here."""
        outer = self.mask, self.partial
        if mask is not None:
            live = mask
            if self.mask is not None:
                live = arith.andi(self.mask, mask)
                self.within[live] = self.mask
            self.mask, self.partial = live, True
        yield
        self.mask, self.partial = outer

    def _choice(self, mask: ir.Value | None, yes: ir.Value, no: ir.Value) -> ir.Value:
        """`yes` in the lanes of a mask, `no` in the others."""
        if mask is None or self._leaves(yes, no, mask):
            return yes
        return arith.select(mask, yes, no)

    def _leaves(self, value: ir.Value, old: ir.Value, mask: ir.Value) -> bool:
        """Whether a value is the old one outside of a mask by the way it is made."""
        op = defining(value)
        if value == old or op is None:
            return value == old
        position = list(op.results).index(value)
        if op.name == "arith.select":
            return op.operands[2] == old and self._is_part(op.operands[0], mask)
        if op.name == "vector.maskedload":
            return self._is_part(op.operands[-2], mask) and _is_zero(op.operands[-1]) and _is_zero(old)
        if op.name == "scf.if":
            return all(self._leaves(terminator(region.blocks[0]).operands[position], old, mask) for region in op.regions)
        if op.name == "scf.for":
            inside = body(op)
            carried = inside.arguments[1 + position]
            return self._leaves(op.operands[3 + position], old, mask) and self._leaves(terminator(inside).operands[position], carried, mask)
        return False

    def _is_part(self, mask: ir.Value, of: ir.Value) -> bool:
        while mask != of and mask in self.within:
            mask = self.within[mask]
        return mask == of

    def shared(self, op: ir.Operation) -> None:
        """What does not depend on the lane is done once, in front of what asks for it, though perhaps no lane does."""
        if self.partial and not self._is_harmless(op):
            raise CannotWiden("what all lanes share, where perhaps none asks for it")
        clone(op, self.scalars, ir.InsertionPoint.current)

    def _is_harmless(self, op: ir.Operation) -> bool:
        if op.name == "memref.load":
            return self._is_within(op)
        fails = any(word in op.name for word in ("div", "rem")) and not isinstance(op.results[0].type, ir.FloatType)
        return op.name.startswith(("arith.", "math.")) and not fails

    def _is_within(self, load: ir.Operation) -> bool:
        """Whether an element that does not depend on the lane is one of its buffer, for all numbers of the loops around."""
        base, *subscripts = load.operands
        stated = [use.owner.operation for use in base.uses if use.owner.operation.name == "xpiler.extent"]
        extents = [self.forms.of(op.operands[1]) for op in stated[:1]] or None
        if extents is None or len(subscripts) != 1:
            return False
        position = self.of_first(self.forms.of(subscripts[0]), self.forms.of(self.first))
        return self.forms.ranges.within(position, extents[0])


def _sides(op: ir.Operation) -> list[ir.Block]:
    return [region.blocks[0] for region in op.regions if len(region.blocks)]


def _least_of(value: ir.Value) -> list[ir.Value]:
    """The numbers of which a number is the least."""
    op = defining(value)
    if op is None or op.name != "arith.minsi":
        return [value]
    return [part for operand in op.operands for part in _least_of(operand)]


def _may_be_in_vain(op: ir.Operation) -> bool:
    """Whether an operation only computes floats, which nothing notices where they are not taken."""
    return op.name.split(".")[0] in ("arith", "math") and all(isinstance(v.type, ir.FloatType) for v in (*op.operands, *op.results))


def _is_zero(value: ir.Value) -> bool:
    """Whether all lanes of a value are the constant 0 (not -0.0)."""
    op = defining(value)
    if op is not None and op.name == "vector.broadcast":
        op = defining(op.operands[0])
    if op is None or op.name != "arith.constant":
        return False
    attribute = op.attributes["value"]
    splat = attribute.get_splat_value() if isinstance(attribute, ir.DenseElementsAttr) and attribute.is_splat else attribute
    return str(splat.value) in ("0", "0.0") if isinstance(splat, (ir.FloatAttr, ir.IntegerAttr)) else False
