"""Pointers that may point into one of several arrays: what goes through one becomes a branch over the arrays.

    float *p = head < heads ? q + i : k + j;      %array = select %c, 0, 1   (the offset is a select as well)
    p[0] = 1;                                     if (%array == 0) q[%offset] = 1; else k[%offset] = 1;

A memref cannot be a choice: each array gets a number, conditions yield the number, and accesses ask for it. An array that is made inside of
the condition cannot be named outside of it, and what a loop carries is not told; both are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.frontend.clang_session import Source
from xpiler.frontend.cleanup import is_used
from xpiler.frontend.unset_values import located

LOOPS = ("scf.for", "scf.while")
VIEWS = ("xpiler.view", "memref.cast", "memref.collapse_shape")
HINT = "use the arrays by their own names in each branch"


@dataclass(frozen=True)
class Choice:
    """A number that says which of some arrays is meant; two arrays need one bit, which is true for the first."""

    number: ir.Value
    arrays: tuple[ir.Value, ...]


def branch_over_bases(function: ir.Operation, source: Source) -> None:
    """Removes choices between memrefs from a function. Raises Unsupported where one cannot be followed."""
    try:
        _branch_over_bases(function)
    except _NotFollowed as found:
        raise Unsupported(found.what, located(found.where, source), HINT) from None


class _NotFollowed(Exception):
    def __init__(self, what: str, where: ir.Location) -> None:
        super().__init__(what)
        self.what, self.where = what, where


def _branch_over_bases(function: ir.Operation) -> None:
    choices: dict[ir.Value, Choice] = {}
    for operation in list(_inside_first(function)):
        if operation.name == "scf.if" and any(_is_memref(result) and is_used(result) for result in operation.results):
            _numbered(operation, choices)
        elif operation.name in LOOPS and any(_is_memref(result) for result in operation.results):
            raise _NotFollowed("a pointer that changes between arrays in a loop", operation.location)
    for value in list(choices):
        _spread(value, choices)


def _inside_first(operation: ir.Operation) -> Iterator[ir.Operation]:
    for region in operation.regions:
        for block in region.blocks:
            for inner in block.operations:
                yield from _inside_first(inner.operation)
                yield inner.operation


def _is_memref(value: ir.Value) -> bool:
    return isinstance(value.type, ir.MemRefType)


def _yield_of(block: ir.Block) -> ir.Operation:
    return list(block.operations)[-1].operation


def _numbered(operation: ir.Operation, choices: dict[ir.Value, Choice]) -> None:
    """The condition again, with a number for each memref among its results."""
    blocks = [block for region in operation.regions for block in region.blocks]
    yields = [list(_yield_of(block).operands) for block in blocks]
    found: dict[int, tuple[ir.Value, ...]] = {}
    for k, result in enumerate(operation.results):
        if _is_memref(result):
            found[k] = _arrays([values[k] for values in yields], operation, choices)
            for block, values in zip(blocks, yields, strict=True):
                values[k] = _number(values[k], found[k], block, choices)
    for block, values in zip(blocks, yields, strict=True):
        end = _yield_of(block)
        with ir.InsertionPoint(end):
            ir.Operation.create("scf.yield", operands=values, loc=end.location)
        end.erase()
    made = ir.Operation.create(
        "scf.if",
        results=[value.type for value in yields[0]],
        operands=list(operation.operands),
        attributes={name: operation.attributes[name] for name in operation.attributes},
        regions=2,
        loc=operation.location,
        ip=ir.InsertionPoint(operation),
    )
    for block, region in zip(blocks, made.regions, strict=True):
        block.append_to(region)
    uses: list[tuple[ir.Value, ir.Value]] = list(zip(operation.results, made.results, strict=True))
    for k, (old, new) in enumerate(uses):
        if k in found:
            # The users keep the old value's type until they are spread: a stand-in says which choice they mean.
            with ir.InsertionPoint(operation), operation.location:
                stand_in = ir.Operation.create("memref.cast", results=[old.type], operands=[found[k][0]]).result
            old.replace_all_uses_with(stand_in)
            choices[stand_in] = Choice(new, found[k])
        else:
            old.replace_all_uses_with(new)
    operation.erase()


def _arrays(values: list[ir.Value], operation: ir.Operation, choices: dict[ir.Value, Choice]) -> tuple[ir.Value, ...]:
    """The arrays that the branches choose from, each once; all must be there before the condition."""
    arrays = tuple(dict.fromkeys(array for value in values for array in (choices[value].arrays if value in choices else (value,))))
    if any(not _is_there(array, operation) for array in arrays):
        raise _NotFollowed("a pointer to an array that only one branch has", operation.location)
    return arrays


def _is_there(array: ir.Value, operation: ir.Operation) -> bool:
    """Whether a memref's block holds the operation, at any depth."""
    home = array.owner if isinstance(array.owner, ir.Block) else array.owner.operation.block
    here = operation.block
    while here != home:
        owner = here.owner
        if owner is None or owner.name in ("func.func", "builtin.module"):
            return False
        here = owner.operation.block
    return True


