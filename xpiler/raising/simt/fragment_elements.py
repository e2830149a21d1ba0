"""Loops over all elements a lane holds of a fragment: `for (i < f.num_elements) f.x[i] = g(f.x[i])`.

Which elements a lane holds is not defined, but all lanes together go through the whole matrix once, each element by
itself: the loop is one over the tile. Fragments of one loop have the same shape, so that `x[i]` is the same element.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.raising.places import unsupported
from xpiler.raising.simt.fragments import FragmentShape, copy_tile
from xpiler.raising.simt.platform_ops import is_fragment, is_pure, simt_name
from xpiler.raising.structure import captures, clone, constant_value, definition, operations


@dataclass(frozen=True)
class ElementLoop:
    """The body, its counter, and the fragments it carries: (initial, in the body, after the turn, result)."""

    body: list[ir.Operation]
    counter: ir.Value
    carried: list[tuple[ir.Value, ir.Value, ir.Value, ir.Value]]


def element_loop(op: ir.Operation) -> ElementLoop | None:
    """The loop as one over a fragment's elements, where it counts to a fragment's size."""
    found = _of_for(op) if op.name == "scf.for" else _of_while(op) if op.name == "scf.while" else None
    if found is None or not all(is_fragment(each[0].type) for each in found.carried):
        return None
    return found


def _is_size(value: ir.Value) -> bool:
    source = definition(value)
    return source is not None and simt_name(source) == "fragment_size"


def _of_for(op: ir.Operation) -> ElementLoop | None:
    lower, upper, step = list(op.operands)[:3]
    if constant_value(lower) != 0 or constant_value(step) != 1 or not _is_size(upper):
        return None
    block = op.regions[0].blocks[0]
    *body, end = operations(block)
    counter, *arguments = block.arguments
    return ElementLoop(body, counter, list(zip(list(op.operands)[3:], arguments, end.operands, op.results, strict=True)))


def _of_while(op: ir.Operation) -> ElementLoop | None:
    test, block = (region.blocks[0] for region in op.regions)
    condition, *passed = operations(test)[-1].operands
    compare = definition(condition)
    if compare is None or compare.name != "arith.cmpi" or passed != list(test.arguments) or not _is_size(compare.operands[1]):
        return None
    *body, end = operations(block)
    rows = list(zip(op.operands, block.arguments, end.operands, op.results, strict=True))
    counters = [row for row in rows if compare.operands[0] == test.arguments[row[1].arg_number]]
    if len(counters) != 1 or not _counts_up(*counters[0][:3]):
        return None
    return ElementLoop(body, counters[0][1], [row for row in rows if row is not counters[0]])


def _counts_up(initial: ir.Value, counter: ir.Value, following: ir.Value) -> bool:
    step = definition(following)
    return constant_value(initial) == 0 and step is not None and step.name == "arith.addi" and step.operands[0] == counter


def run_element_loop(fission, op: ir.Operation, loop: ElementLoop) -> None:
    """The loop's body for each element of the tile."""
    fission.flush()
    targets = []
    for initial, argument, _, result in loop.carried:
        slot = fission.places[argument] = fission.places[result] = fission.new_slot(initial.type)
        targets.append(fission.slot_tile(slot, initial.type))
        copy_tile(fission.emit, fission.tile(initial), targets[-1])
    if not targets:
        raise unsupported(op, "a loop over a fragment's elements that changes no fragment")
    inside, row, column = targets[0].each(fission.emit)
    elements: dict[ir.Value, ir.Value] = {}
    values: dict[ir.Value, ir.Value] = {}
    for inner in loop.body:
        _element_operation(fission, inner, loop, inside, (row, column), elements, values)
    for (_, argument, following, _), target in zip(loop.carried, targets, strict=True):
        if following != argument:
            target.store(inside, elements[following], row, column)


def _element_operation(fission, op, loop: ElementLoop, inside, place, elements: dict, values: dict) -> None:
    """One operation of the body: at the element `place`."""
    name = simt_name(op)
    if name in ("fragment_get", "fragment_set") and not _is_counter(op.operands[len(op.operands) - 1], loop.counter):
        raise unsupported(op, f"'{op.name}' by a position other than the loop's counter")
    if name == "fragment_get":
        source = op.operands[0]
        if FragmentShape.of(source.type).rows != FragmentShape.of(loop.carried[0][0].type).rows:
            raise unsupported(op, "elements of fragments of different shapes in one loop")
        values[op.results[0]] = elements[source] if source in elements else fission.tile(source).load(inside, *place)
    elif name == "fragment_set":
        elements[op.results[0]] = _value(fission, op.operands[0], values)
    elif _depends_on(op, loop.counter):
        return  # the counter's own arithmetic: only positions come from it
    elif is_pure(op):
        copied = clone(op, {used: _value(fission, used, values) for used in captures(op)}, inside.at)
        values.update(zip(op.results, copied.results, strict=True))
    else:
        raise unsupported(op, f"'{op.name}' in a loop over a fragment's elements")


def _value(fission, source: ir.Value, values: dict) -> ir.Value:
    if source in values:
        return values[source]
    if source not in fission.uniform.values:
        raise unsupported(definition(source), "a fragment's element changed by a value that differs between lanes")
    return fission.values.value(source, fission.emit)


def _depends_on(op: ir.Operation, counter: ir.Value) -> bool:
    return any(used == counter for used in captures(op))


def _is_counter(index: ir.Value, counter: ir.Value) -> bool:
    source = definition(index)
    if index == counter:
        return True
    return source is not None and source.name in ("arith.index_cast", "arith.index_castui") and _is_counter(source.operands[0], counter)
