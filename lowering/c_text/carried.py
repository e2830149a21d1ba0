"""Variables that loops and conditionals carry: where SSA values may share one, and how several are assigned at once."""

from __future__ import annotations

from dataclasses import replace

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.buffer import ZERO
from xpiler.lowering.c_text.ctype import CType
from xpiler.lowering.c_text.expression import Expr, leaf
from xpiler.lowering.c_text.uses import owners, unused_after
from xpiler.lowering.c_text.words import carried_words

_COMPOUND = frozenset("+ - * / % & | ^ << >>".split())


def assign(body: Body, targets: list[str], exprs: list[Expr]) -> None:
    """`targets = exprs` at once, as statements in an order that reads every variable before it changes."""
    left = [(t, e) for t, e in zip(targets, exprs, strict=True) if e.text != t]
    body.flush(frozenset(t for t, _ in left))
    while left:
        ready = next((p for p in left if not any(p[0] in e.variables for t, e in left if t != p[0])), None)
        if ready is None:
            left = [_saved(body, left[0]), *left[1:]]
            continue
        left.remove(ready)
        body.line(assignment(*ready))


def _saved(body: Body, pair: tuple[str, Expr]) -> tuple[str, Expr]:
    """The new value in a variable of its own, which breaks a cycle of assignments."""
    target, expr = pair
    name = body.names.claim(f"next_{target}")
    body.line(f"{body.spell(expr.ctype)} {name} = {expr.text};")
    return target, leaf(name, expr.ctype)


def assignment(target: str, expr: Expr) -> str:
    """`target = expr;`, compound where the expression updates the target."""
    if expr.parts is None or expr.parts[0] not in _COMPOUND:
        return f"{target} = {expr.text};"
    symbol, a, b = expr.parts
    if a.text != target and symbol in ("+", "*") and b.text == target and target not in a.variables:
        a, b = b, a
    if a.text != target:
        return f"{target} = {expr.text};"
    if b.text == "1" and symbol in "+-":
        return f"{symbol * 2}{target};"
    return f"{target} {symbol}= {b.text};"


def may_take(body: Body, name: str, op: ir.Operation, *, branches: bool) -> bool:
    """Whether `op` may assign the variable: no value that lives in it is read afterwards, nor inside where `op` is a loop."""
    return all(unused_after(value, op, inside=branches) for value in body.holders.get(name, ()))


def carry(body: Body, op: ir.Operation, inits: list[ir.Value], arguments: list[ir.Value], updates: list[ir.Value]) -> list[str]:
    """Declares, or reuses, the variables of a loop's carried values; binds its region arguments to them."""
    names, exprs, reused = [], [], []
    for position, (init, argument, update) in enumerate(zip(inits, arguments, updates, strict=True)):
        if isinstance(argument.type, ir.MemRefType):
            exprs.append(body.address(init))
            reused.append(False)
            names.append(_pointer(body, op, argument, update, init))
            continue
        expr = body.value(init)
        name = _variable_for(body, op, position, expr, names)
        wishes = carried_words(body, op, argument, update, init)
        if name is None and wishes[0] not in names and body.may_reuse(wishes[0], body.variable_type(argument), op):
            name = wishes[0]
        exprs.append(expr)
        reused.append(name is not None)
        names.append(name or body.names.claim(*wishes))
    body.flush_all()
    for name, expr, old, argument, init in zip(names, exprs, reused, arguments, inits, strict=True):
        if name in body.pointers:
            body.line(f"{body.pointers[name].base.ctype.name} {name} = {expr.text};")
            body.lives_in(argument, name)
            continue
        ctype = body.variable_type(argument)
        if not old:
            body.variables[name] = (ctype, op.block)
            unset = ctype.kind in ("vector", "fragment") and init_is_poison(init)
            body.line(f"{body.spell(ctype)} {name};" if unset else f"{body.spell(ctype)} {name} = {expr.initial(ctype)};")
    # behind the declarations, whose starts may be what these variables held
    assign(body, [n for n, r in zip(names, reused, strict=True) if r], [e for e, r in zip(exprs, reused, strict=True) if r])
    for name, argument in zip(names, arguments, strict=True):
        if name not in body.pointers:
            body.writable(argument, name, body.variable_type(argument))
    return names


