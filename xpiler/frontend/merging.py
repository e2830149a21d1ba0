"""Joining control flow: an `scf.if` around two filled regions, with a result for each value that differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.arithmetic import negate
from xpiler.frontend.builder import constant_of
from xpiler.frontend.regions import Filled
from xpiler.frontend.values import Null, Pointer, Value, leaves, rebuild
from xpiler.frontend.variables import Variable, undefined

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


class Merge:
    """Collects what the branches of one `scf.if` yield."""

    def __init__(self, reader: Reader, condition: ir.Value, then: Filled, other: Filled) -> None:
        self.reader = reader
        self.condition = condition
        self.branches = (then, other)
        self.yields: tuple[list[ir.Value], list[ir.Value]] = ([], [])
        self.names: list[str] = []
        self.pending: list[tuple[Variable | None, Value | None, list[ir.Value | int]]] = []

    def add(self, variable: Variable | None, values: tuple[Value | None, Value | None], name: str = "") -> None:
        """Merges one C value; `variable` gets the merged value, None stands for the `scf.if`'s own."""
        first, second = self._aligned(variable, values)
        parts: list[ir.Value | int] = []
        for left, right in zip(leaves(first), leaves(second), strict=True):
            parts.append(left if left == right else self._merged(left, right, name))
        self.pending.append((variable, first, parts))

    def _merged(self, left: ir.Value, right: ir.Value, name: str) -> ir.Value | int:
        known = (constant_of(left), constant_of(right)) if str(left.type) == "i1" else (None, None)
        if known in ((1, 0), (0, 1)):
            return self.condition if known == (1, 0) else negate(self.reader.builder, self.condition)
        if left == self.condition and known[1] == 0:
            return left
        self.yields[0].append(left)
        self.yields[1].append(right)
        self.names.append(name)
        return len(self.yields[0]) - 1

    def _aligned(self, variable: Variable | None, values: tuple[Value | None, Value | None]) -> tuple[Value | None, Value | None]:
        """The two values in one shape: undefined ones filled in, pointers over one type of base."""
        filled = list(values)
        for position, branch in enumerate(self.branches):
            if filled[position] is None and variable is not None:
                with self.reader.builder.at(branch.block):
                    filled[position] = undefined(self.reader, variable.ctype)
        first, second = filled
        if isinstance(first, Null) and isinstance(second, Pointer):
            first, second = self._beside(second, first, 1)[::-1]
        elif isinstance(second, Null) and isinstance(first, Pointer):
            first, second = self._beside(first, second, 0)
        elif isinstance(first, Null) or isinstance(second, Null):
            other = second if isinstance(first, Null) else first
            return other, other
        if isinstance(first, Pointer) and isinstance(second, Pointer):
            return self._aligned_pointers(first, second)
        if type(first) is not type(second) or (not list(leaves(first)) and first != second):
            raise self.reader.unsupported("a value that depends on a condition and is known only while reading", "assign it on one path")
        return first, second

    def _beside(self, pointer: Pointer, null: Null, position: int) -> tuple[Pointer, Pointer]:
        """A pointer of one branch and the null of the other in one shape; one that was never assigned is whatever suits."""
        builder, offset = self.reader.builder, pointer.offset
        with builder.at(self.branches[1 - position].block):
            offset = offset if offset is None or self._is_outside(offset) else builder.index(0)
            absent = builder.boolean(False) if null.is_assigned else None
        if null.is_assigned and pointer.there is None:
            with builder.at(self.branches[position].block):
                pointer = replace(pointer, there=self.reader.arrays.is_not_null(pointer))
        return pointer, replace(pointer, offset=offset, there=absent if null.is_assigned else pointer.there)

    def _is_outside(self, value: ir.Value) -> bool:
        """Whether a value is there behind the branches as well."""
        owner = value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block
        return all(owner != branch.block for branch in self.branches)

    def _aligned_pointers(self, first: Pointer, second: Pointer) -> tuple[Pointer, Pointer]:
        reader = self.reader
        bases = [first.base, second.base]
        if first.base != second.base and first.base.type != second.base.type:
            bases = []
            for pointer, branch in zip((first, second), self.branches, strict=True):
                with reader.builder.at(branch.block):
                    bases.append(reader.arrays.dynamic(pointer.base))
            if bases[0].type != bases[1].type:
                raise reader.unsupported("a pointer that may point into two kinds of memory", "use one pointer for each memory")
        offsets = [first.offset, second.offset]
        if offsets[0] is None or offsets[1] is None:
            if offsets[0] is not offsets[1]:
                for position, branch in enumerate(self.branches):
                    with reader.builder.at(branch.block):
                        offsets[position] = offsets[position] or reader.builder.index(0)
        known = [first.there, second.there]
        if known[0] is not known[1]:
            for position, (branch, pointer) in enumerate(zip(self.branches, (first, second), strict=True)):
                with reader.builder.at(branch.block):
                    known[position] = reader.arrays.is_not_null(pointer)
        pointers = zip((first, second), bases, offsets, known, strict=True)
        aligned = [replace(pointer, base=base, offset=offset, there=there) for pointer, base, offset, there in pointers]
        return aligned[0], aligned[1]

    def build(self, attributes: dict[str, ir.Attribute] | None = None) -> Value | None:
        """Makes the `scf.if`, assigns the variables, and returns the merged own value."""
        builder = self.reader.builder
        types = [value.type for value in self.yields[0]]
        operation = builder.op("scf.if", [self.condition], types, attributes, regions=2)
        for position, branch in enumerate(self.branches):
            if position == 1 and not types and not branch.operations:
                break
            branch.move_to(operation.regions[position])
            with builder.at(branch.block):
                builder.op("scf.yield", self.yields[position])
        own: Value | None = None
        for variable, template, parts in self.pending:
            merged = rebuild(template, iter([operation.results[part] if isinstance(part, int) else part for part in parts]))
            if variable is None:
                own = merged
            else:
                self.reader.state.assign(variable, merged)
        return own


def join(
    reader: Reader,
    condition: ir.Value,
    then: Filled,
    other: Filled,
    attributes: dict[str, ir.Attribute] | None = None,
) -> Value | None:
    """An `scf.if` of two filled regions; assigns what they changed and returns their merged value."""
    merge = Merge(reader, condition, then, other)
    for variable in dict.fromkeys((*then.after, *other.after)):
        before = variable.value
        values = (then.after.get(variable, before), other.after.get(variable, before))
        if values != (None, None):
            merge.add(variable, values, variable.name)
    if then.result is not None and other.result is not None:
        merge.add(None, (then.result, other.result))
    if not then.operations and not other.operations and not merge.yields[0]:
        return _nothing_to_do(merge)
    return merge.build(attributes)


def _nothing_to_do(merge: Merge) -> Value | None:
    own: Value | None = None
    for variable, template, parts in merge.pending:
        value = rebuild(template, iter([part for part in parts if isinstance(part, ir.Value)]))
        if variable is None:
            own = value
        else:
            merge.reader.state.assign(variable, value)
    return own
