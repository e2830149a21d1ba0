"""Which variables a piece of code may assign: what a loop must carry."""

from __future__ import annotations

from dataclasses import dataclass, field

from clang.cindex import Cursor, CursorKind, TypeKind

from xpiler.frontend.cursors import STEPS, Unary, bare, children, definition_of, is_reference, unary_kind

LOOPS = {CursorKind.FOR_STMT, CursorKind.WHILE_STMT, CursorKind.DO_STMT, CursorKind.CXX_FOR_RANGE_STMT}
POINTERS = {TypeKind.POINTER, TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY}
CASTS = {CursorKind.CSTYLE_CAST_EXPR, CursorKind.CXX_REINTERPRET_CAST_EXPR, CursorKind.CXX_STATIC_CAST_EXPR, CursorKind.CXX_CONST_CAST_EXPR}
NAMES = {CursorKind.DECL_REF_EXPR, CursorKind.MEMBER_REF_EXPR, CursorKind.ARRAY_SUBSCRIPT_EXPR}
LVALUE_KINDS = CASTS | {
    CursorKind.DECL_REF_EXPR,
    CursorKind.MEMBER_REF_EXPR,
    CursorKind.ARRAY_SUBSCRIPT_EXPR,
    CursorKind.UNARY_OPERATOR,
    CursorKind.CONDITIONAL_OPERATOR,
    CursorKind.BINARY_OPERATOR,  # (p + 1)
}


@dataclass
class Mutated:
    """Declarations that code may assign, and pointers (or references held as such) it may assign through."""

    direct: set[Cursor] = field(default_factory=set)
    through: set[Cursor] = field(default_factory=set)

    def note(self, target: Cursor) -> None:
        """An lvalue that is written."""
        (self.through if is_indirect(target) else self.direct).update(roots(target))

    def join(self, other: Mutated) -> Mutated:
        return Mutated(self.direct | other.direct, self.through | other.through)


def mutated(cursor: Cursor) -> Mutated:
    """What running this code may assign."""
    found = Mutated()
    _collect(cursor, found, set())
    return found


def is_indirect(target: Cursor) -> bool:
    """Whether an lvalue is reached through a pointer: `*p`, `p[i]`, `p->x`."""
    target = bare(target)
    if target.kind == CursorKind.UNARY_OPERATOR and unary_kind(target) == Unary.DEREF:
        return True
    if target.kind not in (CursorKind.MEMBER_REF_EXPR, CursorKind.ARRAY_SUBSCRIPT_EXPR) or not children(target):
        return False
    base = bare(children(target)[0])
    return base.type.get_canonical().kind == TypeKind.POINTER or is_indirect(base)


def _collect(cursor: Cursor, found: Mutated, lambdas: set[Cursor]) -> None:
    kind = cursor.kind
    if kind == CursorKind.COMPOUND_ASSIGNMENT_OPERATOR or (kind == CursorKind.BINARY_OPERATOR and cursor.binary_operator.is_assignment):
        found.note(children(cursor)[0])
    elif kind == CursorKind.UNARY_OPERATOR and unary_kind(cursor) in STEPS:
        found.note(children(cursor)[0])
    elif kind == CursorKind.CALL_EXPR:
        _collect_call(cursor, found, lambdas)
    for child in cursor.get_children():
        _collect(child, found, lambdas)


def _collect_call(cursor: Cursor, found: Mutated, lambdas: set[Cursor]) -> None:
    target = cursor.referenced
    for argument in cursor.get_arguments():
        if argument is None or not _may_be_written(argument):
            continue
        if argument.type.get_canonical().kind == TypeKind.POINTER:
            by_name = _address_of(argument) is not None or argument.kind in NAMES
            (found.direct if by_name else found.through).update(roots(argument))
        else:
            found.note(argument)
    if target is not None and target.kind == CursorKind.CXX_METHOD:
        first = children(cursor)[0]
        if bare(first).kind != CursorKind.LAMBDA_EXPR:  # called where it is written: its body is looked into as it stands
            found.note(first)
        if target.spelling == "operator()":
            _collect_lambda(first, found, lambdas)


def _may_be_written(argument: Cursor) -> bool:
    """Whether a callee may assign the argument: an lvalue bound to a reference, or an address."""
    if argument.type.is_const_qualified():
        return False
    inner = argument
    while inner.kind in (
        CursorKind.PAREN_EXPR,
        CursorKind.UNEXPOSED_EXPR,
        CursorKind.CSTYLE_CAST_EXPR,
        CursorKind.CXX_REINTERPRET_CAST_EXPR,
    ):
        if inner.kind == CursorKind.UNEXPOSED_EXPR and inner.type.get_canonical().kind not in (TypeKind.POINTER, TypeKind.RECORD):
            return False  # read as a number
        inner = children(inner)[-1] if children(inner) else inner
        if not children(inner):
            break
    if inner.kind == CursorKind.BINARY_OPERATOR and inner.type.get_canonical().kind != TypeKind.POINTER:
        return False  # a number by value: `min(n, size - i)`
    return inner.kind in LVALUE_KINDS


