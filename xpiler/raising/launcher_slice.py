"""Host values told in a kernel's parameters: what a launcher passes to a launch is the kernel's parameter there."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import captures, clone, constant_value, definition, entry, launchers, symbol_name, walk

SEGMENTS = ("grid", "block", "tasks", "shared", "stream", "args")


def launch_segment(launch: ir.Operation, name: str) -> list[ir.Value]:
    """One group of operands of an `xpiler.launch`."""
    sizes = list(ir.DenseI32ArrayAttr(launch.attributes["operandSegmentSizes"]))
    position = SEGMENTS.index(name)
    start = sum(sizes[:position])
    return list(launch.operands)[start : start + sizes[position]]


def call_arguments(op: ir.Operation) -> list[ir.Value]:
    """What an `xpiler.launch` or `xpiler.call` gives the kernel."""
    return launch_segment(op, "args") if op.name == "xpiler.launch" else list(op.operands)


def find_launches(module: ir.Module, kernel: ir.Operation) -> list[ir.Operation]:
    """Every launch (or call, on vnni) of `kernel` in the module's launchers."""
    wanted = symbol_name(kernel)
    return [
        op
        for launcher in launchers(module)
        for op in walk(launcher)
        if op.name in ("xpiler.launch", "xpiler.call") and ir.FlatSymbolRefAttr(op.attributes["kernel"]).value == wanted
    ]


class NotPassed(Exception):
    """A host value that depends on something the kernel does not take; `value` is that something."""

    def __init__(self, value: ir.Value):
        self.value = value
        op = definition(value)
        what = "a parameter of the launcher" if op is None else f"the result of '{op.name}'"
        super().__init__(f"{what} that the kernel does not take")


class LauncherSlice:
    """One launch, and the copying of host values into the kernel."""

    def __init__(self, launch: ir.Operation, kernel: ir.Operation, emit: EmissionPoint | None, is_pure: Callable[[ir.Operation], bool]):
        self.emit = emit
        self.arguments = arguments = call_arguments(launch)
        self.mapping = dict(zip(arguments, entry(kernel).arguments, strict=True))
        self.positions = {expression_text(value): number for number, value in enumerate(arguments)}
        self.parameters = list(entry(kernel).arguments)
        self.is_pure = is_pure

    def copied(self, value: ir.Value) -> ir.Value:
        """A host value as a value of the kernel; NotPassed where there is none."""
        if value in self.mapping:
            return self.mapping[value]
        position = self.positions.get(expression_text(value))
        if position is not None and self.parameters[position].type == value.type and constant_value(value) is None:
            return self.parameters[position]
        constant, op = constant_value(value), definition(value)
        if constant is not None:
            self.mapping[value] = self.emit.constant(constant, value.type)
        elif op is None or not self.is_pure(op):
            raise NotPassed(value)
        else:
            copy = clone(op, {used: self.copied(used) for used in captures(op)}, self.emit.at)
            self.mapping.update(zip(op.results, copy.results, strict=True))
        return self.mapping[value]

    def missing(self, value: ir.Value) -> list[ir.Value]:
        """What `value` comes from that the launch does not pass, in order of appearance."""
        if value in self.mapping or constant_value(value) is not None:
            return []
        position, op = self.positions.get(expression_text(value)), definition(value)
        if position is not None and self.parameters[position].type == value.type:
            return []
        if op is None or not self.is_pure(op):
            return [value]
        return [found for used in captures(op) for found in self.missing(used)]

    def text(self, value: ir.Value) -> str:
        """Equal for host values that are the same expression in what the launch passes, of whatever widths and signs.

        Counts of blocks and threads are positive and fit an int wherever the launch is one.
        """
        return number_text(value, {number_text(argument): position for position, argument in enumerate(self.arguments)})


def expression_text(value: ir.Value, positions: dict[str, int] | None = None) -> str:
    """Host arithmetic as text, equal for equal expressions; what a launch passes (`positions`) by its number."""
    op = definition(value)
    if op is None:
        text = f"parameter {value.arg_number}" if isinstance(value, ir.BlockArgument) else str(value)
    else:
        flags = [f"#{value.result_number}", *sorted(f"{name}={op.attributes[name]}" for name in op.attributes)]
        text = f"({op.name} {' '.join(flags)} {' '.join(expression_text(used) for used in captures(op))})"
    if not positions:
        return text
    if text in positions:
        return f"argument {positions[text]}"
    if op is None:
        return text
    return f"({op.name} {' '.join(flags)} {' '.join(expression_text(used, positions) for used in captures(op))})"


CONVERSIONS = ("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci")
AS_SIGNED = {
    "arith.divui": "arith.divsi", "arith.floordivsi": "arith.divsi", "arith.ceildivui": "arith.ceildivsi", "arith.remui": "arith.remsi",
    "arith.minui": "arith.minsi", "arith.maxui": "arith.maxsi", "arith.shrui": "arith.shrsi",
}  # fmt: skip
OF_TYPES = ("overflowFlags", "value")  # attributes that differ with the width


def number_text(value: ir.Value, positions: dict[str, int] | None = None) -> str:
    """As `expression_text`, for the number that a value is: conversions of integers, widths and signs are left out.

    A conversion to fewer bits than an int has is kept: it makes another number of one that a launch can have.
    """
    op = definition(value)
    while op is not None and op.name in CONVERSIONS and _holds_any_count(value.type):
        value = op.operands[0]
        op = definition(value)
    constant = constant_value(value)
    if op is None:
        text = expression_text(value)
    elif isinstance(constant, int):
        return str(constant)
    else:
        text = _operation_text(op, value, None)
    if not positions or op is None or text in positions:
        return f"argument {positions[text]}" if positions and text in positions else text
    return _operation_text(op, value, positions)


def _holds_any_count(kind: ir.Type) -> bool:
    """Whether numbers of a type are wide enough for what an int counts."""
    return not isinstance(kind, ir.IntegerType) or kind.width >= 32


def _operation_text(op: ir.Operation, value: ir.Value, positions: dict[str, int] | None) -> str:
    operands = " ".join(number_text(used, positions) for used in captures(op))
    return f"({_name_text(op)} #{value.result_number} {operands}{_inside_text(op, positions)})"


def _name_text(op: ir.Operation) -> str:
    attributes = sorted(f"{name}={op.attributes[name]}" for name in op.attributes if name not in OF_TYPES)
    return " ".join([AS_SIGNED.get(op.name, op.name), *attributes])


def _inside_text(op: ir.Operation, positions: dict[str, int] | None) -> str:
    """What the regions of an operation do, their own values by number."""
    own: dict[ir.Value, str] = {}
    lines = []
    for inner in list(walk(op))[1:]:
        constant = constant_value(inner.results[0]) if len(inner.results) == 1 else None
        used = " ".join(own[v] if v in own else number_text(v, positions) for v in inner.operands)
        lines.append(f"{_name_text(inner)} {'' if constant is None else constant} {used}")
        own |= {result: f"%{len(own) + k}" for k, result in enumerate(inner.results)}
    return f" {{{'; '.join(lines)}}}" if lines else ""
