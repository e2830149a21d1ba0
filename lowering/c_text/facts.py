"""Facts in a kernel (`xpiler.extent`, `xpiler.assume`) as bounds of its scalar parameters; the operations themselves have no text."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk

Bounds = dict[int, tuple[int, int]]
_WIDEST = (-(1 << 63), (1 << 63) - 1)
_THROUGH = ("arith.index_cast", "arith.extsi")
_SLT, _SLE, _SGT, _SGE = 2, 3, 4, 5


def take_facts(function: ir.Operation) -> None:
    """Erases the facts of a function and leaves what they say about its parameters as the attribute `xpiler.bounds`.

    Facts under a condition say nothing of the parameters where it does not hold.
    """
    leave_bounds(function, stated_bounds(function))
    for op in [op for op in walk(function) if op.name in ("xpiler.extent", "xpiler.assume")]:
        op.erase()


def stated_bounds(function: ir.Operation) -> Bounds:
    """What the facts at a function's top say about its parameters."""
    bounds: Bounds = {}
    for op in [o.operation for o in function.regions[0].blocks[0].operations]:
        if op.name == "xpiler.extent":
            _size(op.operands[1], bounds)
        elif op.name == "xpiler.assume":
            _condition(op.operands[0], bounds)
    return bounds


def leave_bounds(function: ir.Operation, bounds: Bounds) -> None:
    """Puts bounds of parameters down where `bounds_of` finds them."""
    rows = [ir.DenseI64ArrayAttr.get([position, *pair]) for position, pair in sorted(bounds.items())]
    if rows:
        function.attributes["xpiler.bounds"] = ir.ArrayAttr.get(rows)


def bounds_of(function: ir.Operation) -> Bounds:
    """What `take_facts` left."""
    if "xpiler.bounds" not in function.attributes:
        return {}
    rows = [list(ir.DenseI64ArrayAttr(row)) for row in ir.ArrayAttr(function.attributes["xpiler.bounds"])]
    return {position: (low, high) for position, low, high in rows}


def _size(value: ir.Value, bounds: Bounds) -> None:
    """A size, and the sizes it is the product of, are not negative."""
    position = _parameter(value)
    if position is not None:
        _narrow(bounds, position, 0, None)
    elif not isinstance(value.owner, ir.Block) and value.owner.operation.name == "arith.muli":
        for operand in value.owner.operation.operands:
            _size(operand, bounds)


def _condition(value: ir.Value, bounds: Bounds) -> None:
    """A comparison of a parameter with a constant, or a conjunction of such."""
    if isinstance(value.owner, ir.Block):
        return
    op = value.owner.operation
    if op.name == "arith.andi":
        for operand in op.operands:
            _condition(operand, bounds)
    if op.name != "arith.cmpi":
        return
    position, limit = _parameter(op.operands[0]), _constant(op.operands[1])
    if position is None or limit is None:
        return
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    low = {_SGT: limit + 1, _SGE: limit, 0: limit}.get(predicate)
    high = {_SLT: limit - 1, _SLE: limit, 0: limit}.get(predicate)
    _narrow(bounds, position, low, high)


def _narrow(bounds: Bounds, position: int, low: int | None, high: int | None) -> None:
    old_low, old_high = bounds.get(position, _WIDEST)
    bounds[position] = (old_low if low is None else max(old_low, low), old_high if high is None else min(old_high, high))


def _parameter(value: ir.Value) -> int | None:
    """The position of the parameter that a value is, casts aside."""
    while not isinstance(value.owner, ir.Block):
        if value.owner.operation.name not in _THROUGH:
            return None
        value = value.owner.operation.operands[0]
    return value.arg_number


def _constant(value: ir.Value) -> int | None:
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "arith.constant":
        return None
    return ir.IntegerAttr(value.owner.operation.attributes["value"]).value
