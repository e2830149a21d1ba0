"""Edits of what is computed: another operator, operands in another order, another builtin of the platform's table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith

from xpiler.dialects.words import word
from xpiler.repair.edit import Edit, Undo, is_integer, number_of, set_attribute, set_operand, with_new
from xpiler.repair.program import Facts, label

# Operators of the same operands and result; a slip of the pen stays inside a row.
ROWS = (
    ("arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.maxnumf", "arith.minnumf", "arith.maximumf", "arith.minimumf"),
    ("arith.addi", "arith.subi", "arith.muli", "arith.minsi", "arith.maxsi", "arith.divsi", "arith.remsi", "arith.floordivsi"),
    ("arith.andi", "arith.ori", "arith.xori"),
    ("arith.shli", "arith.shrsi", "arith.shrui"),
    (
        "math.exp",
        "math.log",
        "math.sqrt",
        "math.rsqrt",
        "math.tanh",
        "math.sin",
        "math.cos",
        "math.absf",
        "math.exp2",
        "math.erf",
        "arith.negf",
    ),
)
# Opposites: of a row they are what is taken for each other most.
OPPOSITES = tuple(
    frozenset(f"arith.{name}" for name in pair)
    for pair in (("addf", "subf"), ("mulf", "divf"), ("maxnumf", "minnumf"), ("maximumf", "minimumf"), ("addi", "subi"), ("minsi", "maxsi"))
)
ORDERED = frozenset({"arith.subf", "arith.divf", "arith.subi", "arith.divsi", "arith.remsi", "arith.shli", "arith.shrsi", "arith.select"})


def operator_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Other operators of the same row, and other predicates of a comparison."""
    row = next((r for r in ROWS if op.name in r), ())
    kind, cost = ("number", 1.5) if op.results and is_integer(op.results[0].type) else ("operation", 1.0)
    for rank, name in enumerate(row):
        if name != op.name:
            likely = cost - 0.1 if {op.name, name} in OPPOSITES else cost + 0.1 * rank
            yield Edit(kind, op, f"{label(op)} becomes {name}", lambda name=name: _renamed(op, name), (op, "name"), likely)
    if op.name in ("arith.cmpi", "arith.cmpf"):
        old = ir.IntegerAttr(op.attributes["predicate"])
        for new in range(10 if op.name == "arith.cmpi" else 14):
            if new != old.value:
                changed = ir.IntegerAttr.get(old.type, new)
                text, cost = f"{label(op)}: another predicate", 1.2 if new // 2 == old.value // 2 else 1.6  # `<` and `<=` are neighbours
                yield Edit("bound", op, text, lambda a=changed: set_attribute(op, "predicate", a), (op, "predicate"), cost)


def _renamed(op: ir.Operation, name: str) -> Undo:
    with ir.InsertionPoint(op), op.location:
        new = ir.Operation.create(name, results=[r.type for r in op.results], operands=list(op.operands))
    op.results[0].replace_all_uses_with(new.result)

    def undo() -> None:
        new.result.replace_all_uses_with(op.results[0])
        new.erase()

    return undo


def order_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Two operands of one type change places."""
    if not op.name.startswith(("bang.", "vnni.", "vector.fma", "math.fma")) and op.name not in ORDERED:
        return
    operands = list(op.operands)
    for i in range(len(operands)):
        for j in range(i + 1, len(operands)):
            if operands[i].type == operands[j].type and operands[i] != operands[j]:
                yield Edit(
                    "order", op, f"{label(op)}: operands {i} and {j} change places", lambda i=i, j=j: _swapped(op, i, j), (op, "order"), 1.1
                )


def _swapped(op: ir.Operation, i: int, j: int) -> Undo:
    def swap() -> None:
        a, b = op.operands[i], op.operands[j]
        op.operands[i], op.operands[j] = b, a

    swap()
    return swap


def subscript_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Row and column of an address change places: `row * stride + column` becomes `column * stride + row`."""
    if op.name != "arith.addi":
        return
    for position, value in enumerate(op.operands):
        product = None if isinstance(value.owner, ir.Block) else value.owner.operation
        other = op.operands[1 - position]
        if product is None or product.name != "arith.muli":
            continue
        for factor in range(2):
            row = product.operands[factor]
            if row == other or (number_of(row) is not None and number_of(other) is not None):
                continue
            text = f"{label(op)}: {facts.name(row)} and {facts.name(other)} change places"
            yield Edit("subscript", op, text, lambda p=position, f=factor: _exchanged(op, p, f), (op, "places", position, factor), 1.0)
            if len(list(product.results[0].uses)) > 1:
                text = f"{text}, wherever the product is used"
                yield Edit("subscript", op, text, lambda p=position, f=factor: _for_all(op, p, f), (op, "all", position, factor), 1.05)


def _exchanged(op: ir.Operation, position: int, factor: int) -> Undo:
    """The product is made anew in front of the sum, as others may use it."""
    product, other = op.operands[position].owner.operation, op.operands[1 - position]
    row, stride = product.operands[factor], product.operands[1 - factor]
    undos = [
        with_new(op, position, lambda: arith.muli(other, stride)),
        set_operand(op, 1 - position, row),
    ]

    def undo() -> None:
        for one in reversed(undos):
            one()

    return undo


def _for_all(op: ir.Operation, position: int, factor: int) -> Undo:
    """The product itself is changed, for all that use it."""
    product, other = op.operands[position].owner.operation, op.operands[1 - position]
    undos = [set_operand(op, 1 - position, product.operands[factor]), set_operand(product, factor, other)]

    def undo() -> None:
        for one in reversed(undos):
            one()

    return undo


def builtin_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """Other kinds of a builtin: the words of its enum, as its dialect has them."""
    for name in ("kind", "direction"):
        if name not in op.attributes or isinstance(op.attributes[name], (ir.StringAttr, ir.IntegerAttr)):
            continue
        old = op.attributes[name]
        for rank, new in enumerate(_nearest(word(old), words_of(old))):
            text = f"{label(op)} becomes <{word(new)}>"
            yield Edit("builtin", op, text, lambda n=name, a=new: set_attribute(op, n, a), (op, name), 1.0 + 0.03 * rank)


def words_of(attribute: ir.Attribute) -> list[ir.Attribute]:
    """All values of the enum an attribute belongs to, read off what the dialect's parser says it expects."""
    prefix = str(attribute).partition("<")[0]
    try:
        ir.Attribute.parse(f"{prefix}<no_such_word>", attribute.context)
    except ir.MLIRError as error:
        told = " ".join(d.message for d in error.error_diagnostics)
        listed = re.search(r"one of: (.*)", told)
        names = re.findall(r"\w+", listed[1]) if listed else []
        return [ir.Attribute.parse(f"{prefix}<{n}>", attribute.context) for n in names if _parses(prefix, n, attribute.context)]
    return []


def _parses(prefix: str, name: str, context: ir.Context) -> bool:
    try:
        ir.Attribute.parse(f"{prefix}<{name}>", context)
        return True
    except ir.MLIRError:
        return False


def _nearest(old: str, values: list[ir.Attribute]) -> list[ir.Attribute]:
    """The others, plain arithmetic before the rare."""
    common = ("add", "sub", "mul", "div", "maxequal", "minequal", "max", "min", "sum", "active_exphp", "recip", "sqrt", "neg", "abs")
    return sorted((v for v in values if word(v) != old), key=lambda v: (word(v) not in common, word(v)))
