"""Launches in host code that is not read, such as `main` or a PyTorch binding: their geometry in the kernel's parameters.

    const int total = x.numel(), blocks = (total + 255) / 256;
    scale<<<blocks, 256>>>(x.data_ptr<float>(), total);       says   grid=(total + 255) / 256, block=256   of scale(p, total)

What the launch passes is the kernel's parameter; a local variable that is set once is its initialiser; the rest must be
arithmetic. An integer variable that is set once, to something that is not read (`x.size(0)`), becomes a parameter of the launcher. Where
something else comes in, the launch says nothing and `--launch` is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clang.cindex import Cursor, CursorKind, TypeKind

from xpiler.frontend.cursors import bare, callee, children, definition_of, evaluate, expressions, initializer_of
from xpiler.frontend.language import Language
from xpiler.frontend.mutations import mutated

K = CursorKind
CASTS = {K.CSTYLE_CAST_EXPR, K.CXX_STATIC_CAST_EXPR, K.CXX_FUNCTIONAL_CAST_EXPR}
FIELDS = {"x": 0, "y": 1, "z": 2}
DIMENSIONS = ("dim3", "cnrtDim3_t")
LITERALS = {K.INTEGER_LITERAL, K.FLOATING_LITERAL, K.CXX_BOOL_LITERAL_EXPR, K.CXX_NULL_PTR_LITERAL_EXPR}
FUNCTIONS = {"min": "min", "max": "max"}
FLOATS = {TypeKind.HALF, TypeKind.FLOAT, TypeKind.DOUBLE, TypeKind.LONGDOUBLE, TypeKind.FLOAT128}


class Untold(Exception):
    """A geometry that depends on more than the kernel's parameters."""


def is_unread(function: Cursor) -> bool:
    """Host code that is no launcher of ours: `main`, and what takes or returns records that own their data."""
    kinds = [parameter.type for parameter in function.get_arguments()] + [function.result_type]
    return function.spelling == "main" or any(_owns(kind.get_canonical()) for kind in kinds)


def _owns(kind) -> bool:
    """Whether a type is, or refers to, a class with methods (`at::Tensor`, `std::vector`)."""
    record = kind.get_pointee() if kind.kind in (TypeKind.LVALUEREFERENCE, TypeKind.RVALUEREFERENCE) else kind
    return record.kind == TypeKind.RECORD and any(child.kind == K.CXX_METHOD for child in record.get_declaration().get_children())


def launches_in(function: Cursor, language: Language) -> Iterator[tuple[Cursor, Cursor]]:
    """Each launch in a function's own text: the kernel that is launched and the call."""
    for node in function.walk_preorder():
        target = callee(node) if node.kind == K.CALL_EXPR else None
        kernel = definition_of(target) if target is not None else None
        if kernel is not None and language.is_kernel(kernel):
            yield kernel, node


