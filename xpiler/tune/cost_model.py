"""CostModel: an analytic estimate of a lowered kernel, to rank candidates before any is measured.

A roofline: what the arithmetic units need against what memory needs, added up where the kernel waits for its copies and the larger of
the two where they overlap. It ranks; it claims no times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlir import ir

from xpiler.platforms.target import Target
from xpiler.raising.structure import kernels
from xpiler.tune import bang_roofline, vnni_roofline
from xpiler.tune.work import Values, each_operation

ROOFLINES: dict[str, Callable] = {"bang": bang_roofline.Roofline, "vnni": vnni_roofline.Roofline}


@dataclass(frozen=True)
class Profile:
    """Cycles by the model, and operations on elements of the whole kernel."""

    cycles: float
    operations: float


def estimate(module: ir.Module, target: Target, sizes: Mapping[str, int]) -> float:
    """Cycles by the model for the kernels of a lowered module, of one task on `bang`, of one core on `vnni`.

    They compare within a target and are nothing more.
    """
    return profile(module, target, sizes).cycles


def profile(module: ir.Module, target: Target, sizes: Mapping[str, int]) -> Profile:
    """The same with what is computed."""
    cycles = operations = 0.0
    for function in kernels(module):
        tasks = ir.IntegerAttr(function.attributes["xpiler.tasks"]).value if "xpiler.tasks" in function.attributes else 1
        roofline = ROOFLINES[target.platform]()
        each_operation(function, Values(function, sizes, tasks), roofline.visit)
        cycles += roofline.cycles()
        operations += roofline.operations * tasks
    return Profile(cycles, operations)
