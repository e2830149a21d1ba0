"""Pointers that may point into one of several arrays: what goes through one becomes a branch over the arrays.

    float *p = head < heads ? q + i : k + j;      %array = select %c, 0, 1   (the offset is a select as well)
    p[0] = 1;                                     if (%array == 0) q[%offset] = 1; else k[%offset] = 1;

A memref cannot be a choice: each array gets a number, conditions and loops hand on the number, and accesses ask for it. An array that is
made inside of the condition or loop cannot be named outside of it and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.frontend.clang_session import Source
from xpiler.frontend.unset_values import located

VIEWS = ("xpiler.view", "memref.cast", "memref.collapse_shape")
HANDS_ON = ("scf.if", "scf.for", "scf.while", "scf.yield", "scf.condition")
HINT = "use the arrays by their own names in each branch"


@dataclass
class Family:
    """Values that hand the same pointers on, and the arrays that they may mean, by number."""

    values: list[ir.Value] = field(default_factory=list)
    arrays: list[ir.Value] = field(default_factory=list)

    @property
    def kind(self) -> ir.Type:
        """One bit tells two arrays apart, and is true for the first; more need a number."""
        return ir.IntegerType.get_signless(1 if len(self.arrays) <= 2 else 32)

    def number(self, array: ir.Value) -> ir.Value:
        """The number of an array, as a constant."""
        position = self.arrays.index(array)
        attribute = ir.IntegerAttr.get(self.kind, position if len(self.arrays) > 2 else -int(position == 0))
        return ir.Operation.create("arith.constant", results=[self.kind], attributes={"value": attribute}).result

    def means(self, value: ir.Value, position: int) -> ir.Value:
        """Whether the array at a position, which is not the last one, is meant."""
        if len(self.arrays) <= 2:
            return value
        equal = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), 0)
        kind, wanted = ir.IntegerType.get_signless(1), self.number(self.arrays[position])
        return ir.Operation.create("arith.cmpi", results=[kind], operands=[value, wanted], attributes={"predicate": equal}).result


def branch_over_bases(function: ir.Operation, source: Source) -> None:
    """Removes choices between memrefs from a function. Raises Unsupported where one cannot be followed."""
    operations = [op for op in _inside(function) if op.name in HANDS_ON[:3]]
    sources = {value: given for op in operations for value, given in _sources(op)}
    families = _families(sources)
    for op in operations:
        for array in {a for value, _ in _sources(op) for a in families[value].arrays}:
            if not _is_there(array, op):
                what = "a pointer to an array that is made inside of a branch or a loop, used outside of it"
                raise Unsupported(what, located(op.location, source), HINT)
    unique = list(dict.fromkeys(map(id, families.values())))
    members = {id(family): family for family in families.values()}
    for op in operations:
        _hand_numbers_on(op, families)
    for value, family in families.items():
        value.set_type(family.kind)
    for name in unique:
        for value in members[name].values:
            _spread(value, value, members[name], members[name].arrays)


def _inside(operation: ir.Operation) -> Iterator[ir.Operation]:
    for region in operation.regions:
        for block in region.blocks:
            for inner in block.operations:
                yield inner.operation
                yield from _inside(inner.operation)


def _is_memref(value: ir.Value) -> bool:
    return isinstance(value.type, ir.MemRefType)


def _end(block: ir.Block) -> ir.Operation:
    return list(block.operations)[-1].operation


def _sources(op: ir.Operation) -> list[tuple[ir.Value, list[ir.Value]]]:
    """Each memref that a condition or a loop hands on, and the values that it is one of."""
    blocks = [block for region in op.regions for block in region.blocks]
    ends = [list(_end(block).operands) for block in blocks]
    found: list[tuple[ir.Value, list[ir.Value]]] = []
    if op.name == "scf.if":
        found = [(result, [end[k] for end in ends]) for k, result in enumerate(op.results)]
    elif op.name == "scf.for":
        for k, result in enumerate(op.results):
            given = [list(op.operands)[3 + k], ends[0][k]]
            found += [(result, given), (blocks[0].arguments[1 + k], given)]
    else:
        found = [(value, [list(op.operands)[k], ends[1][k]]) for k, value in enumerate(blocks[0].arguments)]
        found += [(value, [ends[0][1 + k]]) for values in (op.results, blocks[1].arguments) for k, value in enumerate(values)]
    return [(value, given) for value, given in found if _is_memref(value)]


def _families(sources: dict[ir.Value, list[ir.Value]]) -> dict[ir.Value, Family]:
    """The values that hand pointers on, joined where one is given to another."""
    families = {value: Family([value]) for value in sources}
    for value, given in sources.items():
        for other in given:
            mine = families[value]
            if other in families and families[other] is not mine:
                theirs = families[other]
                mine.values += theirs.values
                mine.arrays += [array for array in theirs.arrays if array not in mine.arrays]
                families.update(dict.fromkeys(theirs.values, mine))
            elif other not in families and other not in mine.arrays:
                mine.arrays.append(other)
    return families


def _is_there(array: ir.Value, operation: ir.Operation) -> bool:
    """Whether a memref's block holds the operation, at any depth."""
    home = array.owner if isinstance(array.owner, ir.Block) else array.owner.operation.block
    here = operation.block
    while here != home:
        owner = here.owner.operation
        if owner.name in ("func.func", "builtin.module"):
            return False
        here = owner.block
    return True


