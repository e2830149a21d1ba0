"""Parameters of a kernel that its launchers allocate themselves: behind those of the source, unknown to callers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.lowering.c_text.names import source_name

if TYPE_CHECKING:
    from xpiler.lowering.launcher.run_time_arrays import Workspace

COUNT = "xpiler.scratch"  # on a kernel: how many of its parameters, the last ones, are scratch buffers


def add_scratch(function: ir.Operation, kind: ir.MemRefType, location: ir.Location) -> ir.Value:
    """One parameter more, called after what `location` names."""
    block = function.regions[0].blocks[0]
    argument = block.add_argument(kind, location)
    types = [a.type for a in block.arguments]
    function.attributes["function_type"] = ir.TypeAttr.get(ir.FunctionType.get(types, []))
    known = list(ir.ArrayAttr(function.attributes["arg_attrs"])) if "arg_attrs" in function.attributes else []
    known += [ir.DictAttr.get({}) for _ in types[len(known) : -1]]
    name = ir.StringAttr.get(f"{source_name(location) or 'tile'}_scratch")
    function.attributes["arg_attrs"] = ir.ArrayAttr.get([*known, ir.DictAttr.get({"xpiler.name": name})])
    function.attributes[COUNT] = ir.IntegerAttr.get(ir.IntegerType.get_signless(32), _count(function) + 1)
    return argument


@contextmanager
def around_launches(workspaces: Sequence[Workspace], mapping: dict[ir.Value, ir.Value]) -> Iterator[list[ir.Value]]:
    """Allocates workspaces at the insertion point, and frees them behind what is written inside."""
    buffers = [workspace.allocated(mapping) for workspace in workspaces]
    yield buffers
    for buffer in buffers:
        ir.Operation.create("xpiler.free", operands=[buffer])  # when the kernel has ended: freeing waits for it


def own_parameters(function: ir.Operation) -> list[ir.Value]:
    """The parameters that the source has as well."""
    arguments = list(function.regions[0].blocks[0].arguments)
    return arguments[: len(arguments) - _count(function)]


def _count(function: ir.Operation) -> int:
    return ir.IntegerAttr(function.attributes[COUNT]).value if COUNT in function.attributes else 0
