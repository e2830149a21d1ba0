"""Operands the wrong way round, where the order matters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from clang.cindex import CursorKind

from mutation.program import Change, Program, callee, operands

ORDERED = {"-", "/", "%", "<<", ">>"}
COMMUTING = ("add", "mul", "max", "min", "fmaxf", "fminf", "fmax", "fmin", "and", "or", "xor")


def changes(program: Program) -> Iterator[Change]:
    """`b - a` for `a - b`; neighbouring arguments of one type exchanged."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR):
        left, right = operands(node)
        (start, end), spelling = program.between(left, right)
        if spelling in ORDERED:
            whole = f"({program.text_of(right)}) {spelling} ({program.text_of(left)})"
            yield Change("operand order", program.range_of(left)[0], program.range_of(right)[1], whole)
    for call in program.nodes(CursorKind.CALL_EXPR):
        arguments = list(call.get_arguments())
        if any(word in callee(call).lower().split("_") for word in COMMUTING):
            continue
        for one, other in pairwise(arguments):
            if one.type.get_canonical() == other.type.get_canonical() and program.text_of(one) != program.text_of(other):
                start, end = program.range_of(one)[0], program.range_of(other)[1]
                yield Change("operand order", start, end, f"{program.text_of(other)}, {program.text_of(one)}")
