"""Expressions of emitted text: text, C type, precedence, and what moving the text may disturb."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from xpiler.lowering.c_text.ctype import CType

# Ranks of C operators; a higher rank binds tighter.
ASSIGN, TERNARY, LOR, LAND, BOR, BXOR, BAND, EQUAL, COMPARE, SHIFT, ADD, MULTIPLY, UNARY, POSTFIX, PRIMARY = range(15)
RANKS = {
    "||": LOR,
    "&&": LAND,
    "|": BOR,
    "^": BXOR,
    "&": BAND,
    "==": EQUAL,
    "!=": EQUAL,
    "<": COMPARE,
    "<=": COMPARE,
    ">": COMPARE,
    ">=": COMPARE,
    "<<": SHIFT,
    ">>": SHIFT,
    "+": ADD,
    "-": ADD,
    "*": MULTIPLY,
    "/": MULTIPLY,
    "%": MULTIPLY,
}
# Pairs that are right without parentheses but that compilers warn about and readers stumble over.
_CONFUSING = {(LOR, LAND), *((outer, inner) for outer in (BOR, BXOR, BAND, SHIFT) for inner in range(BOR, MULTIPLY) if outer != inner)}


@dataclass(frozen=True)
class Expr:
    """One C expression. `low` and `high` bound an integer's C value; `variables` are the mutable variables it reads;
    `impure` says that it reads memory or the state of other threads, so that it must not pass a write or a barrier;
    `operators` counts what evaluating it again would cost; `parts` are symbol and operands of a binary operation, `called` function and
    arguments of a call; `listed` is the list in braces that a declaration of the type may begin with instead."""

    text: str
    ctype: CType
    rank: int = PRIMARY
    low: int | None = None
    high: int | None = None
    variables: frozenset[str] = frozenset()
    impure: bool = False
    operators: int = 0
    parts: tuple[str, Expr, Expr] | None = None
    called: tuple[str, tuple[Expr, ...]] | None = None
    listed: str = ""

    def __post_init__(self) -> None:
        if self.ctype.is_integer and self.low is None:
            low, high = self.ctype.bounds
            object.__setattr__(self, "low", low)
            object.__setattr__(self, "high", high)

    def initial(self, ctype: CType) -> str:
        """What the declaration of a variable begins with."""
        return self.listed if self.listed and ctype == self.ctype and self.text == ctype.name + self.listed else self.text

    @property
    def constant(self) -> int | None:
        """The value when only one is possible and the expression is a literal."""
        return self.low if self.operators == 0 and self.low is not None and self.low == self.high and not self.variables else None

    def within(self, rank: int, *, right: bool = False) -> str:
        """The text as an operand of an operator of `rank`, in parentheses where C needs them: also at equal rank on the right side."""
        loose = self.rank < rank or (right and self.rank == rank)
        return f"({self.text})" if loose or (rank, self.rank) in _CONFUSING else self.text

    def bounded(self, low: int, high: int) -> Expr:
        """The same expression, known to lie in [low, high]."""
        return replace(self, low=max(low, self.low), high=min(high, self.high))


def merged(operands: tuple[Expr, ...]) -> dict[str, Any]:
    """The bookkeeping fields of an expression made of `operands`."""
    return {
        "variables": frozenset().union(*(e.variables for e in operands)),
        "impure": any(e.impure for e in operands),
        "operators": 1 + sum(e.operators for e in operands),
    }


def infix(symbol: str, a: Expr, b: Expr, ctype: CType, low: int | None = None, high: int | None = None) -> Expr:
    """`a symbol b`; the right operand keeps its parentheses at equal rank (C operators are left-associative)."""
    rank = RANKS[symbol]
    text = f"{a.within(rank)} {symbol} {b.within(rank, right=symbol not in ('&&', '||'))}"
    return Expr(text, ctype, rank, low, high, **merged((a, b)), parts=(symbol, a, b))


def prefix(symbol: str, a: Expr, ctype: CType, low: int | None = None, high: int | None = None) -> Expr:
    """`symbol a`; two minus signs never touch."""
    operand = a.within(UNARY)
    if operand.startswith(symbol):
        operand = f"({operand})"
    return Expr(f"{symbol}{operand}", ctype, UNARY, low, high, **merged((a,)))


def call(
    function: str, operands: tuple[Expr, ...], ctype: CType, *, impure: bool = False, low: int | None = None, high: int | None = None
) -> Expr:
    """`function(operands...)`."""
    fields = merged(operands)
    fields["impure"] = fields["impure"] or impure
    text = f"{function}({', '.join(e.text for e in operands)})"
    return Expr(text, ctype, POSTFIX, low, high, **fields, called=(function, operands))


def ternary(condition: Expr, a: Expr, b: Expr, ctype: CType) -> Expr:
    """`condition ? a : b`."""
    text = f"{condition.within(TERNARY, right=True)} ? {a.within(TERNARY)} : {b.within(TERNARY)}"
    low, high = (min(a.low, b.low), max(a.high, b.high)) if ctype.is_integer else (None, None)
    return Expr(text, ctype, TERNARY, low, high, **merged((condition, a, b)))


def leaf(text: str, ctype: CType, low: int | None = None, high: int | None = None, *, mutable: bool = False) -> Expr:
    """A name."""
    return Expr(text, ctype, PRIMARY, low, high, variables=frozenset((text,)) if mutable else frozenset())


def integer(value: int, ctype: CType) -> Expr:
    """A literal; the smallest negative value of a width has no literal of its own in C."""
    suffix = ("u" if ctype.kind == "uint" and ctype.bits >= 32 else "") + (
        "ll" if ctype.bits == 64 and not -(1 << 31) <= value < 1 << 31 else ""
    )
    if value == ctype.bounds[0] and ctype.kind == "int" and ctype.bits >= 32:
        return Expr(f"{value + 1}{suffix} - 1", ctype, ADD, value, value)
    return Expr(f"{value}{suffix}", ctype, PRIMARY if value >= 0 else UNARY, value, value)
