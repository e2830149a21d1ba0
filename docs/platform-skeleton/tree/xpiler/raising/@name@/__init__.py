"""Raising of @name@ kernels: builtins become arithmetic; the rest is a plain function already."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.words import word
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import post_order, replace
from xpiler.raising.vnni import raise_kernel as raise_function

MEANINGS = {"add": "arith.addf", "max": "arith.maxnumf"}


def raise_kernel(module: ir.Module, function: ir.Operation) -> ir.Operation:
    """The kernel `function` of `module`, rebuilt in its place without an operation of @name@."""
    for op in post_order(function):
        if op.name == "@name@.binary":
            emit = EmissionPoint(ir.InsertionPoint(op), op.location)
            replace(op, [emit.value(MEANINGS[word(op.attributes["kind"])], op.results[0].type, *op.operands)])
    return raise_function(module, function)
