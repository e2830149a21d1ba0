"""Integer expressions of the command line, `(n + 255) / 256`, evaluated for given numbers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from xpiler.diagnostics import InvalidInput

_OPERATIONS: dict[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
    ast.Div: operator.floordiv,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_FUNCTIONS: dict[str, Callable[..., int]] = {"min": min, "max": max}


def evaluate(text: str, names: Mapping[str, int]) -> int:
    """The value of `text`; a division rounds down, as C's does for the sizes it is used on.

    Raises InvalidInput for anything but integer arithmetic, min and max of known names.
    """
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, names)
    except (SyntaxError, TypeError, ZeroDivisionError, KeyError) as error:
        known = ", ".join(names) or "none"
        raise InvalidInput(f"cannot evaluate '{text}'", hint=f"integers, + - * / % << >>, min, max and these names: {known}") from error


def _value(node: ast.expr, names: Mapping[str, int]) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, names)
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_value(node.left, names), _value(node.right, names))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_value(argument, names) for argument in node.args))
    raise TypeError(type(node).__name__)
