"""The sizes that a proof is made at: small ones, and ones past the constants of both texts.

A constant of the text (a block, a tile, a vector) matters where a size passes it: one whole tile, then a border. So does a tile times
another one (a block by the number of blocks): where loops come round again. Rows of sizes come in a fixed order, cheap ones first; the
prover takes them until every branch of both texts has gone both ways, or its steps are spent.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.border_rows import border_sizes
from xpiler.verify.choices import narrowed_width
from xpiler.verify.coverage import carried_widths
from xpiler.verify.sampling import ParameterInfo, integers, with_values
from xpiler.verify.turning_sizes import turning_rows

Sizes = dict[str, int]


@dataclass(frozen=True)
class Candidate:
    """A row of sizes; a multiple of a constant is for sources that take nothing else."""

    sizes: Sizes
    is_multiple: bool = False
    is_small: bool = False  # of the first rows, which are taken as long as they are cheap
    border: str = ""  # the size that is at the border of a vector or a tile (border_rows.py)
    is_turn: bool = False  # at which a launcher takes another branch than at small sizes


SMALL = ((5, 7, 3, 4, 2, 6), (1, 1, 1, 1, 1, 1), (2, 37, 5, 3, 7, 2))
MORE = (
    (3, 4, 6, 2, 5, 8),
    (4, 3, 5, 6, 2, 7),
    (6, 2, 4, 9, 3, 5),
    (8, 6, 7, 5, 9, 4),
    (19, 11, 13, 9, 17, 10),
)  # what divides a size may matter
LEAST = (2, 3, 2, 3, 2, 3)  # of the others, where one size is past a constant
BORDERS = (3, 1, 5, 2, 4, 6)
FURTHER = ((19, 11, 13, 9, 17, 10), (67, 35, 21, 19, 33, 18), (131, 69, 37, 41, 45, 39))  # where no constant tells what is left
LARGEST_CONSTANT = 1 << 18
PIECES = 2  # whole ones of each task, and a border: as many parts as buffers of most pipelines have
MOST_PRODUCTS = 2  # the largest: a row past them is past the others
FOR_STEP = 2  # the operand of a loop that is its step


def candidates(parameters: list[ParameterInfo], modules: tuple[ir.Module, ...]) -> Iterator[Candidate]:
    """Rows of values for the integer parameters; one empty row where there are none."""
    scalars = integers(parameters)
    names = [p.name for p in scalars]
    if not names:
        yield Candidate({})
        return
    seen: set[object] = set()
    numbers = constants(modules)
    for row in _few(scalars):
        if row not in seen:
            seen.add(row)
            yield Candidate(dict(zip(names, row, strict=True)), is_small=True)
    least = with_values(scalars, _repeated(LEAST, len(names)), 0)
    for size in border_sizes(numbers):
        for name, row in zip(names, _each_past(least, (size,) * len(names)), strict=True):
            if row not in seen:
                seen.add(row)
                yield Candidate(dict(zip(names, row, strict=True)), border=name)
    at_turns = turning_rows(modules, dict(zip(names, least, strict=True)))
    for turn in (*at_turns, *_past_turns(at_turns, dict(zip(names, least, strict=True)))):
        yield Candidate(turn, is_turn=True)
    larger = _rows(len(names), numbers, products(modules))
    for turn, (sizes, is_multiple) in enumerate(larger):
        row = with_values(scalars, sizes, turn)
        if (row, is_multiple) not in seen and row not in seen:
            seen.add((row, is_multiple))
            yield Candidate(dict(zip(names, row, strict=True)), is_multiple)


def _few(scalars: list[ParameterInfo]) -> Iterator[tuple[int, ...]]:
    """Small rows: every value of a parameter that measures nothing is in one of them."""
    count = len(scalars)
    first, more = _small(count)[: len(SMALL)], _small(count)[len(SMALL) :]
    yield from (with_values(scalars, row, turn) for turn, row in enumerate(first))
    least = with_values(scalars, _repeated(LEAST, count), 0)
    for k, parameter in enumerate(scalars):
        yield from ((*least[:k], value, *least[k + 1 :]) for value in parameter.values)
    yield from (with_values(scalars, row, turn) for turn, row in enumerate(more))


def _small(count: int) -> list[tuple[int, ...]]:
    return [_repeated(row, count) for row in (*SMALL, *MORE)]


def _past_turns(rows: Sequence[Sizes], least: Sizes) -> Iterator[Sizes]:
    """Rows beyond those at which one size turns a branch: a turn is a round number, at which vectors and tiles leave nothing over."""
    for row in rows:
        turned = [name for name, value in row.items() if value != least[name]]
        if len(turned) == 1:
            yield {**row, turned[0]: row[turned[0]] + BORDERS[0]}


def _repeated(row: tuple[int, ...], count: int) -> tuple[int, ...]:
    return tuple(row[i % len(row)] for i in range(count))


def _rows(count: int, numbers: list[int], further: list[int]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """For every constant each parameter past it by itself, all together, and multiples; rows with nothing left over, and larger ones; last,
    each past products of constants, and past twice the largest.
    """
    least = _repeated(LEAST, count)
    for number in numbers:
        past = tuple(number + BORDERS[i % len(BORDERS)] for i in range(count))
        yield from ((row, False) for row in _each_past(least, past))
        yield past, False
        yield (number,) * count, True
        for k in range(count):
            yield tuple(number * (2 if i == k else 1) for i in range(count)), True
    yield from (((number,) * count, False) for number in numbers)
    yield from ((_repeated(row, count), False) for row in FURTHER)
    for number in (*further, *(further[-1] * PIECES for _ in further[:1])):
        yield from ((row, False) for row in _each_past(least, [number + BORDERS[i % len(BORDERS)] for i in range(count)]))


def _each_past(least: Sequence[int], past: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """One parameter at a time past a constant, the others small."""
    yield from ((*least[:i], past[i], *least[i + 1 :]) for i in range(len(past)))


def products(modules: tuple[ir.Module, ...]) -> list[int]:
    """What the largest pieces of all blocks or tasks of a launch come to, and the ranges of narrow integers that loops carry."""
    tiles, others = _constants(modules)
    launched = {n for module in modules for n in _launched(module)}
    widths = {width for module in modules for width in _carried(module)}
    pairs = {a * b for a, b in itertools.product(launched, tiles | others) if min(a, b) > 1}
    largest = sorted(n for n in pairs if n <= LARGEST_CONSTANT)[-MOST_PRODUCTS:]
    return sorted({*largest, *(1 << width for width in widths)})


def _launched(module: ir.Module) -> set[int]:
    """The constants of the geometries of launches."""
    launches = [op for op in signature.inside(module.operation) if op.name == "xpiler.launch"]
    return {number for op in launches for value in op.operands if (number := _number(value)) is not None}


def _number(value: ir.Value) -> int | None:
    if isinstance(value, ir.BlockArgument) or value.owner.operation.name != "arith.constant":
        return None
    operation = value.owner.operation
    is_integer = isinstance(value.type, ir.IntegerType | ir.IndexType)
    return ir.IntegerAttr(operation.attributes["value"]).value if is_integer else None


def _carried(module: ir.Module) -> set[int]:
    """The narrow widths of integers that loops carry, and that are made of sizes."""
    operations = list(signature.inside(module.operation))
    return {width for op in operations for width in carried_widths(op)} | ({narrowed_width(op) for op in operations} - {0})


def constants(modules: tuple[ir.Module, ...]) -> list[int]:
    """The integer constants of the modules that may be tiles: blocks of launches, steps of loops, lengths of pieces; then the others."""
    tiles, others = _constants(modules)
    return [n for found in (tiles, others - tiles) for n in sorted(found) if max(SMALL[0]) < n <= LARGEST_CONSTANT]


def compared(modules: tuple[ir.Module, ...]) -> set[int]:
    """The constants that something is compared with: a choice turns there, however large they are."""
    found: set[int] = set()
    for module in modules:
        for op in signature.inside(module.operation):
            if op.name == "arith.cmpi":
                found.update(n for value in op.operands if (n := _number(value)) is not None and 0 < n <= LARGEST_CONSTANT)
    return found


def _constants(modules: tuple[ir.Module, ...]) -> tuple[set[int], set[int]]:
    tiles: set[int] = set()
    others: set[int] = set()

    def visit(operation: ir.Operation) -> ir.WalkResult:
        if operation.name == "arith.constant" and isinstance(operation.results[0].type, ir.IntegerType | ir.IndexType):
            number = ir.IntegerAttr(operation.attributes["value"]).value
            (tiles if any(_is_tile(use) for use in operation.results[0].uses) else others).add(number)
        elif operation.name == "memref.alloca":
            others.update(ir.MemRefType(operation.results[0].type).shape)
        return ir.WalkResult.ADVANCE

    for module in modules:
        module.operation.walk(visit)
    return tiles, others


def _is_tile(use: ir.OpOperand) -> bool:
    """Whether a constant is a block of a launch, the step of a loop, or what the length of a piece is at most."""
    name = use.owner.name
    return name in ("xpiler.launch", "arith.minsi", "arith.minui") or (name == "scf.for" and use.operand_number == FOR_STEP)
