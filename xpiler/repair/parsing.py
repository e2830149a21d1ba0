"""Texts that no parser takes, mended by what it says: a value that has one type where it is made and another where it is used, and
arrays that are longer than their memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mlir import ir

MOST_ROUNDS = 12
SHORT = 8
_MISMATCH = re.compile(r"use of value '(%[\w$.-]+)' expects different type than prior uses: '(.*)' vs '(.*)'")
CAPACITY = re.compile(r"needs (\d+) bytes of (\w+), and \w+ has (\d+)")
_ARRAY = r"memref<(\d+)x[^>]*space<{}>"

Changed = tuple[str, str]  # a text, and what was changed
Mend = Callable[[str, int, re.Match[str]], Changed | None]


def parseable(text: str, context: ir.Context) -> Iterator[Changed]:
    """Texts that parse, with what was changed: the type where the value is made, or those where it is used; arrays that fit, and shorter
    ones, as sums of long pieces round too much.
    """
    seen: set[str] = set()
    for at_mismatch, share in ((_at_definition, 1), (_at_use, 1), (_at_definition, SHORT)):
        found = _rounds(text, context, at_mismatch, share)
        if found is not None and found[0] not in seen:
            seen.add(found[0])
            yield found


def _rounds(text: str, context: ir.Context, at_mismatch: Mend, share: int) -> Changed | None:
    changes: list[str] = []
    for _ in range(MOST_ROUNDS):
        wrong = _diagnostic(text, context)
        if wrong is None:
            return (text, "; ".join(dict.fromkeys(changes))) if changes else None
        line, message = wrong
        mismatch, capacity = _MISMATCH.search(message), CAPACITY.search(message)
        changed = at_mismatch(text, line, mismatch) if mismatch else _shorter(text, capacity, share) if capacity else None
        if changed is None:
            return None
        text = changed[0]
        changes.append(changed[1])
    return None


def _diagnostic(text: str, context: ir.Context) -> tuple[int, str] | None:
    """The line and the words of the parser, or of the verifier; None where the text is taken."""
    try:
        ir.Module.parse(text, context)
        return None
    except ir.MLIRError as error:
        first = error.error_diagnostics[0] if error.error_diagnostics else None
        if first is None:
            return 0, str(error)
        return first.location.start_line if first.location.is_a_file() else 0, first.message


def _at_definition(text: str, line: int, mismatch: re.Match[str]) -> Changed | None:
    """The last definition of the name in front of the line gets the type of the use."""
    value, used, made = mismatch.groups()
    lines = text.split("\n")
    for k in range(min(line, len(lines)) - 1, -1, -1):
        if re.match(rf"\s*{re.escape(value)}(?::\d+)? =", lines[k]):
            before, found, behind = lines[k].rpartition(made)
            if not found:
                return None
            lines[k] = before + used + behind
            return "\n".join(lines), f"{value} is {used}"
    return None


def _at_use(text: str, line: int, mismatch: re.Match[str]) -> Changed | None:
    value, used, made = mismatch.groups()
    lines = text.split("\n")
    if not 0 < line <= len(lines) or used not in lines[line - 1]:
        return None
    lines[line - 1] = lines[line - 1].replace(used, made, 1)
    return "\n".join(lines), f"{value} is {made}"


def _shorter(text: str, capacity: re.Match[str], share: int) -> Changed | None:
    """The longest arrays of a memory that is too small, with the numbers that say how long they are, are cut until they fit, and to a
    share of that.
    """
    needed, space, available = int(capacity[1]), capacity[2], int(capacity[3])
    lengths = [int(n) for n in re.findall(_ARRAY.format(re.escape(space)), text)]
    if not lengths or available <= 0:
        return None
    part = 2
    while needed > part * available:
        part *= 2
    part *= share
    old, new = max(lengths), max(lengths) // part
    if new == 0 or max(lengths) % part:
        return None
    return re.sub(rf"(?<=memref<){old}(?=x)|(?<=arith\.constant ){old}(?= :)", str(new), text), f"pieces of {old} become pieces of {new}"
