"""Launch geometry: the grid and block of a kernel's launch, told in the kernel's own parameters.

The arithmetic of the launcher that leads to the launch is sliced and copied to the top of the kernel: a value the
launcher passes to the kernel is the kernel's parameter there, constants stay, pure operations are copied.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.launcher_slice import LauncherSlice, NotPassed, find_launches, launch_segment
from xpiler.raising.places import invalid, unsupported
from xpiler.raising.simt.platform_ops import is_pure
from xpiler.raising.simt.rounded_grids import warn_of_rounded_grids
from xpiler.raising.structure import constant_value, entry, symbol_name

MOST_THREADS = 1024  # of a block, on cuda and hip
HINT = "state it in the kernel's parameters: --launch grid=..,block=.."


@dataclass(frozen=True)
class Geometry:
    """Values at the top of the kernel: blocks and threads in x, y, z (i32), bytes of dynamic shared memory (or None)."""

    grid: tuple[ir.Value, ir.Value, ir.Value]
    block: tuple[ir.Value, ir.Value, ir.Value]
    shared_bytes: ir.Value | None

    def block_constant(self, dimension: int) -> int | None:
        """The number of threads in a dimension, where it is known."""
        return constant_value(self.block[dimension])


def place_geometry(module: ir.Module, kernel: ir.Operation) -> Geometry:
    """Copy the geometry of the kernel's launch to the kernel's top and return it."""
    launches = find_launches(module, kernel)
    name = symbol_name(kernel)
    if not launches:
        raise invalid(kernel, f"no launch of kernel '{name}' in the file: its grid and block are unknown", HINT)
    emit = EmissionPoint(ir.InsertionPoint.at_block_begin(entry(kernel)), kernel.location)
    slices = [LauncherSlice(launch, kernel, emit, is_pure) for launch in launches]
    if len({_fingerprint(each, launch) for each, launch in zip(slices, launches, strict=True)}) > 1:
        raise unsupported(launches[1], f"kernel '{name}' is launched with several geometries", HINT)
    try:
        geometry = _geometry(slices[0], launches[0])
        _check_block(geometry, launches[0])
        warn_of_rounded_grids(kernel, geometry, launches[0])
        return geometry
    except NotPassed as reason:
        raise unsupported(launches[0], f"the launch geometry depends on {reason}", HINT) from None


def _geometry(host: LauncherSlice, launch: ir.Operation) -> Geometry:
    shared = launch_segment(launch, "shared")
    return Geometry(_triple(host, launch, "grid"), _triple(host, launch, "block"), host.copied(shared[0]) if shared else None)


def _check_block(geometry: Geometry, launch: ir.Operation) -> None:
    """Refuses what no device starts, where the launch says it."""
    threads = [geometry.block_constant(dimension) for dimension in range(3)]
    known = [n for n in threads if n is not None]
    if math.prod(known) > MOST_THREADS:
        shape = " x ".join("?" if n is None else str(n) for n in threads)
        raise invalid(launch, f"a block of {shape} threads is launched: a device takes {MOST_THREADS} at most", "launch smaller blocks")


def _fingerprint(host: LauncherSlice, launch: ir.Operation) -> tuple[str, ...]:
    """Equal for launches whose geometry is the same expression in the kernel's parameters."""
    return tuple(host.text(value) for name in ("grid", "block", "shared") for value in launch_segment(launch, name))


def _triple(host: LauncherSlice, launch: ir.Operation, name: str) -> tuple[ir.Value, ir.Value, ir.Value]:
    values = [host.copied(value) for value in launch_segment(launch, name)]
    one = host.emit.constant(1, host.emit.integer_type(32))
    return tuple([*values, one, one][:3])
