"""Control flow: `scf.for`, `scf.while`, `scf.if`, `scf.forall` as C statements."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.attributes import bindings, is_dynamic
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.carried import aim, assign, carry, kept_variable, publish
from xpiler.lowering.c_text.conditional import as_ternary, negated
from xpiler.lowering.c_text.ctype import BOOL, INT, INT64, CType, scalar_type
from xpiler.lowering.c_text.expression import Expr, integer, leaf
from xpiler.lowering.c_text.halving import first_width, halved
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import as_signed, compare
from xpiler.lowering.c_text.knowledge import implied, knowing
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.memory_ops import declare_private_arrays
from xpiler.lowering.c_text.names import LOOP_WORDS, source_name
from xpiler.lowering.c_text.words import carried_words

CONTROL = Handlers()
UNROLL = "xpiler.unroll"  # on an `scf.for`: how many iterations the compiler is asked to write out
_LARGEST_STEP = 1 << 20


@CONTROL.writes("scf.yield", "scf.reduce", "scf.forall.in_parallel", "func.return")
def _terminator(body: Body, op: ir.Operation) -> None:
    """Written by the operation that holds the region."""


@CONTROL.writes("scf.for")
def _for(body: Body, op: ir.Operation) -> None:
    lower = body.signed(op.operands[0])
    upper, step = (_bound(body, v) for v in list(op.operands)[1:3])
    block = op.regions[0].blocks[0]
    variable, *arguments = block.arguments
    updates = list(block.operations[len(block.operations) - 1].operation.operands)
    names = carry(body, op, list(op.operands)[3:], arguments, updates)
    widths = halved(op, lower, upper, step)
    header, bound = _halving_header(body, widths) if widths else loop_header(body, variable, lower, upper, step)
    if UNROLL in op.attributes and body.language.unroll:
        body.line(body.language.unroll.format(ir.IntegerAttr(op.attributes[UNROLL]).value))
    with body.scope(header), knowing(body, {op.operands[1]: (lower.low + 1, None)}):
        body.values[widths[-1].results[0] if widths else variable] = bound
        body.names.claim(bound.text)
        body.loop_names.append(source_name(op.location))
        _carried_block(body, block, updates, names)
        body.loop_names.pop()
    publish(body, op, names)


def _halving_header(body: Body, widths: list[ir.Operation]) -> tuple[str, Expr]:
    """The `for (...)` over the widths of a tree, and the width with the range it has inside."""
    first = first_width(widths[-1])
    body.given.update(widths)
    named = source_name(widths[-1].location) or "width"
    name = body.names.free(named, "half")
    return f"for ({body.spell(INT)} {name} = {first}; {name} > 0; {name} /= 2)", leaf(name, INT, 1, first)


def _bound(body: Body, value: ir.Value) -> Expr:
    """A bound, which C evaluates at every step: it must read nothing that can change."""
    expr = body.signed(value)
    if expr.impure or expr.variables:
        return as_signed(body.declare(value, expr), body.width(value))
    return expr


def loop_header(body: Body, variable: ir.Value, lower: Expr, upper: Expr, step: Expr) -> tuple[str, Expr]:
    """The `for (...)` of a counted loop and its variable with the range it has inside."""
    ctype = _counter_type(variable, lower, upper, step)
    high = max(upper.high - 1, lower.low)
    name = _loop_name(body, variable)
    counter = leaf(name, ctype, lower.low, max(high, lower.low)) if ctype.holds(lower.low, high) else leaf(name, ctype)
    condition = compare("<", counter, upper, BOOL)
    advance = f"++{name}" if step.constant == 1 else f"{name} += {step.text}"
    return f"for ({body.spell(ctype)} {name} = {lower.text}; {condition.text}; {advance})", counter


def _counter_type(variable: ir.Value, lower: Expr, upper: Expr, step: Expr) -> CType:
    """The type of a counter: the source's, or for an index `int` where the bounds are ints: a bound is taken to be a step away from
    INT_MAX."""
    if str(variable.type) != "index":
        return scalar_type(variable.type)
    return INT if INT.holds(lower.low, lower.high) and INT.holds(lower.low, upper.high) and step.high <= _LARGEST_STEP else INT64


def _loop_name(body: Body, variable: ir.Value) -> str:
    """The source's name of a loop variable (on the argument or on the loop), else the first free of i, j, k..."""
    named = source_name(variable.location) or source_name(variable.owner.owner.location)
    wishes = ((named,) if named else ()) + LOOP_WORDS
    return next((w for w in wishes if not body.names.taken(w)), None) or f"{wishes[0]}_inner"


def _carried_block(body: Body, block: ir.Block, updates: list[ir.Value], names: list[str]) -> None:
    """A loop body and the assignments of its yield."""
    aim(body, block, updates, names)
    body.block(block)
    assign(body, names, [body.address(v) for v in updates])
    body.flush_all()


@CONTROL.writes("scf.if")
def _if(body: Body, op: ir.Operation) -> Expr | None:
    blocks = [r.blocks[0] for r in op.regions if len(r.blocks)]
    if len(op.results) == 1 and op.results[0] not in body.destinations:
        expr = as_ternary(body, op, blocks)
        if expr is not None:
            return expr
    condition = body.value(op.operands[0])
    body.flush_all()
    names = _result_variables(body, op)
    _branches(body, op, blocks, condition, names)
    publish(body, op, names)
    return None


