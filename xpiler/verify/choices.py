"""Choices without a branch, of which rows of sizes must show the rarer side: `min(blocks, 65535)`, `m > 70 && n > 65536`, `i & 0xfffff`.

What such an operation does on the side that no row took is as unknown as a branch that none went through. Each has events, which the model
notes as it executes (`model/noted_choices.py`) and coverage asks for (`coverage.py`).
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.calls import called

# A choice by sizes of its first or its second value; a conjunction that holds, a disjunction that fails; a remainder, or the low bits, of
# a number that has more of them; a quotient of sizes, or high bits, that are not zero; a number of few bits made of a larger one; a float
# of sizes that cannot hold them all.
FIRST, SECOND, HOLDS, FAILS = "first", "second", "holds", "fails"
REDUCED, LEFT, NARROWED, ROUNDED = "reduced", "left", "narrowed", "rounded"
EXTREMES = tuple(f"arith.{name}" for name in ("minsi", "maxsi", "minui", "maxui"))
REMAINDERS = ("arith.andi", "arith.remsi", "arith.remui")
QUOTIENTS = ("arith.divsi", "arith.divui", "arith.shrsi", "arith.shrui", "arith.andi")
TO_INTEGER = ("arith.fptosi", "arith.fptoui")
TRUTH = "i1"
LOGIC = ("arith.andi", "arith.ori", "arith.xori")
OF_SIZES = frozenset(
    f"arith.{name}"
    for name in (
        *("constant", "cmpi", "select", "addi", "subi", "muli", "shli", "minsi", "maxsi", "minui", "maxui"),
        *("extsi", "extui", "trunci", "index_cast", "index_castui"),
    )
)
IN_LAUNCHERS = OF_SIZES | {f"arith.{name}" for name in ("divsi", "divui", "shrsi", "shrui")}  # counts of blocks
OF_SIZES_IN_FLOATS = IN_LAUNCHERS | {
    f"arith.{name}" for name in ("sitofp", "uitofp", "addf", "subf", "mulf", "divf", "negf", "fptosi", "fptoui", "truncf", "extf")
}
OF_SIZES_IN_FLOATS |= {"math.ceil", "math.floor", "math.trunc", "math.round", "math.roundeven"}
FARTHEST = 1 << 18  # smaller numbers are passed by rows and runs, or told apart by what is left of them
NARROW = 16  # bits of numbers that sizes within reach do not fit into
INEXACT = ("f16", "bf16", "f32")  # floats that do not hold all sizes


def choice_events(op: ir.Operation) -> tuple[str, ...]:
    """What has to be seen of an operation, that may not be; none of most."""
    if len(op.results) != 1 or isinstance(op.results[0].type, ir.VectorType):
        return ()
    junction = _junction(op)
    if junction:  # what is part of a longer one of its kind need not show by itself, and has the same place
        is_part = any(_junction(use.owner.operation) == junction for use in op.results[0].uses)
        return (junction,) if not is_part and (_decides(op.results[0]) or _asks_sizes(op.results[0])) else ()
    if op.name == "arith.cmpi":
        return (HOLDS, FAILS) if is_of_sizes(op.results[0]) and _is_counted(op.results[0]) else ()
    if op.name == "arith.select":
        return (FIRST, SECOND) if _chooses_by_sizes(op, op.operands[0]) or _turns_far(op.operands[0].owner) else ()
    if op.name in EXTREMES:
        return (FIRST, SECOND) if _chooses_by_sizes(op, *op.operands) or _turns_far(op) else ()
    if op.name in REMAINDERS or op.name in QUOTIENTS:
        return (*((REDUCED,) if _reduces(op) else ()), *((LEFT,) if _leaves(op) else ()))
    if op.name == "arith.trunci":
        return (NARROWED,) if 1 < ir.IntegerType(op.results[0].type).width <= NARROW and is_of_sizes(op.operands[0]) else ()
    return (ROUNDED,) if _is_rounded(op) else ()


def is_beyond_rows(condition: ir.Value) -> bool:
    """Whether a condition may be one that all elements of small rows agree on: it is of sizes alone, or turns past what rows reach."""
    return is_of_sizes(condition) or _turns_far(condition.owner)


def _chooses_by_sizes(op: ir.Operation, *values: ir.Value) -> bool:
    """Whether a choice is made by sizes; of pieces of arrays on chip it is no more asked than that their loops come round again."""
    combining = IN_LAUNCHERS if _is_in_launcher(op) else OF_SIZES
    return not all(map(_is_fixed, values)) and all(is_of_sizes(value, combining) for value in values)


def _is_in_launcher(op: ir.Operation) -> bool:
    while op.name not in ("func.func", "builtin.module"):
        op = op.parent.operation
    return "xpiler.launcher" in op.attributes


def is_of_sizes(value: ir.Value, combining: frozenset[str] = OF_SIZES) -> bool:
    """Whether a value is computed of a function's parameters and of constants: remainders are tails, as any row has."""
    if isinstance(value, ir.BlockArgument):
        is_integer = isinstance(value.type, ir.IntegerType | ir.IndexType)
        return is_integer and value.owner.owner.operation.name == "func.func" and _is_given(ir.BlockArgument(value), combining)
    op = value.owner.operation
    combines = op.name in combining or (op.name in LOGIC and str(value.type) == TRUTH)
    return combines and all(is_of_sizes(operand, combining) for operand in op.operands)


