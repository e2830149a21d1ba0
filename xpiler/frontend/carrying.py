"""What a loop carries from one iteration to the next, found generously and pruned afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.values import Aggregate, Pointer, Scalar, Value
from xpiler.frontend.variables import Variable

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


class BasesMove(Exception):
    """A loop body re-bases pointers that were taken to keep their base: read it again, carrying the bases."""

    def __init__(self, variables: list[Variable]) -> None:
        super().__init__()
        self.variables = variables


@dataclass
class Carried:
    """The variables of a loop, and the SSA values they are made of, in order."""

    reader: Reader
    variables: list[Variable]
    moving: set[str]

    def __post_init__(self) -> None:
        self.start = {variable: self._settled(variable) for variable in self.variables}
        self.variables = [variable for variable in self.variables if list(self.parts(variable, self.start[variable]))]
        self.initial = [part for variable in self.variables for part in self.parts(variable, self.start[variable])]
        self.names = [variable.name for variable in self.variables for _ in self.parts(variable, self.start[variable])]

    def _settled(self, variable: Variable) -> Value:
        """The value on entry, with every part an SSA value."""
        return self._with_offset(variable.read(self.reader))

    def _with_offset(self, value: Value) -> Value:
        if isinstance(value, Pointer) and value.offset is None:
            return replace(value, offset=self.reader.builder.index(0))
        if isinstance(value, Aggregate):
            return Aggregate(value.ctype, {name: self._with_offset(item) for name, item in value.fields.items()})
        return value

    def parts(self, variable: Variable, value: Value) -> list[ir.Value]:
        """The SSA values of a value that are carried."""
        if isinstance(value, Scalar):
            return [value.ssa]
        if isinstance(value, Pointer):
            base = [value.base] if variable.name in self.moving else []
            offset = value.offset if value.offset is not None else self.reader.builder.index(0)
            return [*base, offset, *([] if value.there is None else [value.there])]
        if isinstance(value, Aggregate):
            return [part for item in value.fields.values() for part in self.parts(variable, item)]
        return []

    def assign(self, values: list[ir.Value]) -> None:
        """Gives the variables the values of block arguments or results."""
        remaining = iter(values)
        for variable in self.variables:
            self.reader.state.assign(variable, self._made_of(variable, self.start[variable], remaining))

    def finish(self, values: list[ir.Value]) -> None:
        """Gives the variables that changed their values after the loop."""
        position = 0
        for variable in self.variables:
            start = self.start[variable]
            count = len(self.parts(variable, start))
            own = values[position : position + count]
            if own != self.initial[position : position + count]:
                self.reader.state.assign(variable, self._made_of(variable, start, iter(own)))
            position += count

    def _made_of(self, variable: Variable, template: Value, parts) -> Value:
        if isinstance(template, Scalar):
            return Scalar(next(parts), template.ctype)
        if isinstance(template, Pointer):
            base = next(parts) if variable.name in self.moving else template.base
            return replace(template, base=base, offset=next(parts), there=None if template.there is None else next(parts))
        if isinstance(template, Aggregate):
            return Aggregate(template.ctype, {name: self._made_of(variable, item, parts) for name, item in template.fields.items()})
        return template

    def current(self) -> list[ir.Value]:
        """The values of the variables now, to be carried on.

        Raises BasesMove where a pointer has another base than on entry.
        """
        moved = [variable for variable in self.variables if self._moved(variable, self.start[variable], variable.read(self.reader))]
        if moved:
            raise BasesMove(moved)
        return [part for variable in self.variables for part in self.parts(variable, variable.read(self.reader))]

    def _moved(self, variable: Variable, start: Value, now: Value) -> bool:
        if isinstance(start, Pointer):
            if not isinstance(now, Pointer) or now.pointee != start.pointee:
                raise self.reader.unsupported(f"the pointer '{variable.name}' changing in a loop to what it cannot be beside its start")
            if (now.there is None) != (start.there is None):
                raise self.reader.unsupported(f"the pointer '{variable.name}' that a loop makes null")
            return variable.name not in self.moving and now.base != start.base
        if isinstance(start, Aggregate):
            assert isinstance(now, Aggregate)
            return any(self._moved(variable, item, now.fields[name]) for name, item in start.fields.items())
        return False

    def locations(self) -> list[ir.Location]:
        base = self.reader.builder.location
        return [ir.Location.name(name, base) for name in self.names]
