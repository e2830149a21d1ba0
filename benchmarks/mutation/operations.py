"""The wrong operation: a sign, a product for a sum, a minimum for a maximum, an update for an assignment."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import CursorKind

from mutation.program import Change, Program, callee, operands

OTHERS = {"+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "&&": ("||",), "||": ("&&",), "==": ("!=",)}
WORDS = {"max": "min", "fmaxf": "fminf", "min": "max", "add": "sub", "sub": "add", "mul": "add"}
UPDATES = {"+=": ("-=", "="), "-=": ("+=",), "*=": ("+=",)}


def changes(program: Program) -> Iterator[Change]:
    """Operators, updates, and the operation's word in the name of a builtin."""
    for node in program.nodes(CursorKind.BINARY_OPERATOR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR):
        left, right = operands(node)
        where, spelling = program.between(left, right)
        for other in (OTHERS | UPDATES).get(spelling, ()):
            yield Change("operation", *where, other)
    for call in program.nodes(CursorKind.CALL_EXPR):
        name = callee(call)
        words = name.split("_")
        start = program.range_of(call)[0]
        if not program.text_of(call).startswith(name):
            continue
        for position, word in enumerate(words):
            if word in WORDS:
                other = "_".join([*words[:position], WORDS[word], *words[position + 1 :]])
                yield Change("operation", start, start + len(name), other)