def _is_given(parameter: ir.BlockArgument, combining: frozenset[str]) -> bool:
    """Whether a function is called and launched with what sizes and constants tell, if it is at all."""
    function = parameter.owner.owner.operation
    name = ir.StringAttr(function.attributes["sym_name"]).value
    behind = parameter.arg_number - len(function.regions[0].blocks[0].arguments)  # a launch has its geometry before the arguments
    calls = [op for op in signature.inside(function.parent.operation) if name in called(op)] if function.parent is not None else []
    return all(op.parent.operation != function and is_of_sizes(op.operands[behind], combining) for op in calls)


def _is_rounded(op: ir.Operation) -> bool:
    """Whether an integer is made of a float of sizes that cannot hold them all: `(int)ceilf(n / 256.0f)`."""
    if op.name not in TO_INTEGER or str(op.operands[0].type) not in INEXACT:
        return False
    value = op.operands[0]
    return is_of_sizes(value, OF_SIZES_IN_FLOATS) and not _is_fixed(value)


def narrowed_width(op: ir.Operation) -> int:
    """The bits that an operation makes of a number of sizes, where that is few; 0 of anything else."""
    return ir.IntegerType(op.results[0].type).width if choice_events(op) == (NARROWED,) else 0


def _is_fixed(value: ir.Value) -> bool:
    """Whether no parameter is in a value."""
    return not isinstance(value, ir.BlockArgument) and all(map(_is_fixed, value.owner.operation.operands))


def _junction(op: ir.Operation) -> str:
    """The rare side of a conjunction or a disjunction of truths, also where it is written as a choice; "" of anything else."""
    if len(op.results) != 1 or str(op.results[0].type) != TRUTH:
        return ""
    if op.name == "arith.select":
        constants = [(_truth(value), at) for at, value in enumerate(op.operands) if at and _truth(value) is not None]
        return (FAILS if constants[0][0] else HOLDS) if len(constants) == 1 else ""
    return {"arith.andi": HOLDS, "arith.ori": FAILS}.get(op.name, "")


def _truth(value: ir.Value) -> bool | None:
    return bool(_number(value)) if _is_constant(value) and str(value.type) == TRUTH else None


def _reduces(op: ir.Operation) -> bool:
    """Whether a number has a remainder, or low bits, that only numbers past what rows reach have not themselves."""
    value, by = op.operands
    return op.name in REMAINDERS and not _is_constant(value) and _is_far(by)


def _leaves(op: ir.Operation) -> bool:
    """Whether large sizes alone have something left in a quotient, or in a bit."""
    value, by = op.operands
    return op.name in QUOTIENTS and _is_constant(by) and is_of_sizes(value) and not _is_fixed(value)


def _decides(truth: ir.Value) -> bool:
    """Whether a branch, a choice or a loop goes by a truth value; else it is a number, one that rounds a quotient, say."""
    for use in truth.uses:
        op = use.owner.operation
        if op.name in ("scf.if", "scf.condition") or (op.name == "arith.select" and use.operand_number == 0 and not _junction(op)):
            return True
        if (op.name in LOGIC or _junction(op)) and _decides(op.results[0]):
            return True
    return False


def _asks_sizes(truth: ir.Value) -> bool:
    """Whether sizes alone decide a part of a condition."""
    if isinstance(truth, ir.BlockArgument) or str(truth.type) != TRUTH:
        return False
    op = truth.owner.operation
    if op.name in LOGIC or op.name == "arith.select":
        return any(map(_asks_sizes, op.operands))
    return not _is_fixed(truth) and is_of_sizes(truth)


def _is_counted(truth: ir.Value) -> bool:
    """Whether a truth value is a number somewhere: `cols - (cols > 1000)`."""
    return any(use.owner.operation.name in ("arith.extui", "arith.extsi", "arith.uitofp", "arith.sitofp") for use in truth.uses)


def _turns_far(op: ir.Operation | ir.Block) -> bool:
    """Whether an operation compares a number with one that no row reaches."""
    is_comparison = isinstance(op, ir.OpView | ir.Operation) and op.operation.name in ("arith.cmpi", *EXTREMES)
    return is_comparison and any(map(_is_far, op.operation.operands))


def _is_far(value: ir.Value) -> bool:
    """Whether a value is a constant past what rows reach, but not the largest of its type."""
    width = 63 if isinstance(value.type, ir.IndexType) else ir.IntegerType(value.type).width - 1
    return _is_constant(value) and FARTHEST < _number(value) < (1 << width) - 1


def _is_constant(value: ir.Value) -> bool:
    return not isinstance(value, ir.BlockArgument) and value.owner.operation.name == "arith.constant"


def _number(value: ir.Value) -> int:
    attribute = value.owner.operation.attributes["value"]
    return int(ir.IntegerAttr(attribute).value) if isinstance(attribute, ir.IntegerAttr) else int(ir.BoolAttr(attribute).value)
