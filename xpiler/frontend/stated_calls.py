"""What a `main` launches a kernel with: the numbers that it passes and the elements that it allocates, where they are constants.

int n = 1 << 16;
cudaMalloc(&d_in, n * sizeof(float));
stencil<<<(n + 255) / 256, 256>>>(d_in, d_out, n);        says   n = 65536, 65536 elements of 'in'
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable

from clang.cindex import Cursor, CursorKind, TypeKind

from xpiler.frontend.cursors import bare
from xpiler.frontend.stated_launches import Told, Untold

ALLOCATION = re.compile(r"(cuda|hip|cnrt)Malloc(Managed|Async)?")
CAST = re.compile(r"\(((?:unsigned )?(?:int|long|long long))\)\(")  # as Told writes it; what is narrower is not followed
BITS = {"int": 32, "long": 64, "long_long": 64}
UNSIGNED = "unsigned_"
RULES: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
Numbers = dict[str, int]


def called_with(function: Cursor, kernel: Cursor, launch: Cursor) -> tuple[Numbers, Numbers]:
    """The integers that a launch passes and the elements of the arrays that it passes, by the kernel's parameters; what is told of them."""
    told, sizes, elements = Told(function, {}), {}, {}
    for k, (value, parameter) in enumerate(zip(launch.get_arguments(), kernel.get_arguments(), strict=False)):
        kind, name = parameter.type.get_canonical(), parameter.spelling or f"arg{k}"
        if kind.kind == TypeKind.POINTER:
            bytes_, width = _constant(told, _allocation(function, value)), kind.get_pointee().get_size()
            if bytes_ is not None and width > 0:
                elements[name] = bytes_ // width
        else:
            number = _constant(told, value)
            if number is not None:
                sizes[name] = number
    return sizes, elements


def _allocation(function: Cursor, pointer: Cursor) -> Cursor | None:
    """The bytes that are allocated for a variable, where one call does that."""
    pointer = bare(pointer)
    variable = pointer.referenced if pointer.kind == CursorKind.DECL_REF_EXPR else None
    calls = [node for node in function.walk_preorder() if node.kind == CursorKind.CALL_EXPR and ALLOCATION.fullmatch(node.spelling)]
    given = [list(call.get_arguments()) for call in calls]
    made = [arguments for arguments in given if any(node.referenced == variable for node in arguments[0].walk_preorder())]
    return made[0][1] if variable is not None and len(made) == 1 and len(made[0]) > 1 else None


def _constant(told: Told, expression: Cursor | None) -> int | None:
    """The number of an expression in which nothing but constants comes in."""
    if expression is None:
        return None
    try:
        written = CAST.sub(lambda cast: f"{cast[1].replace(' ', '_')}(", told.number(expression))
        return _value(ast.parse(written, mode="eval").body)
    except (Untold, SyntaxError, KeyError, ZeroDivisionError, ValueError):
        return None


def _value(node: ast.expr) -> int:
    """The value of an expression of C whose numbers are not negative, where Python's operations are the same."""
    match node:
        case ast.Constant(value=int() as number):
            found = number
        case ast.BinOp(left=left, op=op, right=right):
            found = RULES[type(op)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=kind), args=[argument]):
            found = _value(argument)
            if found >= 1 << (BITS[kind.removeprefix(UNSIGNED)] - (UNSIGNED not in kind)):
                raise ValueError(f"{found} as {kind}")
        case _:
            raise KeyError(ast.dump(node))
    if found < 0:
        raise ValueError(f"{found} in {ast.dump(node)}")
    return found
