"""From the shared form to @name@: every loop serial, sums of floats by the builtin."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.dialects.words import enum
from xpiler.lowering.launcher.build import Launch
from xpiler.lowering.parallel_nest import serialise_inside
from xpiler.platforms.target import Target

BUILTINS = {"arith.addf": "add", "arith.maxnumf": "max"}


def convert_kernel(function: ir.Operation, target: Target) -> Launch:
    """Converts one kernel in place; returns its launch."""
    serialise_inside(function)
    for op in walk(function):
        if op.name in BUILTINS and str(op.results[0].type) == "f32":
            _use_builtin(op)
    name = ir.StringAttr(function.attributes["sym_name"]).value

    def launch(arguments: list[ir.Value], mapping: dict[ir.Value, ir.Value], stream: ir.Value | None) -> None:
        ir.Operation.create("xpiler.call", operands=arguments, attributes={"kernel": ir.FlatSymbolRefAttr.get(name)})

    return launch


def _use_builtin(op: ir.Operation) -> None:
    kind = enum("@name@", "binary_kind", BUILTINS[op.name])
    made = ir.Operation.create(
        "@name@.binary", [op.results[0].type], list(op.operands), attributes={"kind": kind}, loc=op.location, ip=ir.InsertionPoint(op)
    )
    op.results[0].replace_all_uses_with(made.results[0])
    op.erase()
