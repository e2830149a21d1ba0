"""`switch`: a chain of ifs where every case ends in a jump, else groups that run from the matching one on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clang.cindex import BinaryOperator as Op
from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.arithmetic import compare, disjunction, negate
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import BOOL
from xpiler.frontend.cursors import children
from xpiler.frontend.exits import left, new_flag
from xpiler.frontend.merging import join
from xpiler.frontend.mutations import always_jumps, has_break
from xpiler.frontend.regions import fill
from xpiler.frontend.statements import run, statement
from xpiler.frontend.values import Scalar

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

LABELS = {CursorKind.CASE_STMT, CursorKind.DEFAULT_STMT}


@dataclass
class Group:
    """The statements behind one run of labels."""

    labels: list[Cursor] = field(default_factory=list)
    is_default: bool = False
    statements: list[Cursor] = field(default_factory=list)


@statement(CursorKind.SWITCH_STMT)
def switch(reader: Reader, cursor: Cursor) -> None:
    *declared, value_cursor, body = children(cursor)
    for declaration in declared:
        reader.statement(declaration)
    groups = grouped(reader, body)
    value = reader.rvalue(value_cursor)
    assert isinstance(value, Scalar)
    entries = conditions(reader, value, groups)
    if all(_leaves(group, last=group is groups[-1]) for group in groups):
        _chain(reader, list(zip(entries, groups, strict=True)))
    else:
        _sequence(reader, list(zip(entries, groups, strict=True)))


def grouped(reader: Reader, body: Cursor) -> list[Group]:
    """The groups of a switch's body."""
    groups: list[Group] = []
    for item in children(body):
        if item.kind in LABELS:
            group = Group()
            while item.kind in LABELS:
                parts = children(item)
                if item.kind == CursorKind.CASE_STMT:
                    group.labels.append(parts[0])
                else:
                    group.is_default = True
                item = parts[-1]
            groups.append(group)
        if not groups:
            raise reader.unsupported("a statement before the first label of a 'switch'")
        groups[-1].statements.append(item)
    return groups


def conditions(reader: Reader, value: Scalar, groups: list[Group]) -> list[ir.Value]:
    """When control enters each group by its labels."""
    builder = reader.builder
    matches, any_match = [], builder.boolean(False)
    for group in groups:
        match = builder.boolean(False)
        for label in group.labels:
            right = reader.scalar(label, value.ctype)
            match = disjunction(builder, match, compare(builder, Op.EQ, value.ssa, right, value.ctype))
        matches.append(match)
        any_match = disjunction(builder, any_match, match)
    return [
        disjunction(builder, match, negate(builder, any_match)) if group.is_default else match
        for match, group in zip(matches, groups, strict=True)
    ]


def _leaves(group: Group, *, last: bool) -> bool:
    """Whether a group ends in its own jump and breaks nowhere else."""
    if not group.statements:
        return False
    *before, final = _flat(group.statements)
    if any(item.kind == CursorKind.BREAK_STMT or has_break(item) for item in before):
        return False
    if final.kind == CursorKind.BREAK_STMT:
        return True
    return not has_break(final) and (last or always_jumps(final))


def _flat(statements: list[Cursor]) -> list[Cursor]:
    """`case 1: { a; break; }` as `a; break;`."""
    if len(statements) == 1 and statements[0].kind == CursorKind.COMPOUND_STMT:
        return _flat(children(statements[0])) or statements
    return statements


def _chain(reader: Reader, cases: list[tuple[ir.Value, Group]]) -> None:
    """Exclusive cases: if, else if, else; the default comes last wherever it is written."""
    ordered = [case for case in cases if not case[1].is_default] + [case for case in cases if case[1].is_default]
    if not ordered:
        return
    (entry, group), *rest = ordered
    statements = [item for item in _flat(group.statements) if item.kind != CursorKind.BREAK_STMT]
    known = constant_of(entry)
    if known == 1 or (group.is_default and not rest):
        run(reader, statements)
        return
    then = fill(reader, lambda: run(reader, statements))
    other = fill(reader, lambda: _chain(reader, rest))
    join(reader, entry, then, other)


def _sequence(reader: Reader, cases: list[tuple[ir.Value, Group]]) -> None:
    """Cases that fall through: each group runs if one before it was entered, until a break."""
    broken = new_flag(reader, "broken")
    reader.frame.breaks.append(broken)
    entered = reader.state.declare("entered", BOOL, Scalar(reader.builder.boolean(False), BOOL))
    for entry, group in cases:
        assert isinstance(entered.value, Scalar)
        reader.state.assign(entered, Scalar(disjunction(reader.builder, entered.value.ssa, entry), BOOL))
        _run_group(reader, entered.value.ssa, group)
    reader.frame.breaks.pop()


def _run_group(reader: Reader, entered: ir.Value, group: Group) -> None:
    gone = left(reader, reader.frame.flags)
    if gone is not None:
        stays = negate(reader.builder, gone)
        entered = reader.builder.value("arith.andi", [entered, stays], entered.type)
    body = fill(reader, lambda: run(reader, group.statements))
    join(reader, entered, body, fill(reader, lambda: None))
