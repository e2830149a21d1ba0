"""The schedule of a translation that nobody searches for: the cost model's choice among the default schedule and a few variations.

A pass says itself which other settings are worth a look (`alternatives`); one that changes nothing in a kernel is not varied. Sizes that
the source leaves open count as `NOMINAL`. The default stays where nothing is estimated to be faster by a quarter: its text is the plainest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.lowering.lowering import scheduled
from xpiler.lowering.schedule import default_schedule
from xpiler.passes import Pass
from xpiler.pipeline import Pipeline
from xpiler.platforms.target import Target
from xpiler.raising.structure import kernels

NOMINAL = 1024
WORTH = 1.25  # how many times faster a variation has to be
MOST_OPERATIONS = 1500  # of a kernel that is looked at: what is larger takes longer than a tenth of a second


@dataclass(frozen=True)
class Choice:
    """A schedule and why it is that one."""

    schedule: str
    reason: str


def choose(shared: ir.Module, target: Target) -> Choice:
    """The schedule for a module in shared form; the module is left as it is."""
    default = default_schedule(target)
    steps = [stage.step for stage in Pipeline.parse(default).stages]
    if not any(step.alternatives for step in steps if isinstance(step, Pass)):
        return Choice(default, "the default: nothing to choose from")
    if _operations(shared) > MOST_OPERATIONS:
        return Choice(default, f"the default: the kernel has more than {MOST_OPERATIONS} operations")
    return _best(shared, target, default, steps)


def _best(shared: ir.Module, target: Target, default: str, steps: list[Pass | str]) -> Choice:
    try:
        plain = scheduled(shared, target, default)
    except XpilerError:  # whoever lowers it says what is wrong
        return Choice(default, "the default")
    variations = list(_variations(steps, str(plain)))
    if not variations:
        return Choice(default, "the default: its alternatives change nothing here")
    expected, *others = _estimates([plain, *(_attempt(shared, target, text) for text in variations)], target)
    score, text = min(zip(others, variations, strict=True))
    if score <= 0 or expected < WORTH * score:
        return Choice(default, f"the default: no alternative is estimated to be {WORTH:g} times as fast (sizes of {NOMINAL})")
    return Choice(text, f"estimated to be {expected / score:.1f} times as fast as the default schedule (sizes of {NOMINAL})")


def _attempt(shared: ir.Module, target: Target, schedule: str) -> ir.Module | None:
    try:
        return scheduled(shared, target, schedule)
    except XpilerError:
        return None


def _estimates(modules: list[ir.Module | None], target: Target) -> list[float]:
    """What the model says of each; the model is imported where there is something to compare."""
    from xpiler.tune.cost_model import estimate

    return [math.inf if module is None else estimate(module, target, _sizes(module)) for module in modules]


def _variations(steps: list[Pass | str], plain: str) -> Iterator[str]:
    """The default schedule with one pass set otherwise, where what it made has the mark of that."""
    for number, step in enumerate(steps):
        if not isinstance(step, Pass):
            continue
        for mark, options in step.alternatives:
            if mark in plain:
                yield ",".join(map(str, (*steps[:number], replace(step, **options), *steps[number + 1 :])))


def _operations(module: ir.Module) -> int:
    count = 0

    def visit(_: ir.Operation) -> ir.WalkResult:
        nonlocal count
        count += 1
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    return count


def _sizes(module: ir.Module) -> dict[str, int]:
    """A size for every integer parameter of every kernel."""
    sizes = {}
    for function in kernels(module):
        names = ir.ArrayAttr(function.attributes["arg_attrs"]) if "arg_attrs" in function.attributes else []
        for argument, attributes in zip(function.regions[0].blocks[0].arguments, names, strict=False):
            if "xpiler.name" in attributes and isinstance(argument.type, ir.IntegerType | ir.IndexType):
                sizes[ir.StringAttr(attributes["xpiler.name"]).value] = NOMINAL
    return sizes
