"""The sizes a source is executed at.

Round sizes are multiples of 64 and fit what kernels silently expect of their sizes; the other ones show forgotten borders.
Small multiples of 16 are tried too: where the round sizes make buffers that are too large to run, they may show that the
source runs well, and what they do not show is no proof that it never does.
"""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Iterator, Sequence

from xpiler.verify.sampling import ParameterInfo, integers, with_values

Sizes = dict[str, int]
ROUND = ((64, 128, 64, 64, 64, 64), (192, 64, 128, 64, 64, 64), (64, 64, 64, 64, 64, 64))
SMALL = ((16, 32, 16, 16, 32, 16),)
UNEVEN = ((7, 13, 5, 3, 11, 17), (67, 131, 35, 19, 21, 37))
LARGEST_TILE, SEVERAL = 2048, (3, 4)
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.floordiv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def rows(parameters: list[ParameterInfo], assumptions: Sequence[str] = (), tiles: Sequence[int] = ()) -> Iterator[tuple[Sizes, bool]]:
    """Sizes that fit the user's assumptions, and whether they are round; one empty row, round, where the function takes none.

    `tiles` are the text's own constants: one size at a time is several of the largest, so that loops over tiles come round again
    (see `passes_tiles`).
    """
    scalars = integers(parameters)
    names = [p.name for p in scalars]
    if not names:
        yield {}, True
        return
    for kind, is_round in ((ROUND, True), (SMALL, False), (UNEVEN, False)):
        for turn, row in enumerate(kind):
            values = with_values(scalars, [row[i % len(row)] for i in range(len(names))], turn)
            sizes = dict(zip(names, values, strict=True))
            if all(holds(text, sizes) for text in assumptions):
                yield sizes, is_round
    largest = max((tile for tile in tiles if tile <= LARGEST_TILE), default=0)
    for k, several in itertools.product(range(len(names) if largest > ROUND[0][0] else 0), SEVERAL):
        sizes = {name: several * largest if i == k else ROUND[0][i % len(ROUND[0])] for i, name in enumerate(names)}
        if all(holds(text, sizes) for text in assumptions):
            yield sizes, True


def passes_tiles(sizes: Sizes) -> bool:
    """Whether a row is one of those that go past the text's constants."""
    return max(sizes.values(), default=0) > max(max(row) for row in ROUND)


def holds(assumption: str, sizes: Sizes) -> bool:
    """Whether a stated comparison of positive numbers is true at sizes; what names something else holds."""
    try:
        return bool(_value(ast.parse(assumption.strip(), mode="eval").body, sizes))
    except (SyntaxError, KeyError, ZeroDivisionError):
        return True


def _value(node: ast.expr, sizes: Sizes) -> int:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return sizes[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, sizes)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, sizes), _value(node.right, sizes))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return OPERATORS[type(node.ops[0])](_value(node.left, sizes), _value(node.comparators[0], sizes))
    raise KeyError(ast.dump(node))
