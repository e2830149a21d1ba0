"""Barriers and waits: missing, a statement early or late, skipped in one iteration, too weak."""

from __future__ import annotations

from collections.abc import Iterator

from clang.cindex import Cursor, CursorKind

from mutation.program import Change, Program, callee

WEAKER = {"__syncthreads": "__syncwarp"}


def changes(program: Program) -> Iterator[Change]:
    """Every call that waits, dropped, moved over a neighbour, left out of the first iteration, weakened.

    A barrier of threads that share no memory of their block orders nothing that one of them reads.
    """
    if b"__syncthreads" in program.data and b"__shared__" not in program.data:
        return
    for block in program.nodes(CursorKind.COMPOUND_STMT):
        statements = list(block.get_children())
        for position, statement in enumerate(statements):
            if not is_wait(statement):
                continue
            start, end = program.statement_range(statement)
            yield Change("barrier", start, end, ";")
            yield from _moved(program, statements, position)
            yield from _skipped(program, statement)
            if callee(statement) in WEAKER:
                yield Change("barrier", start, end, f"{WEAKER[callee(statement)]}();")


def is_wait(statement: Cursor) -> bool:
    """Whether a statement is a call that only orders others: its name says so."""
    return statement.kind == CursorKind.CALL_EXPR and "sync" in callee(statement) and "cpy" not in callee(statement)


def _moved(program: Program, statements: list[Cursor], position: int) -> Iterator[Change]:
    """Exchanged with the statement before and with the one after."""
    for first, second in ((position - 1, position), (position, position + 1)):
        if first < 0 or second >= len(statements):
            continue
        one, other = (program.statement_range(statements[k]) for k in (first, second))
        texts = [program.data[a:b].decode() for a, b in (one, other)]
        if statements[first].kind != CursorKind.DECL_STMT and statements[second].kind != CursorKind.DECL_STMT:
            yield Change("barrier", one[0], other[1], f"{texts[1]}\n{texts[0]}")


def _skipped(program: Program, statement: Cursor) -> Iterator[Change]:
    """Left out in the first iteration of the loop around it."""
    loop = next((n for n in program.above(statement) if n.kind == CursorKind.FOR_STMT), None)
    if loop is None:
        return
    for child in loop.get_children():
        if child.kind == CursorKind.DECL_STMT:
            variable = next(child.get_children())
            first = program.text_of(variable).partition("=")[2].strip()
            start, end = program.statement_range(statement)
            if first:
                yield Change("barrier", start, end, f"if ({variable.spelling} != ({first})) {program.data[start:end].decode()}")
