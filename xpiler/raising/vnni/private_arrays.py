"""Arrays that only a parallel loop uses belong to its iterations.

The front end puts every local array at the top of the kernel. One whose uses all lie in an OpenMP loop was declared in
its body, or is shared by iterations that run at the same time: then writing it is a race, and reading what another
iteration wrote is undefined. Either way each iteration may have its own.
"""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.arrays import PRIVATE
from xpiler.raising.structure import operations, users, walk
from xpiler.raising.vnni.hazards import VIEWS


def sink_private_arrays(kernel: ir.Operation) -> None:
    """Moves each such array into the outermost parallel loop that holds all its uses."""
    for op in [op for op in walk(kernel) if op.name == "memref.alloca"]:
        if PRIVATE in op.attributes:
            del op.attributes[PRIVATE]
        loop = _common_loop(op)
        if loop is not None and not len(op.operands):
            for moved in reversed([op, *_views(op)]):
                moved.move_before(operations(loop.regions[0].blocks[0])[0])


def _views(alloca: ir.Operation) -> list[ir.Operation]:
    """The operations beside an array that name its memory anew, each behind what it is a view of."""
    found, base = [], {alloca.results[0]}
    for op in operations(alloca.block):
        if op.name in VIEWS and op.operands[0] in base:
            found.append(op)
            base.add(op.results[0])
    return found


def _common_loop(alloca: ir.Operation) -> ir.Operation | None:
    """The parallel loop outside which the array is never used; None where there is none below the array's own block."""
    views = _views(alloca)
    uses = [user for op in (alloca, *views) for user in users(op.results[0]) if user not in views]
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