def _number(value: ir.Value, arrays: tuple[ir.Value, ...], block: ir.Block, choices: dict[ir.Value, Choice]) -> ir.Value:
    """Which of `arrays` a branch yields, at the end of its block."""
    with ir.InsertionPoint(_yield_of(block)), _yield_of(block).location:
        if value not in choices:
            return _constant(arrays.index(value), len(arrays))
        inner = choices[value]
        number = _constant(arrays.index(inner.arrays[-1]), len(arrays))
        for k, array in reversed(list(enumerate(inner.arrays[:-1]))):
            chosen = _is(inner, k)
            number = _select(chosen, _constant(arrays.index(array), len(arrays)), number)
        return number


def _constant(position: int, count: int) -> ir.Value:
    """One bit tells two arrays apart, and is true for the first; more need a number."""
    if count <= 2:
        kind, number = ir.IntegerType.get_signless(1), -int(position == 0)
    else:
        kind, number = ir.IntegerType.get_signless(32), position
    return ir.Operation.create("arith.constant", results=[kind], attributes={"value": ir.IntegerAttr.get(kind, number)}).result


def _select(condition: ir.Value, yes: ir.Value, no: ir.Value) -> ir.Value:
    return ir.Operation.create("arith.select", results=[yes.type], operands=[condition, yes, no]).result


def _is(choice: Choice, position: int) -> ir.Value:
    """Whether the array at a position, which is not the last one, is meant."""
    if len(choice.arrays) <= 2:
        return choice.number
    kind = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), 0)
    wanted = _constant(position, len(choice.arrays))
    return ir.Operation.create(
        "arith.cmpi", results=[ir.IntegerType.get_signless(1)], operands=[choice.number, wanted], attributes={"predicate": kind}
    ).result


def _spread(value: ir.Value, choices: dict[ir.Value, Choice]) -> None:
    """Every use of a choice once for each of its arrays, under a test which is meant."""
    choice = choices[value]
    for user in dict.fromkeys(use.owner.operation for use in value.uses):
        with ir.InsertionPoint(user), user.location:
            if user.name in VIEWS:
                choices[user.results[0]] = Choice(choice.number, tuple(_again(user, value, array)[0] for array in choice.arrays))
                _spread(user.results[0], choices)
            elif any(_is_memref(result) for result in user.results) or user.name == "scf.yield":
                raise _NotFollowed("a pointer that changes between arrays in a loop", user.location)
            else:
                for old, new in zip(user.results, _branch(user, value, choice, 0), strict=True):
                    old.replace_all_uses_with(new)
                user.erase()
    if not is_used(value):
        value.owner.operation.erase()


def _branch(user: ir.Operation, value: ir.Value, choice: Choice, position: int) -> list[ir.Value]:
    """`if (it is the array at this position) user of it; else` the same of the arrays behind."""
    if position == len(choice.arrays) - 1:
        return _again(user, value, choice.arrays[position])
    types = [result.type for result in user.results]
    made = ir.Operation.create("scf.if", results=types, operands=[_is(choice, position)], regions=2)
    for region, last in zip(made.regions, (True, False), strict=True):
        with ir.InsertionPoint(region.blocks.append()):
            results = _again(user, value, choice.arrays[position]) if last else _branch(user, value, choice, position + 1)
            ir.Operation.create("scf.yield", operands=results)
    return list(made.results)


def _again(user: ir.Operation, value: ir.Value, array: ir.Value) -> list[ir.Value]:
    """The results of the user with the array in the place of the choice."""
    operands = [array if operand == value else operand for operand in user.operands]
    attributes = {name: user.attributes[name] for name in user.attributes}
    return list(ir.Operation.create(user.name, results=[r.type for r in user.results], operands=operands, attributes=attributes).results)
