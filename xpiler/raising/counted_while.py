"""`scf.while` that counts becomes `scf.for` over index.

    while (c + 16 <= n) { ...; c += 16; }      and c used afterwards (the scalar tail of a vector loop)

The condition compares the counter plus a constant with an invariant bound, nothing else is tested, and the counter
grows by an invariant step, signed and without wrapping, or unsigned: that a counter which may wrap around does so before
it meets its bound is taken not to happen. A step that is not constant, such as the threads of a grid whose size depends on
the data's, is at least one wherever the loop runs at all: a loop that stays where it is never ends, and one that goes down
overflows. The bound is computed in 64 bits, where it cannot wrap either, and the counter's last value is
start + step * ceil((bound - start) / step).
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import base_buffer, effects_of, may_alias
from xpiler.transforms.rewriting import defined_inside, take_place

SLT, SLE, ULT, ULE = 2, 3, 6, 7


@dataclass(frozen=True)
class Counter:
    """Which carried value counts, by how much, and `counter < bound - shift` as the test, of signed numbers or not."""

    position: int
    step: int | ir.Value
    bound: ir.Value
    shift: int
    unsigned: bool


def count_whiles(function: ir.Operation) -> None:
    """Rewrites every counting `scf.while` of a function, inner ones first."""
    from xpiler.raising.counted_after import count_after
    from xpiler.raising.counted_down import count_down

    for loop in reversed(_whiles(function)):
        _hoist_invariants(loop)
        counter = _recognise(loop)
        if counter is not None:
            _rewrite(loop, counter)
        elif not count_down(loop):
            count_after(loop)


def _whiles(operation: ir.Operation) -> list[ir.Operation]:
    found = []
    for region in operation.regions:
        for block in region.blocks:
            for op in block.operations:
                if op.operation.name == "scf.while":
                    found.append(op.operation)
                found += _whiles(op.operation)
    return found


def _recognise(loop: ir.Operation) -> Counter | None:
    before, after = (region.blocks[0] for region in loop.regions)
    condition, *forwarded = list(before.operations)[-1].operation.operands
    if list(forwarded) != list(before.arguments):
        return None
    comparison = defining(condition)
    if comparison is None or comparison.name != "arith.cmpi" or comparison.block != before:
        return None
    predicate = ir.IntegerAttr(comparison.attributes["predicate"]).value
    counted, bound = comparison.operands
    unsigned = predicate in (ULT, ULE)
    if unsigned:
        counted = _narrow(counted)
    shifted = _shifted(counted, unsigned=unsigned)
    if predicate not in (SLT, SLE, ULT, ULE) or shifted is None or _inside(bound, before):
        return None
    argument, constant = shifted
    if argument not in list(before.arguments) or not is_arithmetic_alone(before):
        return None
    position = list(before.arguments).index(argument)
    step = _step(after, position, loop)
    if step is None:
        return None
    return Counter(position, step, bound, constant - (1 if predicate in (SLE, ULE) else 0), unsigned)


def _hoist_invariants(loop: ir.Operation) -> None:
    """What the test and the step do not take from the loop, such as `n - 16` or `rows[i + 1]`, is computed before the loop.

    The test is made at least once, the body perhaps never.
    """
    before, after = (region.blocks[0] for region in loop.regions)
    for block in (before, after):
        for op in [op.operation for op in list(block.operations)[:-1]]:
            if any(defined_inside(v, loop) for v in op.operands):
                continue
            if op.name.startswith("arith.") and (block == before or _may_be_guessed(op)):
                op.move_before(loop)
            elif op.name == "memref.load" and block == before and _keeps(loop, op.operands[0]):
                op.move_before(loop)


def _keeps(loop: ir.Operation, buffer: ir.Value) -> bool:
    """Whether nothing in the loop can change what a buffer holds."""
    effects, base = effects_of(loop), base_buffer(buffer)[0]
    return effects.unknown is None and not any(may_alias(base, written) for written in effects.written())


def _may_be_guessed(op: ir.Operation) -> bool:
    """Whether arithmetic may run where the source does not run it: no division, and no conversion whose result may not fit."""
    return not any(word in op.name for word in ("div", "rem", "fpto"))


def is_arithmetic_alone(block: ir.Block) -> bool:
    """Whether the condition's block is arithmetic alone."""
    return all(op.operation.name.startswith("arith.") for op in list(block.operations)[:-1])


def _narrow(value: ir.Value) -> ir.Value:
    """The counter behind a widening (`unsigned i; size_t n; i < n`): what is compared is the same number."""
    op = defining(value)
    return op.operands[0] if op is not None and op.name == "arith.extui" else value


