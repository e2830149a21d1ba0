"""Elements that data choose and that parallel iterations change without an atomic operation: `count[label[i]] += 1` in an OpenMP loop.

Iterations that read the same number change one element at once, and one change is lost. Which numbers the data holds no run need show, and
the elements may all differ, so it is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.frontend.arrays import PRIVATE
from xpiler.verify import signature
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.model.program import place_of

KIND = "race"
MESSAGE = "iterations of the parallel loop that choose the same element change it at the same time"
HINT = "change it atomically (#pragma omp atomic); --assume-valid takes the chosen elements for different ones"
LOAD, STORE, PARALLEL = "memref.load", "memref.store", "scf.forall"


def chosen_updates(module: ir.Module) -> list[SourceDefect]:
    """Warnings about a program in platform form, one for each such statement."""
    kernels = signature.functions(module, "xpiler.kernel").values()
    stores = (op for kernel in kernels for op in signature.inside(kernel) if op.name == STORE)
    return [SourceDefect(KIND, MESSAGE, placed(place_of(op)), {}, hint=HINT) for op in stores if _is_chosen_update(op)]


def _is_chosen_update(store: ir.Operation) -> bool:
    value, buffer, *subscripts = store.operands
    loop = _parallel_loop(store)
    if loop is None or _is_inside(buffer, loop):
        return False
    parts = [part for subscript in subscripts for part in _parts(subscript)]
    chosen = any(_is(part, LOAD) for part in parts)
    own = set(_variables_between(store, loop)) & {part for part in parts if isinstance(part, ir.BlockArgument)}
    if not chosen or own:
        return False
    return any(_is(part, LOAD) and _same_element(part.owner.operation, buffer, subscripts) for part in _parts(value))


def _same_element(load: ir.Operation, buffer: ir.Value, subscripts: list[ir.Value]) -> bool:
    other, *places = load.operands
    return other == buffer and len(places) == len(subscripts) and all(map(_same, places, subscripts))


def _same(one: ir.Value, other: ir.Value) -> bool:
    """Whether two numbers are the same computation."""
    if one == other:
        return True
    if isinstance(one, ir.BlockArgument) or isinstance(other, ir.BlockArgument):
        return False
    a, b = one.owner.operation, other.owner.operation
    alike = a.name == b.name and len(a.operands) == len(b.operands) and not len(a.regions) and a.name.startswith(("arith.", LOAD))
    return alike and str(a.attributes) == str(b.attributes) and all(map(_same, a.operands, b.operands))


def _parts(value: ir.Value) -> Iterator[ir.Value]:
    """What a number is made of by arithmetic: parameters, variables of loops, constants, what is loaded."""
    if isinstance(value, ir.BlockArgument) or not value.owner.operation.name.startswith("arith."):
        yield value
        return
    for operand in value.owner.operation.operands:
        yield from _parts(operand)


def _is(value: ir.Value, name: str) -> bool:
    return not isinstance(value, ir.BlockArgument) and value.owner.operation.name == name


def _parallel_loop(op: ir.Operation) -> ir.Operation | None:
    """The outermost parallel loop around an operation."""
    found, current = None, op.parent
    while current is not None and current.name != "builtin.module":
        found = current.operation if current.name == PARALLEL else found
        current = current.operation.parent
    return found


def _is_inside(buffer: ir.Value, loop: ir.Operation) -> bool:
    """Whether an array is declared in a loop: each iteration has its own."""
    current = None if isinstance(buffer, ir.BlockArgument) else buffer.owner.operation
    if current is not None and PRIVATE in current.attributes:
        return True
    while current is not None and current.name != "builtin.module":
        if current == loop:
            return True
        current = current.operation.parent
    return False


def _variables_between(op: ir.Operation, loop: ir.Operation) -> Iterator[ir.Value]:
    """The variables of the parallel loops around an operation: subscripts that have one are an iteration's own."""
    current = op.parent
    while current is not None:
        if current.name == PARALLEL:
            yield from current.operation.regions[0].blocks[0].arguments
        if current.operation == loop:
            return
        current = current.operation.parent