def geometry_of(function: Cursor, kernel: Cursor, launch: Cursor, parts: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The launch's configuration as C expressions in the kernel's parameters, the dimensions of each of the named parts in order, and the
    numbers of the host's own that they are made of.

    Raises Untold where it depends on more.
    """
    names = [parameter.spelling or f"arg{k}" for k, parameter in enumerate(kernel.get_arguments())]
    passed = zip(launch.get_arguments(), names, strict=False)
    told = Told(function, {_text(value): name for value, name in passed if bare(value).kind not in LITERALS})
    given = zip(parts, children(launch)[1].get_arguments(), strict=False)
    geometry = {name: told.dimensions(part) for name, part in given if name and part is not None and bare(part).location.line}
    if set(told.own) & set(names):
        raise Untold("a number of the host's with the name of a parameter")
    return geometry, told.own


def _text(cursor: Cursor) -> str:
    """An expression's tokens: two of the same text are the same where nothing is assigned between."""
    return "".join(token.spelling for token in bare(cursor).get_tokens())


class Told:
    """Expressions of host code in the parameters of one kernel."""

    def __init__(self, function: Cursor, passed: dict[str, str]):
        self.passed = passed
        self.own: list[str] = []
        self.assigned = mutated(function).direct

    def dimensions(self, cursor: Cursor) -> list[str]:
        """A number, or the fields of a `dim3` or `cnrtDim3_t`."""
        cursor = self._resolved(cursor)
        if cursor.type.get_canonical().kind != TypeKind.RECORD:
            return [self.number(cursor)]
        given = [part for part in _given(cursor) if part.location.line]
        if not given:  # a variable that changes, or one that nothing is said of: not a grid of one block
            raise Untold(cursor.spelling)
        if len(given) == 1 and given[0].type.get_canonical().kind == TypeKind.RECORD:
            return self.dimensions(given[0])
        return [self.number(part) for part in given]

    def _resolved(self, cursor: Cursor) -> Cursor:
        """What a variable that is set once was set to."""
        cursor = bare(cursor)
        while cursor.kind == K.DECL_REF_EXPR and _text(cursor) not in self.passed:
            declared = cursor.referenced
            start = initializer_of(declared) if declared is not None and declared.kind == K.VAR_DECL else None
            if start is None or (declared in self.assigned and not declared.type.is_const_qualified()):
                return cursor
            cursor = bare(start)
        return cursor

    def number(self, cursor: Cursor) -> str:
        """An integer expression. Raises Untold for another, such as `(int)(n * 1.5)` is made of."""
        cursor = bare(cursor)
        if cursor.type.get_canonical().kind in FLOATS:
            raise Untold(cursor.spelling)
        if _text(cursor) in self.passed:
            return self.passed[_text(cursor)]
        constant = evaluate(cursor)
        if constant is not None and not self._is_made_of_arguments(cursor):
            return str(int(constant))
        resolved = self._resolved(cursor)
        if resolved != cursor:
            return self._variable(cursor, resolved)
        parts = expressions(cursor)
        if cursor.kind == K.MEMBER_REF_EXPR and cursor.spelling in FIELDS and parts:
            return self._field(bare(parts[0]), FIELDS[cursor.spelling])
        if cursor.kind == K.BINARY_OPERATOR and len(parts) == 2:
            return f"({self.number(parts[0])} {cursor.spelling} {self.number(parts[1])})"
        if cursor.kind in CASTS and parts:
            return f"({cursor.type.get_canonical().spelling})({self.number(parts[-1])})"
        if cursor.kind == K.CALL_EXPR and cursor.spelling in FUNCTIONS:
            return f"{FUNCTIONS[cursor.spelling]}({', '.join(self.number(part) for part in cursor.get_arguments())})"
        if cursor.kind == K.INIT_LIST_EXPR and len(parts) == 1:
            return self.number(parts[0])
        raise Untold(cursor.spelling)

    def _is_made_of_arguments(self, cursor: Cursor) -> bool:
        """Whether what a kernel is passed comes into an expression: a constant there is one of this launch, not of the kernel."""
        for node in cursor.walk_preorder():
            if _text(node) in self.passed:
                return True
            value = self._resolved(node) if node.kind == K.DECL_REF_EXPR else node
            if value != node and self._is_made_of_arguments(value):
                return True
        return False

    def _variable(self, cursor: Cursor, value: Cursor) -> str:
        """What a variable was set to; itself, as a number of the host's own, where a call that is not read comes into that."""
        known = list(self.own)
        try:
            return self.number(value)
        except Untold:
            if not any(node.kind == K.CALL_EXPR for node in value.walk_preorder()):
                raise
        self.own = known if cursor.spelling in known else [*known, cursor.spelling]
        return cursor.spelling

    def _field(self, record: Cursor, position: int) -> str:
        """`block.x` of a `dim3` that is set once; what it was not given is one. Raises Untold for other records."""
        if self._resolved(record) == record or record.type.get_canonical().spelling not in DIMENSIONS:
            raise Untold(record.spelling)
        given = self.dimensions(record)
        return given[position] if position < len(given) else "1"


def _given(cursor: Cursor) -> list[Cursor]:
    """What a record is made of: a constructor's arguments, or a list."""
    return list(cursor.get_arguments()) if cursor.kind == K.CALL_EXPR else expressions(cursor)
