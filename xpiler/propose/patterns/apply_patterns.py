"""apply-patterns: expressions that a saved pattern knows become calls of it, which the target turns into its builtins.

    %y = arith.divf %one, (1 + exp(-x))    becomes    %y = func.call @sigmoid_pattern(%x) : (f32) -> f32

The function called holds the expression, so the meaning is unchanged whoever looks; `xpiler.builtins` on it holds the
pattern. What no builtin is found for in the end is inlined again. Functions of numbers replace the expression at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import PassFailed
from xpiler.passes import Pass
from xpiler.propose.patterns.library import Library
from xpiler.propose.patterns.matching import Matching, canonical
from xpiler.propose.patterns.pattern import Pattern, operations, read
from xpiler.propose.patterns.pointwise import pointwise
from xpiler.propose.patterns.proof import types_of

SUFFIX = "_pattern"


@dataclass(frozen=True)
class ApplyPatternsPass(Pass):
    """Applies the patterns of a library (all of them, or those named) to every kernel, once, larger expressions first."""

    name = "apply-patterns"
    library: str = ""
    patterns: tuple[str, ...] = ()

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        saved = Library.at(self.library).patterns(self.patterns)
        for entry in saved:
            apply_pattern(read(entry.text, ctx), op)


def apply_pattern(pattern: Pattern, module: ir.Operation) -> int:
    """Rewrites every expression of the module that the pattern matches; how many there were."""
    if pattern.is_pdl:
        from xpiler.propose.patterns.pdl import apply

        return apply(pattern, module)
    copy = ir.Module.parse(pattern.text, pattern.module.context)
    canonical(copy)
    pattern = Pattern(pattern.name, pattern.target, copy, pattern.text)
    expression = _Expression.of(pattern)
    found = 0
    wanted = expression.root.owner.name
    most = len(_roots(module, wanted))  # what is rewritten more often matches what it makes
    while (op := next((op for op in _roots(module, wanted) if _rewritten(expression, op, module)), None)) is not None:
        found += 1
        if found > most:
            raise PassFailed(f"the pattern '{pattern.name}' matches what it makes, and so would be applied for ever")
        _erase_unused(op)
    return found


def _roots(module: ir.Operation, name: str) -> list[ir.Operation]:
    """Operations that an expression may end in, the last of the program first; those that nobody uses are none."""
    found = [op for op in operations(module) if op.name == name and len(op.results) == 1 and _is_code(op)]
    return [op for op in reversed(found) if any(True for _ in op.results[0].uses)]


def matches(pattern: Pattern, module: ir.Module) -> int:
    """How many expressions of a module in shared form the pattern matches. The module is changed."""
    with module.context, ir.Location.unknown():
        return apply_pattern(pattern, module.operation)


def _erase_unused(op: ir.Operation) -> None:
    """Erases an operation that nobody uses any more, and what it alone used."""
    pure = op.name.startswith(("arith.", "math.", "memref.load"))
    if not pure or any(True for result in op.results for _ in result.uses):
        return
    operands = list(op.operands)
    op.erase()
    for owner in dict.fromkeys(v.owner for v in operands if not isinstance(v.owner, ir.Block)):
        _erase_unused(owner.operation)


@dataclass(frozen=True)
class _Expression:
    """What is looked for: the root value of @before and its holes, in the order of the call's operands."""

    pattern: Pattern
    root: ir.Value
    holes: tuple[ir.Value, ...]
    uniform: frozenset[ir.Value]  # numbers that are the same for all elements
    is_on_buffers: bool = True

    @staticmethod
    def of(pattern: Pattern) -> _Expression:
        arguments = list(pattern.before.regions[0].blocks[0].arguments)
        if not any(isinstance(t, ir.MemRefType) for t in types_of(pattern.before)):
            last = list(pattern.before.regions[0].blocks[0].operations)[-1].operation
            return _Expression(pattern, last.operands[0], tuple(arguments), frozenset(), is_on_buffers=False)
        found = pointwise(pattern.before)
        loads = {buffer: value for value, buffer in found.loads.items()}
        sources = [loads[a] for a in arguments if a in loads]
        numbers = [a for a in arguments if not isinstance(a.type, ir.MemRefType)][:-1]  # the last one is the length
        return _Expression(pattern, found.result, (*sources, *numbers), frozenset(numbers))


