"""Statements, in order, with what follows a jump guarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.arithmetic import negate
from xpiler.frontend.builder import constant_of
from xpiler.frontend.cursors import children, evaluate
from xpiler.frontend.exits import after_exit, left, only_returns, raise_flag
from xpiler.frontend.guards import unless
from xpiler.frontend.merging import join
from xpiler.frontend.mutations import always_jumps
from xpiler.frontend.regions import Filled, fill
from xpiler.frontend.values import Value

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.frontend.reader import Reader

StatementReader = Callable[["Reader", Cursor], None]
STATEMENTS: dict[CursorKind, StatementReader] = {}
JUMPS = {CursorKind.RETURN_STMT, CursorKind.BREAK_STMT, CursorKind.CONTINUE_STMT}


def statement(*kinds: CursorKind) -> Callable[[StatementReader], StatementReader]:
    """Registers the reader of some kinds of statement."""

    def register(function: StatementReader) -> StatementReader:
        for kind in kinds:
            STATEMENTS[kind] = function
        return function

    return register


def reader_of(kind: CursorKind) -> StatementReader | None:
    """The reader of a kind of statement; loops, switches and assembly are registered by their own files."""
    from xpiler.frontend import assembly, loops, switches  # noqa: F401

    return STATEMENTS.get(kind)


def run(reader: Reader, statements: Sequence[Cursor]) -> None:
    """Reads statements one after another; what may be skipped by a jump goes under a guard."""
    for position, current in enumerate(statements):
        rest = statements[position + 1 :]
        if current.kind == CursorKind.IF_STMT and rest:
            if run_if(reader, current, rest):
                return
        else:
            reader.statement(current)
        gone = left(reader, reader.frame.flags)
        if gone is None:
            continue
        if constant_of(gone) != 1 and rest:
            _guarded(reader, gone, rest)
        return


def _guarded(reader: Reader, gone: ir.Value, rest: Sequence[Cursor]) -> None:
    attributes = after_exit() if only_returns(reader.frame) else None
    unless(reader, gone, reader.frame.flags, lambda: run(reader, rest), attributes)


@statement(CursorKind.COMPOUND_STMT)
def compound(reader: Reader, cursor: Cursor) -> None:
    run(reader, children(cursor))


@statement(CursorKind.NULL_STMT)
def null(reader: Reader, cursor: Cursor) -> None:
    """Nothing."""


@statement(CursorKind.UNEXPOSED_STMT)
def attributed(reader: Reader, cursor: Cursor) -> None:
    """A statement with an attribute (`#pragma unroll`, [[likely]]): the statement."""
    inner = [child for child in children(cursor) if child.kind.is_statement() or child.kind.is_expression()]
    if len(inner) != 1:
        raise reader.unsupported("this statement")
    reader.statement(inner[0])


@statement(CursorKind.IF_STMT)
def if_statement(reader: Reader, cursor: Cursor) -> None:
    run_if(reader, cursor, ())


def if_parts(reader: Reader, cursor: Cursor) -> tuple[Cursor, Cursor, Cursor | None]:
    """Condition, then and else; what the header declares is read on the way."""
    parts = children(cursor)
    while parts and parts[0].kind == CursorKind.DECL_STMT:
        reader.statement(parts.pop(0))
    if len(parts) not in (2, 3):
        raise reader.unsupported("this form of 'if'", "move its declarations before it")
    return parts[0], parts[1], parts[2] if len(parts) == 3 else None


def run_if(reader: Reader, cursor: Cursor, rest: Sequence[Cursor]) -> bool:
    """Reads an `if`. Where one branch always jumps, the rest of the block joins the other one: then True."""
    with reader.at(cursor):
        condition_cursor, then, other = if_parts(reader, cursor)
        known = evaluate(condition_cursor)
        condition = None if known is not None else reader.condition(condition_cursor)
        if condition is not None:
            known = constant_of(condition)
        if known is not None:
            return _run_known(reader, then if known else other, rest)
        assert condition is not None
        return _run_branches(reader, condition, then, other, rest)


def _run_known(reader: Reader, branch: Cursor | None, rest: Sequence[Cursor]) -> bool:
    run(reader, [branch, *rest] if branch is not None else rest)
    return True


def _run_branches(reader: Reader, condition: ir.Value, then: Cursor, other: Cursor | None, rest: Sequence[Cursor]) -> bool:
    then_jumps = always_jumps(then)
    other_jumps = other is not None and always_jumps(other)
    takes_rest = bool(rest) and (then_jumps or other_jumps)
    first, second = [then], [other] if other is not None else []
    if takes_rest and then_jumps and not other_jumps:
        second = [*second, *rest]
    elif takes_rest and not then_jumps:
        first = [*first, *rest]
    if then_jumps and other is None and then_is_bare_jump(then, in_kernel=reader.frame.is_kernel):
        condition, first, second = negate(reader.builder, condition), second, first
    returns = reader.frame.is_kernel and CursorKind.RETURN_STMT in (bare_jump(then), bare_jump(other) if other else None)
    filled = [_fill_statements(reader, part) for part in (first, second)]
    join(reader, condition, *filled, after_exit() if returns and takes_rest else None)
    return takes_rest


def _fill_statements(reader: Reader, statements: Sequence[Cursor]) -> Filled:
    def body() -> Value | None:
        run(reader, statements)
        return None

    return fill(reader, body)


def bare_jump(cursor: Cursor | None) -> CursorKind | None:
    """The jump a branch consists of."""
    while cursor is not None and cursor.kind == CursorKind.COMPOUND_STMT and len(children(cursor)) == 1:
        cursor = children(cursor)[0]
    return cursor.kind if cursor is not None and cursor.kind in JUMPS else None


def then_is_bare_jump(cursor: Cursor, *, in_kernel: bool) -> bool:
    """Whether a branch does nothing but leave; a kernel may return a status, which says nothing here."""
    kind = bare_jump(cursor)
    if kind == CursorKind.RETURN_STMT:
        while cursor.kind == CursorKind.COMPOUND_STMT:
            cursor = children(cursor)[0]
        return in_kernel or not children(cursor)
    return kind is not None


@statement(CursorKind.RETURN_STMT)
def return_statement(reader: Reader, cursor: Cursor) -> None:
    frame = reader.frame
    values = children(cursor)
    if values and not frame.is_kernel:  # a kernel's is a status, which is left out
        reader.return_value(values[0])
    raise_flag(reader, frame.returned)


@statement(CursorKind.BREAK_STMT)
def break_statement(reader: Reader, cursor: Cursor) -> None:
    raise_flag(reader, reader.frame.breaks[-1])


@statement(CursorKind.CONTINUE_STMT)
def continue_statement(reader: Reader, cursor: Cursor) -> None:
    raise_flag(reader, reader.frame.continues[-1])


@statement(CursorKind.DECL_STMT)
def declarations(reader: Reader, cursor: Cursor) -> None:
    for child in children(cursor):
        reader.declaration(child)


@statement(CursorKind.GOTO_STMT, CursorKind.LABEL_STMT, CursorKind.INDIRECT_GOTO_STMT)
def goto(reader: Reader, cursor: Cursor) -> None:
    raise reader.unsupported("'goto'", "write the jump as a loop or a condition")
