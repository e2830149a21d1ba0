"""scalar-forward: an element that a serial loop reads and writes over and over becomes an accumulator of the loop.

`for k { acc[t] = acc[t] + x }` loads the element once before the loop, carries it in an iter_arg and stores it once after.
Plain loads behind a store of the same element take the stored value.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import memref, scf

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, access_of, effects_of, is_private, may_alias, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, defined_inside, functions, is_unit_for, new_for, operations, take_place, terminator


class ScalarForwardPass(Pass):
    """Loop-carried elements become accumulators; loads behind stores take the stored value."""

    name = "scalar-forward"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            forms = forms_of(function)
            for block in [b for r in function.regions for b in r.blocks]:
                forward_in_block(forms, block)
            while _promote_one(function):
                pass


Known = dict[tuple, ir.Value]  # (buffer, subscripts) -> what the element holds


def forward_in_block(forms: IndexForms, block: ir.Block) -> bool:
    """Replaces a load by the value last stored to (or loaded from) the same element before it; whether there was one."""
    erased: list[ir.Operation] = []
    _forward(forms, block, {}, erased)
    for op in erased:
        op.erase()
    return bool(erased)


def _forward(forms: IndexForms, block: ir.Block, known: Known, erased: list[ir.Operation]) -> None:
    """Goes through a block and what is inside it, `known` holding in front of it."""
    for op in operations(block):
        access = access_of(op)
        if access is None or not access.exact or access.atomic:
            left = _surviving(known, op)
            for inner in (b for region in op.regions for b in region.blocks):
                _forward(forms, inner, dict(known if op.name == "scf.if" else left), erased)
            known = left
            continue
        key = (access.buffer, *(forms.of(s) for s in access.subscripts))
        if access.reads and key in known:
            op.results[0].replace_all_uses_with(known[key])
            erased.append(op)
        elif access.reads:
            known[key] = op.results[0]
        else:
            known = {k: v for k, v in known.items() if not may_alias(k[0], access.buffer)}
            known[key] = op.operands[0]


def _surviving(known: Known, op: ir.Operation) -> Known:
    """What is still known behind an operation, and in every iteration where it is a loop."""
    for written in _written(op) if known else ():
        known = {key: v for key, v in known.items() if written is not None and not may_alias(key[0], written)}
    return known


def _written(op: ir.Operation) -> set[ir.Value | None]:
    effects = effects_of(op)
    return {None} if effects.unknown is not None else set(effects.writes())


def _promote_one(function: ir.Operation) -> bool:
    forms = forms_of(function)
    for loop in reversed(list(walk(function))):
        if not is_unit_for(loop):
            continue
        for buffer in dict.fromkeys(a.buffer for a in effects_of(loop).accesses if a.writes):
            element = _carried_element(forms, loop, buffer)
            if element is not None:
                _promote(forms, loop, buffer, element)
                return True
    return False


def _carried_element(forms: IndexForms, loop: ir.Operation, buffer: ir.Value) -> list[Poly] | None:
    """The one element of `buffer` that the loop's own block, or a branch in it, reads and writes, if it is all it does with it."""
    effects = effects_of(loop)
    accesses = [a for a in effects.accesses if may_alias(a.buffer, buffer)]
    if effects.unknown is not None or any(not a.exact or a.atomic or a.buffer != buffer for a in accesses):
        return None
    in_branches = is_private(buffer)  # nobody else sees that the element is stored where no branch was taken
    if any(not _is_directly_in(a.op, loop, in_branches) for a in accesses) or not any(a.reads for a in accesses):
        return None
    elements = {tuple(forms.of(s) for s in a.subscripts) for a in accesses}
    if len(elements) != 1 or defined_inside(buffer, loop):
        return None
    (element,) = elements
    if any(a.kind == "value" and defined_inside(a.value, loop) for form in element for a in form.atoms()):
        return None
    runs = is_private(buffer) or forms.ranges.positive(extent_form(forms, loop), facts_at(forms, loop))
    return list(element) if runs or _is_stored_before(forms, loop, buffer, element) else None


def _is_stored_before(forms: IndexForms, loop: ir.Operation, buffer: ir.Value, element: tuple[Poly, ...]) -> bool:
    """Whether the element is stored before the loop in any case: then it may be stored once more where the loop does not run."""
    siblings = operations(loop.block)
    stores = [op for op in siblings[: siblings.index(loop)] if op.name == "memref.store" and op.operands[1] == buffer]
    return any(tuple(forms.of(s) for s in list(op.operands)[2:]) == element for op in stores)


def _is_directly_in(op: ir.Operation, loop: ir.Operation, in_branches: bool) -> bool:
    """Whether nothing but branches, if those are allowed, lies between a loop and an operation in it."""
    while in_branches and op.block != body(loop) and op.parent.name == "scf.if":
        op = op.parent.operation
    return op.block == body(loop)


def _promote(forms: IndexForms, loop: ir.Operation, buffer: ir.Value, element: list[Poly]) -> None:
    """Rebuilds the loop with one more iter_arg that carries the element."""
    with ir.InsertionPoint(loop), loop.location:
        subscripts = [materialize(form, forms.ranges.nonneg) for form in element]
        first = memref.load(buffer, subscripts)
    new = new_for(loop.operands[1], [*list(loop.operands)[3:], first], loop.location, ir.InsertionPoint(loop))
    for old, argument in zip(body(loop).arguments, list(body(new).arguments)[:-1], strict=True):
        take_place(argument, old)
    for op in operations(body(loop)):
        body(new).append(op)
    current = _carried(content(body(new)), buffer, body(new).arguments[len(body(new).arguments) - 1])
    end = terminator(body(new))
    with ir.InsertionPoint(end), end.location:
        ir.Operation.create("scf.yield", operands=[*end.operands, current])
    end.erase()
    with ir.InsertionPoint(loop), loop.location:
        memref.store(new.results[len(new.results) - 1], buffer, subscripts)
    for old, result in zip(loop.results, list(new.results)[:-1], strict=True):
        old.replace_all_uses_with(result)
    loop.erase()


def _carried(ops: list[ir.Operation], buffer: ir.Value, current: ir.Value) -> ir.Value:
    """Replaces the accesses to the one element by the value carried, which is `current` at first; the value behind `ops`."""
    for op in ops:
        access: Access | None = access_of(op)
        if op.name == "scf.if" and any(a.buffer == buffer for a in effects_of(op).accesses):
            current = _through_branches(op, buffer, current)
        elif access is not None and access.buffer == buffer:
            if access.reads:
                op.results[0].replace_all_uses_with(current)
            else:
                current = op.operands[0]
            op.erase()
    return current


def _through_branches(op: ir.Operation, buffer: ir.Value, current: ir.Value) -> ir.Value:
    """Gives a conditional one more result, the value carried behind the branch that was taken."""
    with ir.InsertionPoint(op), op.location:
        new = scf.IfOp(op.operands[0], [*(result.type for result in op.results), current.type], has_else=True).operation
    for old, region in zip(op.regions, new.regions, strict=True):
        ops = operations(old.blocks[0]) if len(old.blocks) else []
        for inner in ops[:-1]:
            region.blocks[0].append(inner)
        yields = list(ops[-1].operands) if ops else []
        value = _carried(ops[:-1], buffer, current)
        with ir.InsertionPoint(region.blocks[0]), op.location:
            scf.yield_([*yields, value])
    for old, result in zip(op.results, list(new.results)[:-1], strict=True):
        old.replace_all_uses_with(result)
    op.erase()
    return new.results[len(new.results) - 1]
