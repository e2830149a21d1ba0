"""Integer operators: C text that computes the bits MLIR means, with the fewest casts.

The invariant of every integer expression: its C value, reduced to the width of the MLIR value, has the MLIR value's bits. An operation
whose meaning depends on the sign asks for `as_signed` or `as_unsigned`, and only then does a cast appear.
"""

from __future__ import annotations

from dataclasses import replace

from xpiler.lowering.c_text.ctype import INT, INT64, INTS, UINTS, CType, common, promoted
from xpiler.lowering.c_text.expression import UNARY, Expr, call, infix, integer, merged

CAST = "cast"
_EXACT = {
    "+": lambda a, b: (a.low + b.low, a.high + b.high),
    "-": lambda a, b: (a.low - b.high, a.high - b.low),
    "*": lambda a, b: (min(p := [x * y for x in (a.low, a.high) for y in (b.low, b.high)]), max(p)),
}


def cast(ctype: CType, a: Expr, spelling: str | None = None) -> Expr:
    """`(ctype)a`, or the literal of that type."""
    if a.constant is not None and ctype.holds(a.constant, a.constant) and ctype.bits >= 32 and spelling is None:
        return _literal_as(ctype, a.constant)
    low, high = (a.low, a.high) if ctype.is_integer and a.low is not None and ctype.holds(a.low, a.high) else (None, None)
    fields = {**merged((a,)), "operators": a.operators, "parts": (CAST, a, a)}
    return Expr(f"({spelling or ctype.name}){a.within(UNARY)}", ctype, UNARY, low, high, **fields)


def unconverted(a: Expr) -> Expr:
    """An integer without the cast that its product with a `size_t` makes anyway."""
    return a.parts[1] if a.parts and a.parts[0] == CAST and a.parts[1].ctype.is_integer else a


def _literal_as(ctype: CType, value: int) -> Expr:
    if ctype.kind == "uint":
        return Expr(f"{value}u" if ctype.bits == 32 else f"(uint64_t){value}", ctype, low=value, high=value)
    return integer(value, ctype) if ctype.bits == 32 else replace(integer(value, ctype), text=f"(int64_t){value}")


def as_signed(a: Expr, width: int) -> Expr:
    """An expression whose C value is the signed reading of the MLIR value of `width` bits."""
    target = INTS[width]
    return a if target.holds(a.low, a.high) and a.ctype.bits <= max(width, 32) else cast(target, a)


def as_unsigned(a: Expr, width: int) -> Expr:
    """An expression whose C value is the unsigned reading of the MLIR value of `width` bits."""
    target = UINTS[width]
    return a if target.holds(a.low, a.high) and a.ctype.bits <= max(width, 32) else cast(target, a)


def arithmetic(symbol: str, a: Expr, b: Expr, width: int, *, nsw: bool) -> Expr:
    """`+ - *` at `width` bits. Signed overflow must be excluded by `nsw` or by the bounds, else the arithmetic is done unsigned."""
    neutral = _neutral(symbol, a, b) or _folded(symbol, a, b)
    if neutral is not None:
        return neutral
    if nsw and width >= 32:
        a, b = _nsw_operand(a, b, width), _nsw_operand(b, a, width)
    low, high = exact_bounds(symbol, a, b)
    ctype = common(a.ctype, b.ctype)
    if ctype.bits < width and not ctype.holds(low, high):
        a, b = _widened(a, b, (INTS if nsw or INTS[width].holds(low, high) else UINTS)[width])
    elif not ctype.is_unsigned and not ctype.holds(low, high) and not (nsw and ctype.bits >= width):
        a, b = _widened(a, b, UINTS[max(width, 32)])
    ctype = common(a.ctype, b.ctype)
    low, high = exact_bounds(symbol, a, b)
    return infix(symbol, a, b, ctype, *_wrapped(low, high, ctype, nsw))


def exact_bounds(symbol: str, a: Expr, b: Expr) -> tuple[int, int]:
    """The bounds of the mathematical result; `n - n % m` is not negative where `n` is not."""
    low, high = _EXACT[symbol](a, b)
    if symbol == "-" and b.parts and b.parts[0] == "%" and b.parts[1].text == a.text and a.low >= 0:
        low = 0
    return low, high


def _neutral(symbol: str, a: Expr, b: Expr) -> Expr | None:
    """The other operand where one is the neutral element: no `+ 0`, no `* 1`."""
    neutral = 1 if symbol == "*" else 0
    if b.constant == neutral:
        return a
    return b if a.constant == neutral and symbol != "-" else None


