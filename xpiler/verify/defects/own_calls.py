"""Calls whose numbers the text itself says: those of its `main`, and of functions that take none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.defects.defect import Sizes
from xpiler.verify.defects.growing_sizes import Growing

CALLED = "xpiler.called"


@dataclass(frozen=True)
class OwnCall:
    """A function and the numbers it is called with, by position and by name; elements of its arrays where they are told."""

    name: str
    function: ir.Operation
    arguments: dict[int, int]
    sizes: Sizes
    elements: Sizes


def own_calls(module: ir.Module) -> Iterator[OwnCall]:
    """The calls that a program in platform form makes itself, and that of its unit where the unit has no sizes."""
    for name, launcher in signature.functions(module, CALLED).items():
        called = ir.DictAttr(launcher.attributes[CALLED])
        sizes, elements = (_numbers(called[part]) for part in ("sizes", "elements"))
        arguments = {k: sizes[p] for k, p in parameter_names(launcher).items() if p in sizes}
        yield OwnCall(name, launcher, arguments, sizes, elements)
    growing = Growing.of(module)
    if growing.unit is not None and not growing.names:
        yield OwnCall(growing.unit.name, growing.unit.function, {}, {}, {})


def parameter_names(function: ir.Operation) -> dict[int, str]:
    """The names of a function's parameters that are data, by position."""
    return {k: p.name for k, p in zip(signature.data_positions(function), signature.parameters_of(function), strict=True)}


def _numbers(attribute: ir.Attribute) -> Sizes:
    return {named.name: ir.IntegerAttr(named.attr).value for named in ir.DictAttr(attribute)}
