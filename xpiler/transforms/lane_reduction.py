"""lane-reduction: a tree of exchanges between threads becomes the reduction it computes.

Every value that some lanes hold at the end of shuffles, halving loops and partial results in shared memory is the fold of
some elements of an array written earlier (xpiler.analysis.lanes finds which). Where those elements are the same for all
active lanes, or a row, column or segment that the lane's number decides, the value is replaced by a plain reduction over
the array, made where the array was last whole. Trees over pairs of a value and its place (`b > a || (b == a && j < i)`) are
reductions over two arrays. Lanes whose value is no such fold are left alone: if they are dead, the tree dies.
"""

from __future__ import annotations

from itertools import compress

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.effects import access_of, defining, effects_of, is_private, may_alias, walk
from xpiler.analysis.lane_sets import LaneSets, fit_lane_sets
from xpiler.analysis.lane_terms import Base, PairOrder, Term
from xpiler.analysis.lanes import LaneExecution, Visit
from xpiler.analysis.reductions import IDENTITIES, identity, identity_number
from xpiler.passes import Pass
from xpiler.transforms.pair_code import pair_step
from xpiler.transforms.rewriting import (
    ancestor_in,
    blocks,
    body,
    defined_inside,
    erase_dead,
    functions,
    index,
    name_accumulators,
    new_fold,
    new_for,
    new_forall,
    operations,
    terminator,
    unnamed,
    variable,
)


class LaneReductionPass(Pass):
    """Exchange trees between lanes become reductions."""

    name = "lane-reduction"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for load in [found for found in walk(function) if _is_of_one_element(found)]:
                _hoist(load)
            for block in [b for b in blocks(function) if _exchanges(b)]:
                _reduce_block(block)
            erase_dead(function)


def _is_of_one_element(op: ir.Operation) -> bool:
    """Whether an operation reads a certain element of a private array, the same at every turn."""
    access = access_of(op) if op.name == "memref.load" else None
    return access is not None and is_private(access.buffer) and all(map(_is_constant, access.subscripts))


def _hoist(load: ir.Operation) -> None:
    """Moves a read in front of the loops around it that do not write the array: `y[c] = e[c] / sum[0]` reads the sum once."""
    array, holder = access_of(load).buffer, load.parent
    while holder is not None and holder.name in ("scf.for", "scf.forall") and not defined_inside(array, holder.operation):
        loop = holder.operation
        effects = effects_of(loop)
        if effects.unknown is not None or any(may_alias(array, written) for written in effects.writes()):
            return
        for subscript in load.operands:
            if defined_inside(subscript, loop):
                defining(subscript).move_before(loop)
        load.move_before(loop)
        holder = load.parent


def _exchanges(block: ir.Block) -> bool:
    """Whether a private array passes from one operation of `block` to another, lanes of a parallel loop being involved."""
    touched: dict[ir.Value, set[ir.Operation]] = {}
    parallel = False
    for op in operations(block):
        for inner in walk(op) if len(op.regions) else ():
            parallel |= inner.name == "scf.forall"
            access = access_of(inner)
            if access and is_private(access.buffer) and defining(access.buffer).block == block:
                touched.setdefault(access.buffer, set()).add(op)
    return parallel and any(len(ops) > 1 for ops in touched.values())


def _reduce_block(block: ir.Block) -> None:
    execution = LaneExecution(block)
    made: dict[tuple, ir.Value] = {}
    for value, visit in sorted(execution.visits.items(), key=lambda item: not _finds_place(item[1])):  # these find the values as well
        uses = [use for use in value.uses if not _is_step(use, execution)]
        if visit.times == 1 and uses and not _is_plain(value, block):
            found = _fold_of(visit, _lanes_at(uses, visit, execution))
            if found and _stands(found[0], block):
                _replace(block, value, uses, *found, made)


def _finds_place(visit: Visit) -> bool:
    return any(term is not None and isinstance(term.operator, PairOrder) for term in visit.terms)


def _stands(term: Term, block: ir.Block) -> bool:
    """Whether the values of a fold of pairs are still there where the places are whole."""
    if not isinstance(term.operator, PairOrder):
        return True
    values, places = (_index_of(base, block) for base in (term.operator.values, term.base))
    between = operations(block)[values + 1 : places + 1]
    return values <= places and not any(may_alias(term.operator.values.buffer, w) for op in between for w in effects_of(op).writes())


def _index_of(base: Base, block: ir.Block) -> int:
    """Which operation of the block was the last that made an array what it is; -1 for none."""
    return -1 if base.after is None else operations(block).index(base.after)


