"""Integers cut into narrower ones: extensions, shifts by whole pieces and bitwise operations know theirs."""

from __future__ import annotations

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.integers import binary, wrapped
from xpiler.verify.terms.term import Term, Value

BITWISE = frozenset({"andi", "ori", "xori"})


def pieces(value: Value, wide: int, narrow: int) -> list[Value]:
    """The pieces of an integer of `wide` bits, lowest first. Raises NotModelled where they are not seen."""
    found = _pieces(value, wide, narrow)
    if found is None:
        raise NotModelled(f"integers of {wide} bits cut into pieces of {narrow}")
    return found


def _pieces(value: Value, wide: int, narrow: int) -> list[Value] | None:
    count = wide // narrow
    if isinstance(value, int):
        return [wrapped(value >> (narrow * i), narrow) for i in range(count)]
    if not isinstance(value, Term):
        return None
    if value.kind == "pack" and value.args[0] == narrow:
        return list(value.args[2:])
    if value.kind == "ext" and not value.args[0] and value.args[1] % narrow == 0:
        low = [value.args[3]] if value.args[1] == narrow else _pieces(value.args[3], value.args[1], narrow)
        return None if low is None else [*low, *[0] * (count - len(low))]
    if value.kind == "int":
        return _of_operation(value, wide, narrow)
    return None


def _of_operation(value: Term, wide: int, narrow: int) -> list[Value] | None:
    name, _, a, b = value.args
    if name in ("shli", "shrui") and isinstance(b, int) and b % narrow == 0:
        inner, by = _pieces(a, wide, narrow), b // narrow
        if inner is None:
            return None
        return [*[0] * by, *inner][: len(inner)] if name == "shli" else [*inner[by:], *[0] * by]
    if name not in BITWISE and name != "addi":
        return None
    left, right = _pieces(a, wide, narrow), _pieces(b, wide, narrow)
    if left is None or right is None or (name == "addi" and any(x != 0 and y != 0 for x, y in zip(left, right, strict=True))):
        return None
    return [_combined(name, narrow, x, y) for x, y in zip(left, right, strict=True)]


def _combined(name: str, narrow: int, x: Value, y: Value) -> Value:
    """One piece of a bitwise operation, or of a sum whose pieces do not meet; with 0 the other one but for `and`."""
    if name != "andi" and (x == 0 or y == 0):
        return y if x == 0 else x
    return binary(name, narrow, False)(x, y)