def _hand_numbers_on(op: ir.Operation, families: dict[ir.Value, Family]) -> None:
    """Puts numbers in the places of arrays, in what begins a loop and in what ends a block."""
    own = {given: families[value] for value, all_given in _sources(op) for given in all_given if given not in families}
    for user in (op, *(_end(block) for region in op.regions for block in region.blocks)):
        for position, operand in enumerate(list(user.operands)):
            if operand in own:
                with ir.InsertionPoint(user), user.location:
                    user.operands[position] = own[operand].number(operand)


def _spread(value: ir.Value, number: ir.Value, family: Family, arrays: list[ir.Value]) -> None:
    """Every use of a choice once for each of its arrays, under a test which is meant."""
    for user in dict.fromkeys(use.owner.operation for use in value.uses):
        if user.name in HANDS_ON:
            continue
        with ir.InsertionPoint(user), user.location:
            if user.name in VIEWS:
                _spread(user.results[0], number, family, [_again(user, value, array)[0] for array in arrays])
            else:
                for old, new in zip(user.results, _branch(user, value, number, family, arrays), strict=True):
                    old.replace_all_uses_with(new)
            user.erase()


def _branch(user: ir.Operation, value: ir.Value, number: ir.Value, family: Family, arrays: list[ir.Value]) -> list[ir.Value]:
    """`if (it is the first of these arrays) user of it; else` the same of those behind."""
    array, *rest = arrays
    if not rest:
        return _again(user, value, array)
    position = len(family.arrays) - len(arrays)
    types = [result.type for result in user.results]
    made = ir.Operation.create("scf.if", results=types, operands=[family.means(number, position)], regions=2)
    for region, first in zip(made.regions, (True, False), strict=True):
        with ir.InsertionPoint(region.blocks.append()):
            results = _again(user, value, array) if first else _branch(user, value, number, family, rest)
            ir.Operation.create("scf.yield", operands=results)
    return list(made.results)


def _again(user: ir.Operation, value: ir.Value, array: ir.Value) -> list[ir.Value]:
    """The results of the user with the array in the place of the choice."""
    operands = [array if operand == value else operand for operand in user.operands]
    attributes = {name: user.attributes[name] for name in user.attributes}
    return list(ir.Operation.create(user.name, results=[r.type for r in user.results], operands=operands, attributes=attributes).results)
