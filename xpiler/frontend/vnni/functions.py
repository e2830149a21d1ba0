"""Which functions of a C++ file are kernels: nothing marks them, so what they do and who calls them decides.

A kernel works on memory that it is given; what only kernels call is a part of them. A launcher touches no memory and
repeats nothing: it hands its pointers to kernels, one after the other, under whatever name it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clang.cindex import Cursor, CursorKind, LinkageKind, TranslationUnit, conf
from clang.cindex import TypeKind as K

from xpiler.frontend.cursors import bare, body_of, children, definition_of, gives_status, is_void
from xpiler.frontend.scratch_memory import ALLOCATIONS

WORK = {
    CursorKind.ARRAY_SUBSCRIPT_EXPR,
    CursorKind.FOR_STMT,
    CursorKind.WHILE_STMT,
    CursorKind.DO_STMT,
    CursorKind.CXX_FOR_RANGE_STMT,
    CursorKind.IF_STMT,
    CursorKind.SWITCH_STMT,
    CursorKind.LAMBDA_EXPR,
}
HANDED_ON = {CursorKind.DECL_REF_EXPR, CursorKind.INTEGER_LITERAL, CursorKind.FLOATING_LITERAL}
ENDS = ("abort", "exit")
HOST_CALLS = frozenset((*ENDS, *ALLOCATIONS))
CONTAINERS = (CursorKind.LINKAGE_SPEC, CursorKind.NAMESPACE, CursorKind.UNEXPOSED_DECL)


def is_kernel(function: Cursor) -> bool:
    """A function of the file that works on pointers and that is part of no other kernel."""
    if not _may_be_kernel(function) or is_launcher(function):
        return False
    return not any(caller != function.get_usr() for caller in _callers(function.translation_unit).get(function.get_usr(), ()))


@lru_cache(maxsize=1)  # asked for each function of a file, one file after the other
def _callers(unit: TranslationUnit) -> dict[str, set[str]]:
    """Who calls a function, of the functions that work on pointers and are no launchers; both by their unified symbols."""
    found: dict[str, set[str]] = {}
    for caller in _functions(unit.cursor):
        if _takes_pointers(caller) and not is_launcher(caller):
            for target in _called(caller):
                found.setdefault(target.get_usr(), set()).add(caller.get_usr())
    return found


def is_launcher(function: Cursor) -> bool:
    """Whether a function only hands what it is given, or allocates, to functions that could be kernels."""
    if not _takes_pointers(function) or any(node.kind in WORK and not _is_check(node) for node in function.walk_preorder()):
        return False
    calls = [node for node in function.walk_preorder() if node.kind == CursorKind.CALL_EXPR and node.spelling not in HOST_CALLS]
    calls = [call for call in calls if not _is_number(call)]
    return bool(calls) and all(_hands_on(call, function) for call in calls)


def _is_number(call: Cursor) -> bool:
    """`1.0f - powf(beta, step)`: a number for the kernel, made of numbers."""
    return not is_void(call.type) and not _is_pointer(call) and not any(_is_pointer(argument) for argument in call.get_arguments())


def _is_check(node: Cursor) -> bool:
    """`if (!p) abort();`, `if (dim > MOST) return;`"""
    if node.kind != CursorKind.IF_STMT:
        return False
    calls = [inner for inner in node.walk_preorder() if inner.kind == CursorKind.CALL_EXPR]
    if not calls:
        *_, last = children(node)
        inner = children(last) if last.kind == CursorKind.COMPOUND_STMT else [last]
        return [statement.kind for statement in inner] == [CursorKind.RETURN_STMT]
    return all(call.spelling in ENDS for call in calls)


def _hands_on(call: Cursor, caller: Cursor) -> bool:
    target = definition_of(call.referenced) if call.referenced is not None else None
    if target is None or target == caller or not _may_be_kernel(target):
        return False
    return all(bare(argument).kind in HANDED_ON or not _is_pointer(argument) for argument in call.get_arguments())


def _may_be_kernel(function: Cursor) -> bool:
    """Seen from other files, without a result but a status, and given pointers."""
    if function.linkage == LinkageKind.INTERNAL or conf.lib.clang_Cursor_isFunctionInlined(function):
        return False
    return body_of(function) is not None and (is_void(function.result_type) or gives_status(function)) and _takes_pointers(function)


def _takes_pointers(function: Cursor) -> bool:
    return any(_is_pointer(parameter) for parameter in function.get_arguments())


def _is_pointer(cursor: Cursor) -> bool:
    return cursor.type.get_canonical().kind == K.POINTER


def _functions(top: Cursor) -> Iterator[Cursor]:
    """The function definitions of the file itself, those in `extern "C" { }` and namespaces too."""
    for child in children(top):
        if child.location.file is None or child.location.is_in_system_header:
            continue
        if child.kind in CONTAINERS:
            yield from _functions(child)
        elif child.kind == CursorKind.FUNCTION_DECL and child.is_definition():
            yield child


def _called(function: Cursor) -> Iterator[Cursor]:
    for node in function.walk_preorder():
        if node.kind == CursorKind.CALL_EXPR and node.referenced is not None:
            yield node.referenced
