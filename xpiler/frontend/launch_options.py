"""`--launch grid=(n+255)/256,block=256`: C expressions over the kernel's parameters, for clang to parse."""

from __future__ import annotations

from xpiler.diagnostics import InvalidInput


def parse_launch(text: str) -> dict[str, list[str]]:
    """The expressions by key; several in parentheses, `grid=(gx,gy)`, are the dimensions in order.

    Raises InvalidInput where the text has another form.
    """
    geometry: dict[str, list[str]] = {}
    for entry in split(text):
        key, equals, value = entry.partition("=")
        if not equals or not value.strip():
            raise InvalidInput(
                f"'{entry.strip()}' in --launch is no 'key=expression'", hint="for example --launch grid=(n+255)/256,block=256"
            )
        geometry[key.strip()] = dimensions(value.strip())
    return geometry


def split(text: str) -> list[str]:
    """The parts between commas outside parentheses."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def dimensions(value: str) -> list[str]:
    """`(a, b)` as two expressions, anything else as one."""
    if value.startswith("(") and value.endswith(")") and closes_last(value):
        inner = split(value[1:-1])
        if len(inner) > 1:
            return [part.strip() for part in inner]
    return [value]


def closes_last(value: str) -> bool:
    """Whether the first parenthesis closes at the end."""
    depth = 0
    for position, character in enumerate(value):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position == len(value) - 1
    return False