def _is_plain(value: ir.Value, block: ir.Block) -> bool:
    """Whether a value is already the result of a loop in `block` that folds elements one by one."""
    op = defining(value)
    if op is None or op.name != "scf.for" or op.block != block or not all(map(_is_constant, list(op.operands)[3:])):
        return False
    names = [inner.name for inner in operations(body(op)) if not inner.name.startswith("arith.") or inner.name in IDENTITIES]
    folds = [n for n in names if n in IDENTITIES and n != "arith.addi"]
    return names.count("memref.load") == 1 and len(folds) == 1 and all(n in ("memref.load", "scf.yield", *IDENTITIES) for n in names)


def _is_constant(value: ir.Value) -> bool:
    op = defining(value)
    return op is not None and op.name == "arith.constant"


def _lanes_at(uses: list[ir.OpOperand], visit: Visit, execution: LaneExecution) -> list[bool] | None:
    """The lanes that come by the uses of a value; all that have the value where that is not known."""
    lanes = [False] * len(visit.terms)
    for use in uses:
        op = use.owner.operation
        while op not in execution.active_at and op.parent is not None:
            op = op.parent.operation
        active = execution.active_at.get(op)  # None where the use is behind the lanes' code
        if active is None or len(active) != len(lanes):
            return visit.active
        lanes = [a or b for a, b in zip(lanes, active, strict=True)]
    return lanes


def _is_step(use: ir.OpOperand, execution: LaneExecution) -> bool:
    """Whether a use is a further step of the tree: stored for other lanes, folded further, passed on."""
    op = use.owner.operation
    if op.name == "memref.store":
        return use.operand_number == 0 and op.operands[1] in execution.arrays and _inside(op.operands[1], execution.block)
    if op.name in ("scf.yield", "scf.condition"):
        return op.block != execution.block
    if op.name in ("scf.for", "scf.while"):
        return all(result in execution.visits for result in op.results)
    if len(op.results) == 1 and op.results[0] in execution.conditions:
        return True
    steps = op.name in IDENTITIES or op.name == "arith.select"
    if not steps or op.results[0] not in execution.visits:
        return False
    return any(term is not None for term in execution.visits[op.results[0]].terms)


def _inside(buffer: ir.Value, block: ir.Block) -> bool:
    """Whether an array is allocated in the block, so that nothing outside reads it."""
    return ancestor_in(block, defining(buffer)) is not None


def _fold_of(visit: Visit, lanes: list[bool] | None) -> tuple[Term, LaneSets] | None:
    """What the lanes hold, if each holds a fold of a regular set of elements of one array."""
    if lanes is None or not any(lanes):
        return None
    terms = list(compress(visit.terms, lanes))
    first = terms[0]
    if first is None or first.base is None or first.operator is None:
        return None
    for term in terms:
        if term is None or (term.operator, term.base, term.extras) != (first.operator, first.base, first.extras):
            return None
    coordinates = {v: list(compress(numbers, lanes)) for v, numbers in visit.coordinates.items()}
    sets = fit_lane_sets([term.mask for term in terms], coordinates)
    return (first, sets) if sets and sets.count > 1 else None


def _replace(block: ir.Block, value: ir.Value, uses: list[ir.OpOperand], term: Term, sets: LaneSets, made: dict[tuple, ir.Value]) -> None:
    ip = _after(block, term.base.after)
    folds = _folds(term, value.type)
    ahead = [0, term.operator.ahead] if isinstance(term.operator, PairOrder) else [0]
    keys = [(fold.operator, fold.base, fold.extras, sets.moved(by).groups_key()) for (fold, _), by in zip(folds, ahead, strict=True)]
    with defining(value).location:
        if keys[0] not in made:
            results = _reduction(folds, sets, ip, index_start=None) if sets.groups == 1 else _group_results(folds, sets, ip)
            for key, result in zip(keys, results, strict=True):
                made.setdefault(key, result)
        if sets.groups == 1:
            value.replace_all_uses_with(made[keys[0]])
            return
        for op in dict.fromkeys(use.owner.operation for use in uses):  # at the use: other lanes may have no group
            with ir.InsertionPoint(op):
                op.replace_uses_of_with(value, memref.load(made[keys[0]], [sets.group_index()]))


Folds = list[tuple[Term, ir.Type]]


