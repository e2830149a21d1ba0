"""Facts the user states about a kernel: `--extent A=rows*cols` and `--assume "n % 16 == 0"`.

Expressions are integer arithmetic over the kernel's scalar parameters (`+ - * / %`, comparisons, parentheses), read as
index arithmetic at the kernel's top: `xpiler.extent` and `xpiler.assume`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from mlir import ir
from mlir.dialects import arith

from xpiler.diagnostics import InvalidInput
from xpiler.verify.signature import kernel as kernel_of
from xpiler.verify.signature import parameters_of

ARITHMETIC = {
    ast.Add: arith.addi,
    ast.Sub: arith.subi,
    ast.Mult: arith.muli,
    ast.Div: arith.divsi,
    ast.FloorDiv: arith.divsi,
    ast.Mod: arith.remsi,
}
PREDICATES = {
    ast.Eq: arith.CmpIPredicate.eq,
    ast.NotEq: arith.CmpIPredicate.ne,
    ast.Lt: arith.CmpIPredicate.slt,
    ast.LtE: arith.CmpIPredicate.sle,
    ast.Gt: arith.CmpIPredicate.sgt,
    ast.GtE: arith.CmpIPredicate.sge,
}


def state_facts(module: ir.Module, kernel: str, extents: Mapping[str, str], assumptions: Sequence[str]) -> None:
    """Puts the facts at the top of the kernel (`kernel`, or the only one).

    Raises InvalidInput for an unknown parameter or an expression that is no integer arithmetic of parameters.
    """
    if not extents and not assumptions:
        return
    function = kernel_of(module, kernel or None).function
    block = function.regions[0].blocks[0]
    names = {p.name: argument for p, argument in zip(parameters_of(function), block.arguments, strict=True)}
    with module.context, function.location, ir.InsertionPoint.at_block_begin(block):
        facts = _Expressions(names)
        for name, text in extents.items():
            if name not in names or not isinstance(names[name].type, ir.MemRefType):
                raise InvalidInput(f"--extent names '{name}', which is no pointer parameter", hint=f"the parameters are {', '.join(names)}")
            elements = facts.number(text)
            ir.Operation.create("xpiler.extent", operands=[names[name], elements])
        for text in assumptions:
            ir.Operation.create(
                "xpiler.assume", operands=[facts.condition(text)], attributes={"reason": ir.StringAttr.get("stated by --assume")}
            )


class _Expressions:
    """Expressions over named parameters as index arithmetic."""

    def __init__(self, names: Mapping[str, ir.Value]):
        self._names = names

    def number(self, text: str) -> ir.Value:
        """An integer expression."""
        return self._value(_parsed(text), text)

    def condition(self, text: str) -> ir.Value:
        """One comparison of integer expressions."""
        node = _parsed(text)
        if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in PREDICATES:
            raise InvalidInput(f"--assume takes one comparison, got '{text}'")
        left, right = self._value(node.left, text), self._value(node.comparators[0], text)
        return arith.cmpi(PREDICATES[type(node.ops[0])], left, right)

    def _value(self, node: ast.expr, text: str) -> ir.Value:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return arith.constant(ir.IndexType.get(), node.value)
        if isinstance(node, ast.Name) and node.id in self._names and isinstance(self._names[node.id].type, ir.IntegerType):
            return arith.index_cast(ir.IndexType.get(), self._names[node.id])
        if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
            return ARITHMETIC[type(node.op)](self._value(node.left, text), self._value(node.right, text))
        raise InvalidInput(
            f"'{text}' is no integer arithmetic of the kernel's parameters", hint=f"the parameters are {', '.join(self._names)}"
        )


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise InvalidInput(f"cannot read the expression '{text}'", hint="write integer arithmetic of the kernel's parameters") from None