def _pointer(body: Body, op: ir.Operation, argument: ir.Value, update: ir.Value, init: ir.Value) -> str:
    """The name of a new pointer variable, which leads to memory of the kind that a loop's first one is."""
    first = body.buffer(init)
    name = body.names.claim(*carried_words(body, op, argument, update, init))
    ctype = CType("pointer", 64, f"{'const ' if first.const else ''}{body.spell(first.element)} *")
    body.pointers[name] = replace(first, base=leaf(name, ctype, mutable=True), offset=ZERO, array_rank=0)
    return name


def init_is_poison(value: ir.Value) -> bool:
    """Whether a loop carries a variable in that has no value yet."""
    return not isinstance(value.owner, ir.Block) and value.owner.operation.name == "ub.poison"


def _variable_for(body: Body, op: ir.Operation, position: int, init: Expr, names: list[str]) -> str | None:
    """A variable that exists already: where the result goes to, or the one that holds the initial value."""
    wished = body.destinations.get(op.results[position])
    return wished if wished is not None else _free_holder(body, op, position, init, names, inside=False)


def kept_variable(body: Body, op: ir.Operation, position: int, names: list[str]) -> str | None:
    """The variable whose value one side of a conditional hands on as it is: the other side may write there, if nobody asks for the old
    value afterwards."""
    for region in op.regions:
        kept = region.blocks[0].operations[len(region.blocks[0].operations) - 1].operation.operands[position]
        expr = body.values.get(kept)
        if isinstance(expr, Expr):
            name = _free_holder(body, op, position, expr, names, inside=True)
            if name is not None and body.variables.get(name, (None,))[0] == body.variable_type(op.results[position]):
                return name
    return None


def _free_holder(body: Body, op: ir.Operation, position: int, old: Expr, names: list[str], *, inside: bool) -> str | None:
    """The variable of this block that `old` is, where nothing after `op` (and, unless `inside`, in it) reads what it holds."""
    holder = next(iter(old.variables), None)
    if holder is None or old.text != holder or holder in names or holder in body.destinations.values():
        return None
    values = body.holders[holder]
    same_block = any(_block(v) == op.block for v in values)
    others = all(unused_after(v, op, inside=inside) for v in values)
    return holder if same_block and others and str(op.results[position].type) != "index" else None


def _block(value: ir.Value) -> ir.Block:
    return value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block


def publish(body: Body, op: ir.Operation, names: list[str]) -> None:
    """Binds the results of an operation to the variables they live in."""
    for result, name in zip(op.results, names, strict=True):
        body.lives_in(result, name)


def aim(body: Body, block: ir.Block, operands: list[ir.Value], names: list[str]) -> None:
    """Tells operations of `block` whose results only go to its terminator to write the terminator's variables themselves."""
    taken: set[str] = set()
    for value, name in zip(operands, names, strict=True):
        if isinstance(value.owner, ir.Block) or name in taken:
            continue
        op = value.owner.operation
        fills_variable = ".fragment_" in op.name
        if op.block != block or not (fills_variable or (op.name in ("scf.if", "scf.for", "scf.while") and len(owners(value)) == 1)):
            continue
        if may_take(body, name, op, branches=op.name == "scf.if"):
            body.destinations[value] = name
            taken.add(name)


def in_place(body: Body, op: ir.Operation, old: Expr) -> str | None:
    """The variable that `old` is, when `op` may overwrite it with its result; the result is then bound to it."""
    if old.variables != frozenset((old.text,)) or not may_take(body, old.text, op, branches=False):
        return None
    body.flush()
    body.flush(old.variables)
    body.writable(op.results[0], old.text, old.ctype)
    return old.text
