"""Launch geometry: the grid and block of a kernel's launch, told in the kernel's own parameters.

The arithmetic of the launcher that leads to the launch is sliced and copied to the top of the kernel: a value the
launcher passes to the kernel is the kernel's parameter there, constants stay, pure operations are copied.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import invalid, unsupported
from xpiler.raising.simt.platform_ops import is_pure
from xpiler.raising.structure import captures, clone, constant_value, definition, entry, launchers, symbol_name, walk

SEGMENTS = ("grid", "block", "tasks", "shared", "stream", "args")


@dataclass(frozen=True)
class Geometry:
    """Values at the top of the kernel: blocks and threads in x, y, z (i32), bytes of dynamic shared memory (or None)."""

    grid: tuple[ir.Value, ir.Value, ir.Value]
    block: tuple[ir.Value, ir.Value, ir.Value]
    shared_bytes: ir.Value | None

    def block_constant(self, dimension: int) -> int | None:
        """The number of threads in a dimension, where it is known."""
        return constant_value(self.block[dimension])


def launch_segment(launch: ir.Operation, name: str) -> list[ir.Value]:
    """One group of operands of an `xpiler.launch`."""
    sizes = list(ir.DenseI32ArrayAttr(launch.attributes["operandSegmentSizes"]))
    position = SEGMENTS.index(name)
    start = sum(sizes[:position])
    return list(launch.operands)[start : start + sizes[position]]


def find_launches(module: ir.Module, kernel: ir.Operation) -> list[ir.Operation]:
    """Every launch of `kernel` in the module's launchers."""
    wanted = symbol_name(kernel)
    return [
        op
        for launcher in launchers(module)
        for op in walk(launcher)
        if op.name == "xpiler.launch" and ir.FlatSymbolRefAttr(op.attributes["kernel"]).value == wanted
    ]


def place_geometry(module: ir.Module, kernel: ir.Operation) -> Geometry:
    """Copy the geometry of the kernel's launch to the kernel's top and return it."""
    launches = find_launches(module, kernel)
    name = symbol_name(kernel)
    if not launches:
        hint = "state it: --launch grid=..,block=.. (expressions in the kernel's parameters)"
        raise invalid(kernel, f"no launch of kernel '{name}' in the file: its grid and block are unknown", hint)
    emit = EmissionPoint(ir.InsertionPoint.at_block_begin(entry(kernel)), kernel.location)
    slices = [_LauncherSlice(launch, kernel, emit) for launch in launches]
    if len({each.fingerprint() for each in slices}) > 1:
        raise unsupported(launches[1], f"kernel '{name}' is launched with several geometries", "state one: --launch grid=..,block=..")
    return slices[0].geometry()


class _LauncherSlice:
    """One launch, and the copying of what its geometry needs into the kernel."""

    def __init__(self, launch: ir.Operation, kernel: ir.Operation, emit: EmissionPoint):
        self.launch = launch
        self.emit = emit
        self.arguments = launch_segment(launch, "args")
        parameters = list(entry(kernel).arguments)
        self.mapping = {value: parameter for value, parameter in zip(self.arguments, parameters, strict=True)}

    def geometry(self) -> Geometry:
        shared = launch_segment(self.launch, "shared")
        return Geometry(self._triple("grid"), self._triple("block"), self._copied(shared[0]) if shared else None)

    def fingerprint(self) -> tuple[str, ...]:
        """Equal for launches whose geometry is the same expression in the kernel's parameters."""
        return tuple(self._text(value) for name in ("grid", "block", "shared") for value in launch_segment(self.launch, name))

    def _triple(self, name: str) -> tuple[ir.Value, ir.Value, ir.Value]:
        values = [self._copied(value) for value in launch_segment(self.launch, name)]
        one = self.emit.constant(1, self.emit.integer_type(32))
        return tuple([*values, one, one][:3])

    def _copied(self, value: ir.Value) -> ir.Value:
        if value in self.mapping:
            return self.mapping[value]
        constant = constant_value(value)
        op = definition(value)
        if constant is not None:
            self.mapping[value] = self.emit.constant(constant, value.type)
        elif op is None or not is_pure(op):
            raise self._not_passed(value)
        else:
            inner = {used: self._copied(used) for used in captures(op)}
            copy = clone(op, inner, self.emit.at)
            self.mapping.update(zip(op.results, copy.results, strict=True))
        return self.mapping[value]

    def _text(self, value: ir.Value) -> str:
        if value in self.arguments:
            return f"argument {self.arguments.index(value)}"
        op = definition(value)
        if op is None:
            return f"host {value}"
        flags = sorted(f"{name}={op.attributes[name]}" for name in op.attributes)
        return f"({op.name} {' '.join(flags)} {' '.join(self._text(used) for used in captures(op))})"

    def _not_passed(self, value: ir.Value) -> Exception:
        what = "a parameter of the launcher" if definition(value) is None else f"the result of '{definition(value).name}'"
        return unsupported(
            self.launch,
            f"the launch geometry depends on {what} that the kernel does not take",
            "state the geometry in the kernel's parameters: --launch grid=..,block=..",
        )
