"""`scf.while` in C: `while (condition)`, `for (...; condition; ...)` where a counter belongs to the loop alone, else a loop left by
`break`."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.carried import aim, assign, assignment
from xpiler.lowering.c_text.conditional import negated
from xpiler.lowering.c_text.ctype import BOOL
from xpiler.lowering.c_text.expression import Expr, leaf
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.names import LOOP_WORDS
from xpiler.lowering.c_text.words import carried_words

WHILE = Handlers()
_ADVANCES = frozenset(f"arith.{n}" for n in "addi subi muli divsi divui shli shrsi shrui".split())


@WHILE.writes("scf.while")
def _while(body: Body, op: ir.Operation) -> None:
    before, after = op.regions[0].blocks[0], op.regions[1].blocks[0]
    updates = list(after.operations[len(after.operations) - 1].operation.operands)
    test = before.operations[len(before.operations) - 1].operation
    counter = _counter(op, before, after, test, updates)
    if counter is not None:  # the header advances it: what the body writes in between must not
        updates[counter].owner.operation.move_before(after.operations[len(after.operations) - 1].operation)
    body.names.push()
    names, start = _carry_while(body, op, before, updates, counter)
    outputs = _outputs(body, op, test, before)
    mark = len(body.lines)
    body.line("")
    body.names.push()
    for inner in list(before.operations)[:-1]:
        body.operation(inner.operation)
    condition = body.value(test.operands[0])
    forwarded = [body.value(v) for v in list(test.operands)[1:]]
    simple = len(body.lines) == mark + 1 and not any(outputs)
    if simple and counter is None:
        body.rewrite(mark, f"while ({condition.text}) {{")
    elif not simple:
        body.rewrite(mark, "while (true) {")
        condition = _settle(body, condition, outputs, forwarded)
        body.line(f"if ({negated(condition).text}) break;")
    for argument, name, expr in zip(after.arguments, outputs, forwarded, strict=True):
        _receive(body, argument, name, expr)
    aim(body, after, updates, names)
    body.block(after)
    exprs = [body.value(v) for v in updates]
    if counter is not None:
        advance = assignment(names.pop(counter), exprs.pop(counter)).rstrip(";")
        body.rewrite(mark, f"for ({start}; {condition.text if simple else ''}; {advance}) {{")
    assign(body, names, exprs)
    body.flush_all()
    body.names.pop()
    body.line("}")
    _leave(body, op, names, counter)
    for result, name, expr in zip(op.results, outputs, forwarded, strict=True):
        _receive(body, result, name, expr)


def _leave(body: Body, op: ir.Operation, names: list[str], counter: int | None) -> None:
    """Ends the scope of the loop's own counter; the other variables stay visible."""
    body.names.pop()
    for name in names:
        body.names.claim(name)


def _counter(op: ir.Operation, before: ir.Block, after: ir.Block, test: ir.Operation, updates: list[ir.Value]) -> int | None:
    """The position of an integer that the condition region forwards, that only the loop reads, and that advances by something from
    outside, for the next round alone."""
    forwarded = list(test.operands)[1:]
    for position, (argument, update) in enumerate(zip(before.arguments, updates, strict=True)):
        if str(argument.type) not in ("i32", "i64", "index") or forwarded.count(argument) != 1:
            continue
        place = forwarded.index(argument)
        if list(op.results[place].uses) or isinstance(update.owner, ir.Block):
            continue
        advance = update.owner.operation
        if len(list(update.uses)) > 1:
            continue
        if advance.name in _ADVANCES and advance.operands[0] == after.arguments[place] and _is_outside(advance.operands[1], op):
            return position
    return None


def _is_outside(value: ir.Value, op: ir.Operation) -> bool:
    """Whether a value is a constant or defined before the loop."""
    if isinstance(value.owner, ir.Block):
        return value.owner not in (op.regions[0].blocks[0], op.regions[1].blocks[0])
    owner = value.owner.operation
    return owner.name == "arith.constant" or owner.block == op.block


def _carry_while(body: Body, op: ir.Operation, before: ir.Block, updates: list[ir.Value], counter: int | None) -> tuple[list[str], str]:
    """The variables of the condition region's arguments, always fresh ones; the counter's declaration is returned, for the loop's
    header."""
    names, start = [], ""
    exprs = [body.value(v) for v in op.operands]
    body.flush_all()
    for position, (argument, update, init, expr) in enumerate(zip(before.arguments, updates, op.operands, exprs, strict=True)):
        ctype = body.variable_type(argument)
        wishes = carried_words(body, op, argument, update, init)
        if position != counter and wishes[0] not in names and body.may_reuse(wishes[0], ctype, op):
            name = wishes[0]
            assign(body, [name], [expr])
        else:
            name = body.names.claim(*(LOOP_WORDS if position == counter and wishes[-1] == "carried" else wishes))
            declaration = f"{body.spell(ctype)} {name} = {expr.text}"
            if position == counter:
                start = declaration
            else:
                body.variables[name] = (ctype, op.block)
                body.line(f"{declaration};")
        body.writable(argument, name, ctype)
        names.append(name)
    return names, start


def _outputs(body: Body, op: ir.Operation, test: ir.Operation, before: ir.Block) -> list[str]:
    """For each forwarded value the variable it needs outside the condition region; none where it is such a variable, or is not read."""
    after, outputs = op.regions[1].blocks[0], []
    for position, value in enumerate(list(test.operands)[1:]):
        argument, result = after.arguments[position], op.results[position]
        if value in list(before.arguments) or not (list(argument.uses) or list(result.uses)):
            outputs.append("")
            continue
        name = body.destinations.get(result)
        if name is None:
            name = body.names.claim(*carried_words(body, op, argument, value, value))
            body.line(f"{body.spell(body.variable_type(result))} {name};")
        outputs.append(name)
    return outputs


def _settle(body: Body, condition: Expr, outputs: list[str], forwarded: list[Expr]) -> Expr:
    """Assigns the forwarded values before the loop is left; the condition is computed first where that would change it."""
    targets = frozenset(o for o in outputs if o)
    if not targets:
        body.flush_all()
        return condition
    if condition.impure or condition.variables & targets:
        name = body.names.claim("more", "again")
        body.line(f"bool {name} = {condition.text};")
        condition = leaf(name, BOOL)
    pairs = [(o, e) for o, e in zip(outputs, forwarded, strict=True) if o]
    assign(body, [o for o, _ in pairs], [e for _, e in pairs])
    body.flush_all()
    return condition


def _receive(body: Body, value: ir.Value, name: str, forwarded: Expr) -> None:
    """Binds what the condition region forwards."""
    if name:
        body.writable(value, name, body.variable_type(value))
    elif list(value.uses):
        body.values[value] = forwarded
        for variable in forwarded.variables:
            body.holders.setdefault(variable, []).append(value)


@WHILE.writes("scf.condition")
def _condition(body: Body, op: ir.Operation) -> None:
    """Written by the loop."""