def _rewritten(expression: _Expression, op: ir.Operation, module: ir.Operation) -> bool:
    matching = Matching(frozenset(expression.holes), lambda hole, value: hole not in expression.uniform or _is_uniform(value, op))
    if not matching.matches(expression.root, op.results[0]):
        return False
    operands = [matching.bound[hole] for hole in expression.holes if hole in matching.bound]
    if len(operands) != len(expression.holes):
        return False
    if not expression.is_on_buffers:
        _replaced(expression, op, operands)
        return True
    callee = f"{expression.pattern.name}{SUFFIX}"
    _declare(expression, callee, module)
    with ir.InsertionPoint(op), op.location:
        attributes = {"callee": ir.FlatSymbolRefAttr.get(callee)}
        made = ir.Operation.create("func.call", results=[op.results[0].type], operands=operands, attributes=attributes)
    op.results[0].replace_all_uses_with(made.result)
    return True


def _replaced(expression: _Expression, op: ir.Operation, operands: list[ir.Value]) -> None:
    """Puts the numbers of @after in the place of the expression."""
    block = expression.pattern.after.regions[0].blocks[0]
    result = list(block.operations)[-1].operation.operands[0]
    with ir.InsertionPoint(op), op.location:
        op.results[0].replace_all_uses_with(_copied(result, dict(zip(block.arguments, operands, strict=True))))


def _is_uniform(value: ir.Value, at: ir.Operation) -> bool:
    """Whether a value is made outside the innermost loop around `at`, or is a constant."""
    owner = value.owner
    if not isinstance(owner, ir.Block) and owner.name == "arith.constant":
        return True
    block = owner if isinstance(owner, ir.Block) else owner.block
    return block != at.block


def _declare(expression: _Expression, name: str, module: ir.Operation) -> None:
    """The function that a match calls: the expression over its holes, and the pattern for whoever lowers it."""
    body = module.regions[0].blocks[0]
    if any(op.operation.name == "func.func" and ir.StringAttr(op.operation.attributes["sym_name"]).value == name for op in body.operations):
        return
    with ir.InsertionPoint.at_block_begin(body), ir.Location.unknown():
        kind = ir.FunctionType.get([h.type for h in expression.holes], [expression.root.type])
        attributes = {
            "sym_name": ir.StringAttr.get(name),
            "function_type": ir.TypeAttr.get(kind),
            "sym_visibility": ir.StringAttr.get("private"),
            "xpiler.builtins": ir.StringAttr.get(expression.pattern.text),
        }
        made = ir.Operation.create("func.func", attributes=attributes, regions=1)
        block = made.regions[0].blocks.append(*kind.inputs)
        values = dict(zip(expression.holes, block.arguments, strict=True))
        with ir.InsertionPoint(block):
            ir.Operation.create("func.return", operands=[_copied(expression.root, values)])


def _copied(value: ir.Value, values: dict[ir.Value, ir.Value]) -> ir.Value:
    """An expression built anew over other leaves."""
    if value in values:
        return values[value]
    owner = value.owner
    if isinstance(owner, ir.Block):
        raise PassFailed("the expression of a pattern uses something besides its holes")
    operands = [_copied(v, values) for v in owner.operands]
    attributes = {name: owner.attributes[name] for name in owner.attributes}
    values[value] = ir.Operation.create(owner.name, results=[value.type], operands=operands, attributes=attributes).result
    return values[value]


def _is_code(op: ir.Operation) -> bool:
    """Whether an operation is a kernel's, not a pattern's own function's."""
    parent = op.parent
    while parent is not None and parent.operation.name != "func.func":
        parent = parent.operation.parent
    return parent is not None and "xpiler.kernel" in parent.operation.attributes