def _collect_lambda(cursor: Cursor, found: Mutated, lambdas: set[Cursor]) -> None:
    target = bare(cursor).referenced
    if target is not None and target not in lambdas:
        lambdas.add(target)
        for child in target.get_children():
            _collect(child, found, lambdas)


def roots(cursor: Cursor) -> set[Cursor]:
    """The variables behind an lvalue: `a` of `a.x[i]`, `p` of `*p`."""
    cursor = bare(cursor)
    if cursor.kind == CursorKind.DECL_REF_EXPR:
        return {cursor.referenced} if cursor.referenced is not None else set()
    if cursor.kind in (CursorKind.MEMBER_REF_EXPR, CursorKind.ARRAY_SUBSCRIPT_EXPR):
        inner = children(cursor)
        return roots(inner[0]) if inner else set()
    if cursor.kind == CursorKind.CONDITIONAL_OPERATOR:
        return {root for child in children(cursor)[1:] for root in roots(child)}
    inner = children(cursor)
    if cursor.kind == CursorKind.BINARY_OPERATOR and cursor.type.get_canonical().kind == TypeKind.POINTER:
        inner = [child for child in inner if child.type.get_canonical().kind in POINTERS]  # not the offset
    if cursor.kind == CursorKind.CALL_EXPR:
        inner = [child for child in inner if not _is_read_as_number(child)]  # not the `i` of `pack[i]`
    found: set[Cursor] = set()
    for child in inner:
        found |= roots(child)
    return found


def _is_read_as_number(argument: Cursor) -> bool:
    kept = (TypeKind.POINTER, TypeKind.RECORD, TypeKind.FUNCTIONPROTO)
    return argument.kind == CursorKind.UNEXPOSED_EXPR and argument.type.get_canonical().kind not in kept


def contains(cursor: Cursor, kinds: set[CursorKind], stop: set[CursorKind] = frozenset()) -> bool:  # type: ignore[assignment]
    """Whether a statement contains one of some kinds, not looking into others."""
    for child in cursor.get_children():
        if child.kind in stop or child.kind == CursorKind.LAMBDA_EXPR:
            continue
        if child.kind in kinds or contains(child, kinds, stop):
            return True
    return False


def has_break(body: Cursor) -> bool:
    return body.kind == CursorKind.BREAK_STMT or contains(body, {CursorKind.BREAK_STMT}, LOOPS | {CursorKind.SWITCH_STMT})


def has_return(body: Cursor) -> bool:
    return body.kind == CursorKind.RETURN_STMT or contains(body, {CursorKind.RETURN_STMT})


def always_jumps(statement: Cursor) -> bool:
    """Whether control never reaches what follows the statement."""
    kind = statement.kind
    if kind in (CursorKind.RETURN_STMT, CursorKind.BREAK_STMT, CursorKind.CONTINUE_STMT):
        return True
    if kind == CursorKind.COMPOUND_STMT:
        return any(always_jumps(child) for child in statement.get_children())
    if kind == CursorKind.IF_STMT:
        branches = [child for child in children(statement) if child.kind.is_statement()]
        return len(branches) == 2 and all(always_jumps(child) for child in branches)
    return False


def address_taken(body: Cursor, out_parameters: set[str]) -> set[Cursor]:
    """Variables that must live in memory because their address is more than an out-parameter."""
    found: set[Cursor] = set()
    _collect_addresses(body, found, out_parameters)
    return found


def _collect_addresses(cursor: Cursor, found: set[Cursor], out_parameters: set[str]) -> None:
    target = cursor.referenced if cursor.kind == CursorKind.CALL_EXPR else None
    assigns = target is not None and target.spelling in out_parameters
    inlined = target is not None and definition_of(target) is not None
    for child in cursor.get_children():
        if _address_of(child) is not None and (assigns or (inlined and not _retyped(child))):
            continue
        if child.kind == CursorKind.UNARY_OPERATOR and unary_kind(child) == Unary.ADDRESS_OF:
            _note_address(child, found)
        _collect_addresses(child, found, out_parameters)


def _address_of(cursor: Cursor) -> Cursor | None:
    """The `&x` under casts."""
    while cursor.kind in (
        CursorKind.PAREN_EXPR,
        CursorKind.UNEXPOSED_EXPR,
        CursorKind.CSTYLE_CAST_EXPR,
        CursorKind.CXX_REINTERPRET_CAST_EXPR,
    ):
        inner = children(cursor)
        if not inner:
            return None
        cursor = inner[-1]
    return cursor if cursor.kind == CursorKind.UNARY_OPERATOR and unary_kind(cursor) == Unary.ADDRESS_OF else None


def _retyped(cursor: Cursor) -> bool:
    """Whether an address is given to a pointer of another type."""
    inner = _address_of(cursor)
    return inner is not None and cursor.type.get_pointee().get_canonical().spelling.removeprefix(
        "const "
    ) != inner.type.get_pointee().get_canonical().spelling.removeprefix("const ")


def _note_address(cursor: Cursor, found: set[Cursor]) -> None:
    place = bare(children(cursor)[0])
    while place.kind == CursorKind.MEMBER_REF_EXPR and children(place):
        place = bare(children(place)[0])
    if place.kind == CursorKind.DECL_REF_EXPR and place.referenced is not None and not is_reference(place.referenced.type):
        found.add(place.referenced)