def _shifted(value: ir.Value, *, unsigned: bool) -> tuple[ir.Value, int] | None:
    """`argument + constant` without wrapping, as a pair."""
    if isinstance(value, ir.BlockArgument):
        return value, 0
    op = defining(value)
    if op is not None and op.name == "arith.addi" and (not _is_signed(op) if unsigned else _no_wrap(op)):
        left, right = op.operands
        constant = number(right)
        if isinstance(left, ir.BlockArgument) and constant is not None:
            return left, constant
    return None


def _step(after: ir.Block, position: int, loop: ir.Operation) -> int | ir.Value | None:
    """What a carried value grows by in every iteration, in either sign's arithmetic (`int i; i += 32u`).

    A positive constant, or a value from before the loop.
    """
    grown = list(after.operations)[-1].operation.operands[position]
    argument = after.arguments[position]
    parts = _shifted(grown, unsigned=True) or _shifted(grown, unsigned=False)
    if parts is not None:
        return parts[1] if parts[0] == argument and parts[1] > 0 else None
    op = defining(grown)
    if op is None or op.name != "arith.addi" or argument not in list(op.operands):
        return None
    left, right = op.operands
    step = right if left == argument else left
    return None if defined_inside(step, loop) else step


def _rewrite(loop: ir.Operation, counter: Counter) -> None:
    kind = loop.operands[counter.position].type
    others = [v for i, v in enumerate(loop.operands) if i != counter.position]
    with ir.InsertionPoint(loop), loop.location:
        start, bound = (_index(v, unsigned=counter.unsigned) for v in (loop.operands[counter.position], counter.bound))
        if counter.shift:
            bound = arith.subi(bound, arith.constant(ir.IndexType.get(), counter.shift))
        step = _step_value(counter)
        made = scf.ForOp(start, bound, step, others)
        last = _last(start, bound, step)
        results = list(made.results)
        results.insert(counter.position, last if kind == last.type else arith.index_cast(kind, last))
    _move_body(loop.regions[1].blocks[0], made, counter.position)
    for old, new in zip(loop.results, results, strict=True):
        old.replace_all_uses_with(new)
    loop.erase()


def _step_value(counter: Counter) -> ir.Value:
    if isinstance(counter.step, int):
        return arith.constant(ir.IndexType.get(), counter.step)
    step = _index(counter.step, unsigned=counter.unsigned)
    return arith.maxsi(step, arith.constant(ir.IndexType.get(), 1))


def _last(start: ir.Value, bound: ir.Value, step: ir.Value) -> ir.Value:
    zero = arith.constant(ir.IndexType.get(), 0)
    trips = arith.ceildivsi(arith.maxsi(arith.subi(bound, start), zero), step)
    return arith.addi(start, arith.muli(trips, step))


def _move_body(old: ir.Block, made: scf.ForOp, position: int) -> None:
    arguments = list(made.body.arguments)
    counter, carried = arguments[0], arguments[1:]
    with ir.InsertionPoint(made.body), made.operation.location:
        kind = old.arguments[position].type
        carried.insert(position, counter if kind == counter.type else arith.index_cast(kind, counter))
    for before, after in zip(old.arguments, carried, strict=True):
        take_place(after, before) if after in arguments else before.replace_all_uses_with(after)
    *body, last = [op.operation for op in old.operations]
    for op in body:
        made.body.append(op)
    with ir.InsertionPoint(made.body), made.operation.location:
        scf.yield_([v for i, v in enumerate(last.operands) if i != position])


def _index(value: ir.Value, *, unsigned: bool) -> ir.Value:
    if isinstance(value.type, ir.IndexType):
        return value
    return (arith.index_castui if unsigned else arith.index_cast)(ir.IndexType.get(), value)


def defining(value: ir.Value) -> ir.Operation | None:
    """The operation that gives a value; None for an argument."""
    owner = value.owner
    return None if isinstance(owner, ir.Block) else owner.operation


def _inside(value: ir.Value, block: ir.Block) -> bool:
    op = defining(value)
    return value in list(block.arguments) if op is None else op.block == block


def _no_wrap(op: ir.Operation) -> bool:
    return isinstance(op.results[0].type, ir.IndexType) or "nsw" in str(
        op.attributes["overflowFlags"] if "overflowFlags" in op.attributes else ""
    )


def _is_signed(op: ir.Operation) -> bool:
    return isinstance(op.results[0].type, ir.IntegerType) and _no_wrap(op)


def number(value: ir.Value) -> int | None:
    """The integer that a value is, as a constant."""
    op = defining(value)
    if op is None or op.name != "arith.constant" or not isinstance(op.attributes["value"], ir.IntegerAttr):
        return None
    return ir.IntegerAttr(op.attributes["value"]).value