def _folds(term: Term, kind: ir.Type) -> Folds:
    """What one loop folds: the elements, or the places and, where they are whole at the same time, their values."""
    order = term.operator
    if not isinstance(order, PairOrder):
        return [(term, kind)]
    values = order.values.element
    neutral = identity_number(order.value, values)
    extras = tuple(number for number, _ in term.extras if number != neutral)
    return [(term, kind), (Term(order.value, order.values, order.values_mask(term.mask), extras), values)]


def _after(block: ir.Block, op: ir.Operation | None) -> ir.InsertionPoint:
    """The place behind `op`, or, for None, the start of the block behind its allocations."""
    following = operations(block)
    if op is not None:
        return ir.InsertionPoint(following[following.index(op) + 1])
    return ir.InsertionPoint(next(o for o in following if o.name != "memref.alloca"))


def _group_results(folds: Folds, sets: LaneSets, ip: ir.InsertionPoint) -> list[ir.Value]:
    """Arrays with the reductions of each group."""
    with ip:
        arrays = [memref.alloca(ir.MemRefType.get([sets.groups], kind), [], []) for _, kind in folds]
    loop = new_forall(sets.groups, ir.Location.current, ip)
    inside = ir.InsertionPoint(terminator(body(loop)))
    values = _reduction(folds, sets, inside, index_start=variable(loop))
    with inside:
        for value, array in zip(values, arrays, strict=True):
            memref.store(value, array, [variable(loop)])
    return arrays


def _reduction(folds: Folds, sets: LaneSets, ip: ir.InsertionPoint, index_start: ir.Value | None) -> list[ir.Value]:
    """A loop that folds the elements of one group: its results, in the order of the folds."""
    (term, kind), *values = folds
    operator = term.operator
    if isinstance(operator, PairOrder):
        return _place(operator, term, (values[0][1], kind), sets, ip, index_start)
    with ip:
        start = identity(operator, kind)
        for extra in term.extras:
            start = _number(kind, extra)
        count = index(sets.count)
    loop = new_fold(count, start, ir.Location.current, ip)
    with ir.InsertionPoint(body(loop)):
        element = _element(term.base, sets.element(index_start, variable(loop)))
        result = ir.Operation.create(term.operator, [kind], [body(loop).arguments[1], element]).results[0]
        ir.Operation.create("scf.yield", operands=[result])
    return [loop.results[0]]


def _place(
    order: PairOrder, term: Term, kinds: tuple[ir.Type, ir.Type], sets: LaneSets, ip: ir.InsertionPoint, index_start: ir.Value | None
) -> list[ir.Value]:
    """A loop that finds the greatest value of one group and its place: the place and the value."""
    with ip:
        starts = [identity(operator, each) for operator, each in zip((order.value, order.place), kinds, strict=True)]
        for extra in term.extras:
            starts = [_number(each, number) for each, number in zip(kinds, extra, strict=True)]
        count = index(sets.count)
    loop = new_for(count, starts, unnamed(ir.Location.current), ip)
    name_accumulators(loop, [unnamed(ir.Location.current), ir.Location.current])
    with ir.InsertionPoint(body(loop)):
        position = sets.element(index_start, variable(loop))
        beside = arith.addi(position, index(order.ahead)) if order.ahead else position
        new = _element(order.values, beside), _element(term.base, position)
        ir.Operation.create("scf.yield", operands=list(pair_step(order.value, order.place, new, tuple(body(loop).arguments)[1:])))
    return [loop.results[1], loop.results[0]]


def _element(base: Base, position: ir.Value) -> ir.Value:
    element = memref.load(base.buffer, _subscripts(position, ir.MemRefType(base.buffer.type).shape))
    return element if base.view is None else arith.bitcast(base.view, element)


def _number(kind: ir.Type, number: float) -> ir.Value:
    return ir.Operation.create("arith.constant", [kind], attributes={"value": _attribute(kind, number)}).results[0]


def _attribute(kind: ir.Type, number: float) -> ir.Attribute:
    return ir.FloatAttr.get(kind, number) if not isinstance(kind, ir.IntegerType) else ir.IntegerAttr.get(kind, int(number))


def _subscripts(position: ir.Value, shape: list[int]) -> list[ir.Value]:
    """A row-major position as one subscript for each dimension."""
    subscripts: list[ir.Value] = []
    for size in list(shape)[:0:-1]:
        subscripts.insert(0, ir.Operation.create("arith.remui", [position.type], [position, index(size)]).results[0])
        position = ir.Operation.create("arith.floordivsi", [position.type], [position, index(size)]).results[0]
    return [position, *subscripts]