def _result_variables(body: Body, op: ir.Operation) -> list[str]:
    """One variable a result: where it goes to, the one that a side leaves as it is, or a new one, declared before the conditional."""
    names: list[str] = []
    for position, result in enumerate(op.results):
        names.append(body.destinations.get(result) or kept_variable(body, op, position, names) or _new_variable(body, op, position))
    return names


def _new_variable(body: Body, op: ir.Operation, position: int) -> str:
    result = op.results[position]
    update = op.regions[0].blocks[0].operations[-1].operation.operands[position]
    named = source_name(op.location)
    name = body.names.claim(*((named,) if named and position == 0 else carried_words(body, op, update, update, update)))
    body.line(f"{body.spell(body.variable_type(result))} {name};")
    body.variables[name] = (body.variable_type(result), op.block)
    return name


def _branches(body: Body, op: ir.Operation, blocks: list[ir.Block], condition: Expr, names: list[str], keyword: str = "if") -> None:
    """The braces of both sides; a side that does nothing is left out, a lone conditional in the else side becomes `else if`."""
    mark = len(body.lines)
    with body.scope(f"{keyword} ({condition.text})"), knowing(body, implied(body, op.operands[0])):
        _branch(body, blocks[0], names)
    empty_then = len(body.lines) == mark + 2
    if len(blocks) == 1:
        return
    before = len(body.lines)
    chained = _chained(blocks[1])
    if chained is not None and not empty_then and _else_if(body, blocks[1], chained, names):
        return
    with body.scope("else"):
        _branch(body, blocks[1], names)
    if len(body.lines) == before + 2:
        del body.lines[before:]
    elif empty_then:
        del body.lines[mark + 1 : mark + 3]
        body.rewrite(mark, f"{keyword} ({negated(condition).text}) {{")


def _chained(block: ir.Block) -> ir.Operation | None:
    """The only operation of an else side, when it is a conditional whose results are the side's."""
    operations = [o.operation for o in block.operations]
    if len(operations) != 2 or operations[0].name != "scf.if":
        return None
    return operations[0] if list(operations[1].operands) == list(operations[0].results) else None


def _else_if(body: Body, block: ir.Block, inner: ir.Operation, names: list[str]) -> bool:
    condition = body.value(inner.operands[0])
    blocks = [r.blocks[0] for r in inner.regions if len(r.blocks)]
    _branches(body, inner, blocks, condition, names, "else if")
    return True


def _branch(body: Body, block: ir.Block, names: list[str]) -> None:
    results = list(block.operations[len(block.operations) - 1].operation.operands)
    aim(body, block, results, names)
    body.block(block)
    assign(body, names, [body.value(v) for v in results])
    body.flush_all()


@CONTROL.writes("scf.forall")
def _forall(body: Body, op: ir.Operation) -> None:
    loops = _collapsed(op)
    for loop in loops:
        if set(bindings(loop)) != {"omp"}:
            raise Unsupported("a parallel loop in platform form must be bound to OpenMP threads", place_of(loop.location))
    for loop in loops[:-1]:
        for inner in list(loop.regions[0].blocks[0].operations)[:-2]:
            body.operation(inner.operation)
    nest = [level for loop in loops for level in _levels(body, loop)]
    body.flush_all()
    body.line("#pragma omp parallel for" + (f" collapse({len(nest)})" if len(nest) > 1 else ""))
    _nest(body, loops, nest)


def _collapsed(op: ir.Operation) -> list[ir.Operation]:
    """A parallel loop and those that are all its body does: one collapsed loop, where the inner bounds are the same for all iterations."""
    inner = [o.operation for o in op.regions[0].blocks[0].operations][:-1]
    outer_values = set(op.regions[0].blocks[0].arguments)
    constants = all(o.name == "arith.constant" for o in inner[:-1])
    if inner and constants and inner[-1].name == "scf.forall" and not outer_values & set(inner[-1].operands):
        return [op, *_collapsed(inner[-1])]
    return [op]


Level = tuple[ir.Value, Expr, Expr, Expr]


def _levels(body: Body, op: ir.Operation) -> list[Level]:
    """Variable, lower bound, upper bound and step of each dimension."""
    bounds = [mixed(body, op, kind, segment) for segment, kind in enumerate(("staticLowerBound", "staticUpperBound", "staticStep"))]
    return list(zip(op.regions[0].blocks[0].arguments, *bounds, strict=True))


def _nest(body: Body, loops: list[ir.Operation], levels: list[Level]) -> None:
    """The counted loops of a parallel loop; nothing stands between them, so that they can be collapsed."""
    if not levels:
        for loop in loops:
            declare_private_arrays(body, loop)
        body.block(loops[-1].regions[0].blocks[0])
        body.flush_all()
        return
    variable, *bounds = levels[0]
    header, counter = loop_header(body, variable, *bounds)
    with body.scope(header):
        body.names.claim(counter.text)
        body.values[variable] = counter
        _nest(body, loops, levels[1:])


def mixed(body: Body, op: ir.Operation, kind: str, segment: int) -> list[Expr]:
    """The bounds of a parallel loop, static and dynamic ones merged."""
    sizes = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    start = sum(sizes[:segment])
    dynamic = iter(list(op.operands)[start : start + sizes[segment]])
    values = list(ir.DenseI64ArrayAttr(op.attributes[kind]))
    return [_bound(body, next(dynamic)) if is_dynamic(v) else integer(v, INT) for v in values]
