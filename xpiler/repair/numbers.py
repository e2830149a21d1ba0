"""Edits of numbers: constants where they are used, static bounds of loops, one more or less, another value in scope."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith

from xpiler.repair.edit import Edit, Hole, Undo, constant, is_float, is_integer, number_of, set_attribute, set_operand, with_new
from xpiler.repair.program import Facts, label

MOST_FLOATS = 5  # values in scope that are tried for a float operand
# Of sums, products, maxima and minima.
IDENTITIES = (0.0, 1.0, float("-inf"), float("inf"), -3.4028234663852886e38)


def integer_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Other numbers for each integer operand: for a constant other constants, for a value its neighbours and what else is in scope."""
    for position, value in enumerate(op.operands):
        if not is_integer(value.type) or op.name in ("xpiler.extent", "xpiler.assume"):
            continue
        number = number_of(value)
        if op.name == "xpiler.launch" and number == 1:
            continue  # a direction that is not used
        if number is not None:
            yield from (_number(op, position, new, cost) for new, cost in alternatives(int(number), facts))
        else:
            yield from _shifted(op, position)
        yield from _others(op, position, facts)


def alternatives(number: int, facts: Facts) -> Iterator[tuple[int, float]]:
    """Numbers that somebody may have meant: neighbours first, then constants of both programs, doubles and halves."""
    lonely = 0.0 if facts.uses(number) <= 1 else 0.6  # a number that stands once is the first to doubt
    given = [
        (number + 1, 1.0),
        (number - 1, 1.0),
        (2 * number, 1.05),
        (number // 2, 1.05),
        (0, 1.35),
        (-number, 2.0),
        (4 * number, 1.5),
        (number // 4, 1.5),
    ]
    near = sorted(facts.integers, key=lambda c: (abs(c - number), c))
    given += [(c, 1.1 + 0.05 * k) for k, c in enumerate(near[:10])]
    best: dict[int, float] = {}
    for new, cost in given:
        if new != number:
            best[new] = min(cost, best.get(new, cost))
    yield from sorted(((new, cost + lonely) for new, cost in best.items()), key=lambda item: item[1])


def _number(op: ir.Operation, position: int, new: int, cost: float = 1.0) -> Edit:
    kind, old = op.operands[position].type, int(number_of(op.operands[position]))
    return Edit(
        "constant",
        op,
        f"{label(op)}: {old} becomes {new}",
        lambda: with_new(op, position, lambda: constant(kind, new)),
        (op, position),
        cost,
        Hole(old, new, lambda n: _number(op, position, n)),
    )


def _shifted(op: ir.Operation, position: int) -> Iterator[Edit]:
    kind = op.operands[position].type
    for step in (1, -1):
        yield Edit(
            "bound",
            op,
            f"{label(op)}: one {'more' if step > 0 else 'less'}",
            lambda step=step: with_new(
                op, position, lambda: (arith.addi if step > 0 else arith.subi)(op.operands[position], constant(kind, 1))
            ),
            (op, position),
            1.4,
        )


def share_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """A quotient that is rounded down and should be rounded up: `n / p` becomes `(n + p - 1) / p`."""
    if op.name not in ("arith.divsi", "arith.divui", "arith.floordivsi"):
        return
    kind = op.operands[0].type

    def make() -> ir.Value:
        return arith.addi(op.operands[0], arith.subi(op.operands[1], constant(kind, 1)))

    yield Edit("bound", op, f"{label(op)} is rounded up", lambda: with_new(op, 0, make), (op, "up"), 0.9)


COPIES = ("bang.memcpy", "bang.move")


def byte_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """A count of bytes that is one of elements, or the other way round: of one copy, or of all that have it."""
    if not op.name.startswith(COPIES):
        return
    element = ir.MemRefType(op.operands[0].type).element_type
    size = element.width // 8 if isinstance(element, (ir.IntegerType, ir.FloatType)) else 0
    for position, value in enumerate(op.operands):
        if size > 1 and is_integer(value.type) and number_of(value) is None:
            for what, make in (("times", arith.muli), ("divided by", arith.divsi)):
                text = f"{label(op)}: {facts.name(value)} {what} {size}"
                yield Edit("constant", op, text, lambda p=position, m=make: _by_size([(op, p)], m, size), (op, position, what), 1.0)
                alike = [(use.owner.operation, use.operand_number) for use in value.uses if use.owner.name.startswith(COPIES)]
                if len(alike) > 1:
                    text = f"{label(op)}, and all copies that {facts.name(value)} measures: {what} {size}"
                    yield Edit("constant", op, text, lambda a=alike, m=make: _by_size(a, m, size), (op, position, what, "all"), 0.95)


def _by_size(operands: list[tuple[ir.Operation, int]], make, size: int) -> Undo:
    undos = [
        with_new(op, position, lambda op=op, position=position: make(op.operands[position], constant(op.operands[position].type, size)))
        for op, position in operands
    ]

    def undo() -> None:
        for one in reversed(undos):
            one()

    return undo


def _others(op: ir.Operation, position: int, facts: Facts) -> Iterator[Edit]:
    old = op.operands[position]
    for rank, value in enumerate(facts.in_scope(op, old.type)):
        if value != old:
            text = f"{label(op)}: {facts.name(old)} becomes {facts.name(value)}"
            yield Edit("number", op, text, lambda value=value: set_operand(op, position, value), (op, position), 1.5 + 0.06 * rank)


def float_value_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Another float in scope for an operand, first one that is computed and used nowhere: somebody meant to use it."""
    for position, old in enumerate(op.operands):
        if not is_float(old.type):
            continue
        others = [v for v in facts.in_scope(op, old.type) if v != old and v not in op.results]
        unused = [v for v in others if not any(True for _ in v.uses)]
        for rank, value in enumerate([*unused, *(v for v in others if v not in unused)][:MOST_FLOATS]):
            text = f"{label(op)}: {facts.name(old)} becomes {facts.name(value)}"
            cost = 0.6 if value in unused else 1.7 + 0.06 * rank
            yield Edit("number", op, text, lambda p=position, v=value: set_operand(op, p, v), (op, position), cost)


def bypass_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Uses of a result take an operand instead: an operation too many. `n - 1` for `n` is what people slip on most."""
    if len(op.results) != 1 or not op.name.startswith("arith.") or not op.operands:
        return
    cost = 0.6 if op.name in ("arith.addi", "arith.subi") and 1 in map(number_of, op.operands) else 1.3
    for value in op.operands:
        if value.type == op.results[0].type and number_of(value) != 1:
            yield Edit("bound", op, f"{label(op)} falls away", lambda value=value: _bypassed(op, value), (op, "result"), cost)


def _bypassed(op: ir.Operation, value: ir.Value):
    users = [(use.owner.operation, use.operand_number) for use in op.results[0].uses]
    for user, position in users:
        user.operands[position] = value

    def undo() -> None:
        for user, position in users:
            user.operands[position] = op.results[0]

    return undo


def clamp_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """A length of a piece is cut at what is left: `length` becomes `min(length, total - first)` for each total and loop in scope.

    Where the length is used several times, all its uses are cut at once as well.
    """
    if op.name in ("arith.minsi", "arith.maxsi", "arith.select", "arith.addi", "arith.subi") and is_integer(op.results[0].type):
        for first in facts.loop_variables(op, op.results[0].type):
            for total in facts.totals(op, op.results[0].type):
                text = f"what {label(op)} gives: at most {facts.name(total)} - {facts.name(first)}"
                yield Edit("bound", op, text, lambda t=total, f=first: _cut(op, t, f), (op, "cut"), 1.2)
    if not op.name.startswith(("bang.", "scf.for", "arith.muli", "arith.index_cast")):
        return
    for position, value in enumerate(op.operands):
        if not is_integer(value.type) or number_of(value) in (0, 1):
            continue
        for first in facts.loop_variables(op, value.type):
            for total in facts.totals(op, value.type):
                yield _clamped(op, position, total, first, facts)


def _cut(op: ir.Operation, total: ir.Value, first: ir.Value) -> Undo:
    """All uses of a result take the smaller of it and of what is left."""
    result = op.results[0]
    users = [(use.owner.operation, use.operand_number) for use in result.uses]
    with ir.InsertionPoint.after(op), op.location:
        left = arith.subi(total, first)
        least = arith.minsi(result, left)
    for user, position in users:
        user.operands[position] = least

    def undo() -> None:
        for user, position in users:
            user.operands[position] = result
        for made in (least.owner, left.owner):
            made.operation.erase()

    return undo


def _clamped(op: ir.Operation, position: int, total: ir.Value, first: ir.Value, facts: Facts) -> Edit:
    def make() -> ir.Value:
        return arith.minsi(op.operands[position], arith.subi(total, first))

    text = f"{label(op)}: at most {facts.name(total)} - {facts.name(first)}"
    return Edit("bound", op, text, lambda: with_new(op, position, make), (op, position), 1.6)


def static_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Numbers that a loop or a shape has in attributes."""
    for name in ("staticLowerBound", "staticUpperBound", "staticStep"):
        if name not in op.attributes:
            continue
        values = list(ir.DenseI64ArrayAttr(op.attributes[name]))
        for k, old in enumerate(values):
            if old < -1 << 62:
                continue
            yield from (_static(op, name, k, new, cost) for new, cost in alternatives(old, facts))


def _static(op: ir.Operation, name: str, k: int, new: int, cost: float = 1.0) -> Edit:
    values = list(ir.DenseI64ArrayAttr(op.attributes[name]))
    changed = ir.DenseI64ArrayAttr.get([*values[:k], new, *values[k + 1 :]], op.context)
    text = f"{label(op)}: {values[k]} becomes {new}"
    hole = Hole(values[k], new, lambda n: _static(op, name, k, n))
    return Edit("constant", op, text, lambda: set_attribute(op, name, changed), (op, name, k), cost, hole)


def float_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Other float constants where one is used: those of both programs, the identities of sums and products, the other sign."""
    for position, value in enumerate(op.operands):
        number = number_of(value)
        if number is None or is_integer(value.type) or not is_float(value.type):
            continue
        for rank, new in enumerate(float_alternatives(float(number), facts)):
            if not turns_sign(op, number, new):
                yield float_hole(op, position, new, 1.0 + 0.04 * rank)


def float_alternatives(number: float, facts: Facts) -> list[float]:
    """Numbers that somebody may have meant: another sign, constants of both programs, identities, doubles and halves."""
    wanted = dict.fromkeys((-number, *facts.floats, *IDENTITIES, 2 * number, number / 2))
    return [new for new in wanted if new != number]


def definition_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Another number where a constant is made, for all that use it."""
    number = number_of(op.results[0])
    if number is None:
        return
    if is_float(op.results[0].type):
        for rank, new in enumerate(float_alternatives(float(number), facts)):
            yield defined(op, new, 1.1 + 0.04 * rank)
    elif is_integer(op.results[0].type):
        yield from (defined(op, new, cost + 0.5) for new, cost in alternatives(int(number), facts))


def defined(op: ir.Operation, new: int | float, cost: float = 0.5) -> Edit:
    """The edit that gives a constant another number."""
    kind, old = op.results[0].type, number_of(op.results[0])
    made = ir.FloatAttr.get(kind, new) if is_float(kind) else ir.IntegerAttr.get(kind, int(new))
    text = f"{label(op)}, wherever it is used: {_words(old)} becomes {_words(new)}"
    hole = None if is_float(kind) else Hole(int(old), int(new), lambda n: defined(op, n))
    return Edit("float" if is_float(kind) else "size", op, text, lambda: set_attribute(op, "value", made), (op, "value"), cost, hole)


def _words(number: int | float) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)


def turns_sign(op: ir.Operation, old: float, new: float) -> bool:
    """Whether another operator says the same as another sign would."""
    return new == -old and op.name in ("arith.addf", "arith.subf")


def float_hole(op: ir.Operation, position: int, new: float, cost: float = 0.5) -> Edit:
    """The edit that puts a float into an operand."""
    kind, old = op.operands[position].type, number_of(op.operands[position])
    text = f"{label(op)}: {old:g} becomes {new:g}"
    return Edit("float", op, text, lambda: with_new(op, position, lambda: constant(kind, new)), (op, position), cost)
