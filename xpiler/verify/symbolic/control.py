"""Loops, branches and calls."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.forall import DYNAMIC, loop_number
from xpiler.verify.symbolic import digits, flat
from xpiler.verify.symbolic.carried import Carried
from xpiler.verify.symbolic.counted_loops import counted, in_digits, over_threads
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import Condition, Group, Pointer
from xpiler.verify.symbolic.ranges import ends_in_range, nonnegative
from xpiler.verify.symbolic.scalars import choose
from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    PwAff,
    Set,
    as_relation,
    fresh,
    functions,
    holds,
    name,
    number,
    project_out,
    substitute_in_set,
)
from xpiler.verify.symbolic.strides import distance, step_of
from xpiler.verify.symbolic.walker import Walker, handles
from xpiler.verify.terms.term import Term

MOST_UNROLLED = 32


@handles("scf.for")
def for_(w: Walker, op: ir.Operation) -> None:
    """A counted loop; the coordinate is the number of the iteration, so that loops of all threads go in step."""
    block = op.regions[0].blocks[0]
    low, high, step = (w.integer(v, "a loop bound") for v in list(op.operands)[:3])
    initial = [w.env[v] for v in list(op.operands)[3:]]
    if "unsignedCmp" in op.attributes and not (nonnegative(w, low) and nonnegative(w, high)):
        raise NotModelled("an unsigned loop whose bounds may be negative")
    if _wants_unrolling(op, low, high, step):
        _unrolled_for(w, op, low.constant, high.constant, step.constant, initial)
        return
    place = ("loop", w.number_of_place(), "")
    is_flat = not initial and flat.is_over_threads(w, low, step)
    if place in w.reading.digits:
        (over_threads if is_flat else in_digits)(w, op, digits.taken_apart(w, place), high, step)
        return
    counter = fresh("k")
    difference = distance(w, low, high)
    try:
        by = step_of(w, step, difference)
    except NotModelled:
        if is_flat:
            raise digits.DigitsWanted(place) from None
        raise
    if is_flat or (not initial and low.constant == 0 and step.constant == 1):
        w.counted.append((place, low.plus(Int.of(by.times(counter)))))
    condition = name(counter).ge_set(number(0)).intersect(by.times(counter).lt_set(difference))
    trips = by.trips(difference)
    ends_in_range(w, op.operands[0].type, low.plus(Int.of(by.after(trips))))
    carried = Carried(w, list(block.arguments)[1:], initial, _yielded(block), counter)
    carried.enter()
    with w.loop(counter, condition):
        w.env[block.arguments[0]] = low.plus(Int.of(by.times(counter)))
        carried.begin()
        results = w.block(block)
        carried.end(results)
    for result, value in zip(op.results, carried.leave(trips), strict=True):
        w.env[result] = value


def _yielded(block: ir.Block) -> list[ir.Value]:
    return list(block.operations[len(block.operations) - 1].operands)


def _wants_unrolling(op: ir.Operation, low: Int, high: Int, step: Int) -> bool:
    """Short loops of constant bounds whose counter is the amount of a shift, or in which lanes exchange values."""
    bounds = [v.constant for v in (low, high, step)]
    if None in bounds or len(range(*bounds)) > MOST_UNROLLED:
        return False
    return _any(op, lambda inner: inner.name in ("arith.shrsi", "arith.shrui", "arith.shli") or inner.name.endswith(".shuffle"))


def _any(op: ir.Operation, test) -> bool:
    found = False

    def visit(inner: ir.Operation) -> ir.WalkResult:
        nonlocal found
        found = found or test(inner)
        return ir.WalkResult.INTERRUPT if found else ir.WalkResult.ADVANCE

    op.walk(visit)
    return found


def _unrolled_for(w: Walker, op: ir.Operation, low: int, high: int, step: int, values: list) -> None:
    block = op.regions[0].blocks[0]
    for number_ in range(low, high, step):
        w.env[block.arguments[0]] = Int.of(number_)
        for argument, value in zip(list(block.arguments)[1:], values, strict=True):
            w.env[argument] = value
        values = [w.env[v] for v in w.block(block)]
    for result, value in zip(op.results, values, strict=True):
        w.env[result] = value


@handles("scf.while")
def while_(w: Walker, op: ir.Operation) -> None:
    """A loop on known integers: unrolled where all it looks at are constants, else counted."""
    before, after = (region.blocks[0] for region in op.regions)
    values = [w.env[v] for v in op.operands]
    if _has_constant_control(w, op, values):
        _unrolled_while(w, op, before, after, values)
    else:
        _counted_while(w, op, before, after, values)


def _has_constant_control(w: Walker, op: ir.Operation, values: list) -> bool:
    """Whether the condition is a known constant at the first test and does not look at memory."""
    before = op.regions[0].blocks[0]
    if _any_effect(before):
        return False
    for argument, value in zip(before.arguments, values, strict=True):
        w.env[argument] = value
    operands = w.block(before)
    return _constant_condition(w, operands[0]) is not None


def _any_effect(block: ir.Block) -> bool:
    return any(op.operation.name.partition(".")[0] not in ("arith", "math", "scf") for op in block.operations)


def _constant_condition(w: Walker, value: ir.Value) -> bool | None:
    condition = w.env[value]
    if not isinstance(condition, Condition):
        return None
    if condition.yes.plain_is_universe() or condition.yes.is_equal(EVERYWHERE):
        return True
    return False if condition.yes.is_empty() else None


def _unrolled_while(w: Walker, op: ir.Operation, before: ir.Block, after: ir.Block, values: list) -> None:
    for _ in range(4 * MOST_UNROLLED):
        for argument, value in zip(before.arguments, values, strict=True):
            w.env[argument] = value
        condition, *handed = w.block(before)
        goes_on = _constant_condition(w, condition)
        handed_values = [w.env[v] for v in handed]
        if goes_on is None:
            raise NotModelled("a loop whose condition is constant at first only")
        if not goes_on:
            for result, value in zip(op.results, handed_values, strict=True):
                w.env[result] = value
            return
        for argument, value in zip(after.arguments, handed_values, strict=True):
            w.env[argument] = value
        values = [w.env[v] for v in w.block(after)]
    raise NotModelled("a loop that does not end after a known number of iterations")


def _counted_while(w: Walker, op: ir.Operation, before: ir.Block, after: ir.Block, values: list) -> None:
    """Iteration k is reached where the condition holds in all iterations up to k."""
    if _any_effect(before):
        raise NotModelled("a loop whose condition has effects")
    handed = _handed_on(before)
    counter = fresh("k")
    yielded = [_through(v, after, handed) for v in _yielded(after)]
    carried = Carried(w, list(before.arguments), values, yielded, counter)
    carried.enter()
    with w.loop(counter, name(counter).ge_set(number(0))):
        carried.begin()
        with w.box.muted():
            holds_at = w.condition(w.block(before)[0])
        counting = w.domain
    goes_on, trips = _iterations(counting, holds_at, counter, w)
    with w.loop(counter, goes_on):
        carried.begin()
        operands = w.block(before)[1:]
        for argument, operand in zip(after.arguments, operands, strict=True):
            w.env[argument] = w.env[operand]
        carried.end_with([w.env[v] for v in w.block(after)])
    final = carried.leave(trips)
    for argument, value in zip(before.arguments, final, strict=True):
        w.env[argument] = value
    for result, operand in zip(op.results, w.block(before)[1:], strict=True):
        w.env[result] = w.env[operand]


def _handed_on(before: ir.Block) -> dict[int, ir.Value]:
    operands = list(before.operations[len(before.operations) - 1].operands)[1:]
    return dict(enumerate(operands))


def _through(value: ir.Value, after: ir.Block, handed: dict[int, ir.Value]) -> tuple[ir.Value, ir.Block, dict[int, ir.Value]]:
    return (value, after, handed)


def _iterations(counting: Set, condition: Set, counter: str, w: Walker) -> tuple[Set, PwAff]:
    """Where the loop goes on, and how many iterations it has.

    The end is the first iteration at which the condition fails; there must be one for everything that gets here.
    """
    fails = counting.intersect_params(w.box.sizes).subtract(condition)
    earlier = fresh("earlier")
    before = substitute_in_set(fails, {counter: name(earlier)})
    some_earlier = project_out(before.intersect_params(name(earlier).lt_set(name(counter))), [earlier])
    first = fails.subtract(some_earlier).coalesce()
    reached = project_out(first, [counter])
    if not holds(reached, w.domain.intersect_params(w.box.sizes)):
        raise NotModelled("a loop that is not shown to end")
    trips = _value_of(first, counter)
    return name(counter).ge_set(number(0)).intersect(name(counter).lt_set(trips)), trips


def _value_of(points: Set, of: str) -> PwAff:
    """The value of a coordinate that the others determine."""
    return functions(as_relation("", [of], points).reset_tuple_id())[0]


@handles("scf.if")
def if_(w: Walker, op: ir.Operation) -> None:
    """A branch on sizes and coordinates; one on data only where both sides just compute."""
    condition = w.env[op.operands[0]]
    blocks = [region.blocks[0] if region.blocks else None for region in op.regions]
    if isinstance(condition, Term):
        _choice_of_data(w, op, condition, blocks)
        return
    outcomes = []
    for block, where in zip(blocks, (condition.yes, condition.yes.complement()), strict=False):
        if block is None:
            continue
        with w.under(where):
            if "xpiler.after_exit" in op.attributes:
                w.exited = where if w.exited is None else w.exited.intersect_params(where)
            empty = w.domain.intersect_params(w.box.sizes).is_empty() and not op.results
            outcomes.append([] if empty else [w.env[v] for v in w.block(block)])
    for result, yes, no in zip(op.results, *outcomes, strict=False) if len(op.results) else ():
        w.env[result] = choose(condition, yes, no)


def _choice_of_data(w: Walker, op: ir.Operation, condition: Term, blocks: list) -> None:
    before, barriers = len(w.trace.accesses), len(w.trace.barriers)
    outcomes = [[w.env[v] for v in w.block(block)] if block else [] for block in blocks]
    if any(a.writes for a in w.trace.accesses[before:]) or len(w.trace.barriers) > barriers or not len(op.results):
        raise NotModelled("a branch on data that stores")
    for result, yes, no in zip(op.results, *outcomes, strict=True):
        if isinstance(yes, Pointer):
            raise NotModelled("a choice of buffers")
        w.env[result] = choose(condition, yes, no)


@handles("scf.forall")
def forall(w: Walker, op: ir.Operation) -> None:
    """Parallel iterations: coordinates of a group; that no two of them meet is shown apart."""
    if len(op.results):
        raise NotModelled("a parallel loop with results")
    block = op.regions[0].blocks[0]
    bounds = _forall_bounds(w, op)
    before = (w.domain, w.dims, w.time, w.groups)
    number_, names = w.number_of_place(), []
    for axis, (bound, argument) in enumerate(zip(bounds, block.arguments, strict=True)):
        of, value = counted(w, ("forall", number_, str(axis)), *bound)
        names += of
        w.env[argument] = value
    w.groups = (*w.groups, Group(tuple(names), w.dims, number=loop_number(op)))
    w.dims = (*w.dims, *names)
    w.time = [*w.time, *[x for of in names for x in (of, 0)]]
    w.block(block)
    w.domain, w.dims, w.time, w.groups = before
    w.tick()


def _forall_bounds(w: Walker, op: ir.Operation) -> list[tuple[Int, Int, int]]:
    dynamic = iter(op.operands)
    columns = []
    for attribute in ("staticLowerBound", "staticUpperBound", "staticStep"):
        numbers = ir.DenseI64ArrayAttr(op.attributes[attribute])
        columns.append([w.integer(next(dynamic)) if n == DYNAMIC else Int.of(n) for n in numbers])
    for step in columns[2]:
        if step.constant is None or step.constant <= 0:
            raise NotModelled("a parallel loop whose step is not a positive constant")
    return [(low, high, step.constant) for low, high, step in zip(*columns, strict=True)]


@handles("func.call")
def call(w: Walker, op: ir.Operation) -> None:
    """A call, in place."""
    function = w.functions[ir.FlatSymbolRefAttr(op.attributes["callee"]).value]
    for result, value in zip(op.results, w.call(function, [w.env[v] for v in op.operands]), strict=True):
        w.env[result] = value


@handles("cf.assert")
def assert_(w: Walker, op: ir.Operation) -> None:
    """A precondition: shown for all sizes."""
    w.require(w.condition(op.operands[0]), ir.StringAttr(op.attributes["msg"]).value)
