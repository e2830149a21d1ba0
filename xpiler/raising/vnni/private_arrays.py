"""Arrays that only a parallel loop uses belong to its iterations.

The front end puts every local array at the top of the kernel. One whose uses all lie in an OpenMP loop was declared in
its body, or is shared by iterations that run at the same time: then writing it is a race, and reading what another
iteration wrote is undefined. Either way each iteration may have its own. An array of a parallel region belongs to a thread: what the
region sets before the loop is set by each iteration, as none of them may count on what another one of its thread left.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import effects_of
from xpiler.frontend.arrays import PRIVATE
from xpiler.raising.places import unsupported
from xpiler.raising.structure import operations, users, walk
from xpiler.raising.vnni.hazards import VIEWS


def sink_private_arrays(kernel: ir.Operation) -> None:
    """Moves each such array into the outermost parallel loop that holds all its uses.

    Raises Unsupported for one of a parallel region that several loops use, or that is set from other memory before the loop.
    """
    top = kernel.regions[0].blocks[0]  # an array in a loop belongs to its iterations already, whatever loops over lanes use it
    for op in [op for op in walk(kernel) if op.name == "memref.alloca"]:
        of_threads = PRIVATE in op.attributes
        if of_threads:
            del op.attributes[PRIVATE]
        starts = _starts(op) if of_threads else []
        loop = _common_loop(op, starts)
        if loop is not None and (of_threads or not len(op.operands)):
            for moved in reversed([op, *_views(op), *starts]):
                moved.move_before(operations(loop.regions[0].blocks[0])[0])
        elif of_threads and op.block == top and any(_loops_around(user, top) for user in users(op.results[0])):
            raise unsupported(op, "an array of each thread that more than one parallel loop uses is not raised", "declare it in the loop")


def _starts(alloca: ir.Operation) -> list[ir.Operation]:
    """The statements beside an array that do nothing but set it, before any parallel loop uses it."""
    found = []
    for op in operations(alloca.block):
        effects = effects_of(op)
        if op.name == "scf.forall" and alloca.results[0] in {access.buffer for access in effects.accesses}:
            break
        alone = effects.unknown is None and {access.buffer for access in effects.accesses} == {alloca.results[0]}
        if alone and not len(op.results) and not any(access.reads for access in effects.accesses):
            found.append(op)
    return found


def _views(alloca: ir.Operation) -> list[ir.Operation]:
    """The operations beside an array that name its memory anew, each behind what it is a view of."""
    found, base = [], {alloca.results[0]}
    for op in operations(alloca.block):
        if op.name in VIEWS and op.operands[0] in base:
            found.append(op)
            base.add(op.results[0])
    return found


def _common_loop(alloca: ir.Operation, starts: list[ir.Operation]) -> ir.Operation | None:
    """The parallel loop outside which the array is never used but by `starts`; None where there is none below the array's own block."""
    views, set_before = _views(alloca), {inner for op in starts for inner in walk(op)}
    uses = [user for op in (alloca, *views) for user in users(op.results[0]) if user not in views and user not in set_before]
    chains = [_loops_around(user, alloca.block) for user in uses]
    if not chains or any(not chain for chain in chains):
        return None
    outermost = chains[0][-1]
    return outermost if all(chain[-1] == outermost for chain in chains) else None


def _loops_around(op: ir.Operation, limit: ir.Block) -> list[ir.Operation]:
    """The `scf.forall`s around an operation, innermost first, up to a block."""
    found = []
    while op is not None and op.block != limit:
        parent = op.parent
        op = parent.operation if parent is not None and parent.name != "builtin.module" else None
        if op is not None and op.name == "scf.forall":
            found.append(op)
    return found