def _folded(symbol: str, a: Expr, b: Expr) -> Expr | None:
    """The value of an operation on two literals of type int."""
    if a.constant is None or b.constant is None or {a.ctype, b.ctype} != {INT}:
        return None
    value = _EXACT[symbol](a, b)[0]
    return integer(value, INT) if INT.holds(value, value) else None


def _nsw_operand(a: Expr, other: Expr, width: int) -> Expr:
    """Unsigned operands of a signed operation stay as they are while the bits agree; a wider mix is read signed first."""
    same_bits = a.ctype.bits == width or promoted(a.ctype).bits == width
    return a if same_bits or INTS[width].holds(a.low, a.high) or common(a.ctype, other.ctype).bits == width else as_signed(a, width)


def _widened(a: Expr, b: Expr, ctype: CType) -> tuple[Expr, Expr]:
    """Casts one operand so that C computes in `ctype`; a literal takes it for 32 bits (a suffix), else the left operand does."""
    if ctype.bits == 32 and b.constant is not None:
        return a, cast(ctype, b)
    if a.constant is not None and b.constant is None:
        return (cast(ctype, a), b) if ctype.bits == 32 else (a, cast(ctype, b))
    return cast(ctype, a), b


def _wrapped(low: int, high: int, ctype: CType, nsw: bool) -> tuple[int, int]:
    """The bounds of a result whose exact value lies in [low, high]."""
    smallest, largest = ctype.bounds
    if nsw and ctype.kind == "uint" and low >= 0:
        largest = INTS[ctype.bits].bounds[1]
    if ctype.holds(low, high):
        return low, min(high, largest)
    if nsw and (ctype.kind == "int" or low >= 0):
        return max(low, smallest), min(high, largest)
    return ctype.bounds


def division(symbol: str, a: Expr, b: Expr, ctype: CType) -> Expr:
    """`a / b` or `a % b` on operands that already have the right sign; the common type must represent both. Nothing is divided by zero."""
    a, b = comparable(a, b)
    least = max(b.low, 1) if b.low >= 0 < b.high else 0
    if a.constant is not None and b.constant and {a.ctype, b.ctype} == {INT}:
        quotient = _truncated(a.constant, b.constant)
        return integer(quotient if symbol == "/" else a.constant - quotient * b.constant, INT)
    if symbol == "/" and least:
        ends = [_truncated(x, y) for x in (a.low, a.high) for y in (least, b.high)]
        low, high = min(ends + ([0] if a.low < 0 < a.high else [])), max(ends)
    elif symbol == "%" and least:
        low, high = (0 if a.low >= 0 else 1 - b.high), min(b.high - 1, max(a.high, 0))
    else:
        low = high = None
    result = common(a.ctype, b.ctype)
    if low is not None and not result.holds(low, high):
        low = high = None
    return infix(symbol, a, b, result, low, high)


def _truncated(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def comparable(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Operands whose C comparison or division is that of their values, without mixing signed and unsigned."""
    pa, pb = promoted(a.ctype), promoted(b.ctype)
    if pa.kind == pb.kind or "bool" in (pa.kind, pb.kind):
        return a, b
    signed, unsigned = (a, b) if pa.kind == "int" else (b, a)
    if signed.constant is not None and signed.constant >= 0:
        return a, b
    if promoted(signed.ctype).holds(unsigned.low, unsigned.high):
        unsigned = cast(promoted(signed.ctype), unsigned)
    elif signed.low >= 0:
        signed = cast(unsigned.ctype, signed)
    else:
        signed, unsigned = cast(INT64, signed), cast(INT64, unsigned)
    return (signed, unsigned) if pa.kind == "int" else (unsigned, signed)


def compare(symbol: str, a: Expr, b: Expr, ctype: CType) -> Expr:
    """`a symbol b` as a bool; the operands have the right sign."""
    return infix(symbol, *comparable(a, b), ctype, 0, 1)


def extremum(function: str, a: Expr, b: Expr) -> Expr:
    """`min(a, b)` or `max(a, b)`: both operands in one type, as the overload sets and templates ask."""
    ctype = common(a.ctype, b.ctype)
    if ctype.kind == "uint" and (a.low < 0 or b.low < 0):
        ctype = INT64 if ctype.bits == 64 or not INT.holds(max(a.high, b.high), max(a.high, b.high)) else INT
    a, b = (e if e.ctype == ctype or (e.constant is not None and ctype == INT) else cast(ctype, e) for e in (a, b))
    pick = min if function.endswith("min") else max
    return call(function, (a, b), ctype, low=pick(a.low, b.low), high=pick(a.high, b.high))
