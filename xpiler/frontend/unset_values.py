"""Accumulators and other variables that are read before anything is assigned to them.

The value of such a variable is poison. It is followed through arithmetic that always happens: into a store, or back into the variable
itself at the end of a loop. A selection ends the way, since the program may never choose it, and so does code under a condition.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.diagnostics import InvalidInput, Place
from xpiler.frontend.clang_session import Source

LOOPS = ("scf.for", "scf.while")
COMPUTED = ("arith.", "math.")
STORES = ("memref.store", "vector.store", "vector.maskedstore")
FIRST_CARRIED = {"scf.for": 3, "scf.while": 0}  # operand of a loop that its first carried value starts with


def refuse_unset_values(function: ir.Operation, source: Source) -> None:
    """Raises InvalidInput, at the computation, where a variable's value is used that nothing has set."""
    for poison in _poisons(function):
        user = _wrong_use(poison.results[0])
        if user is not None:
            raise InvalidInput(
                f"'{_name(poison.results[0])}' is used before anything is assigned to it",
                located(user.location, source),
                "give it an initial value",
            )


def located(location: ir.Location, source: Source) -> Place:
    """A diagnostic's place from an operation's location."""
    while location.is_a_name():
        location = location.child_loc
    return Place(location.filename, location.start_line, location.start_col) if location.is_a_file() else Place(source.name)


def _poisons(function: ir.Operation) -> list[ir.Operation]:
    found: list[ir.Operation] = []

    def visit(operation: ir.Operation) -> ir.WalkResult:
        if operation.name == "ub.poison":
            found.append(operation)
        return ir.WalkResult.ADVANCE

    function.walk(visit)
    return found


def _wrong_use(value: ir.Value) -> ir.Operation | None:
    """The first computation with an unset value whose result is kept."""
    for use in value.uses:
        user = use.owner.operation
        if _is_computation(user) and _is_kept(user.results[0], None):
            return user
        for carried in _carried(user, use.operand_number):
            found = _accumulates(carried, use.operand_number - FIRST_CARRIED[user.name])
            if found is not None:
                return found
    return None


def _carried(loop: ir.Operation, operand: int) -> Iterator[ir.Value]:
    """The values of a loop's body that begin as one of its operands."""
    if loop.name not in LOOPS or operand < FIRST_CARRIED[loop.name]:
        return
    position = operand - FIRST_CARRIED[loop.name]
    if loop.name == "scf.for":
        yield loop.regions[0].blocks[0].arguments[position + 1]
        return
    passed = list(loop.regions[0].blocks[0].operations)[-1].operation.operands[1:]
    before = loop.regions[0].blocks[0].arguments[position]
    yield from (loop.regions[1].blocks[0].arguments[k] for k, value in enumerate(passed) if value == before)


def _accumulates(carried: ir.Value, position: int) -> ir.Operation | None:
    """The computation in a loop's body that makes the variable of itself."""
    for use in carried.uses:
        user = use.owner.operation
        if user.block == carried.owner and _is_computation(user) and _is_kept(user.results[0], (carried.owner, position)):
            return user
    return None


def _is_kept(value: ir.Value, loop: tuple[ir.Block, int] | None) -> bool:
    """Whether a value always gets, by arithmetic alone, into memory or back into the loop's variable at that position."""
    for use in value.uses:
        user = use.owner.operation
        if user.name in STORES and use.operand_number in _values_of(user):
            return True
        if loop is not None and user.name == "scf.yield" and user.block == loop[0] and use.operand_number == loop[1]:
            return True
        if user.block == _block(value) and _is_computation(user) and _is_kept(user.results[0], loop):
            return True
    return False


def _values_of(store: ir.Operation) -> tuple[int, ...]:
    return (len(store.operands) - 1,) if store.name == "vector.maskedstore" else (0,)


def _block(value: ir.Value) -> ir.Block:
    return value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block


def _is_computation(operation: ir.Operation) -> bool:
    return operation.name.startswith(COMPUTED) and operation.name != "arith.select" and len(operation.results) == 1


def _name(value: ir.Value) -> str:
    """The variable's name: the value's own, or that of a loop's value that begins with it."""
    named = [value.owner.operation.location]
    for use in value.uses:
        named += [carried.location for carried in _carried(use.owner.operation, use.operand_number)]
    return next((location.name_str for location in named if location.is_a_name()), "a variable")
