"""The tasks of a launch as a parallel loop, and the index variables in terms of it."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import warn
from xpiler.dialects.words import word
from xpiler.frontend.bang.runtime import DEFAULT_CLUSTERS, DEFAULT_TASKS, NO_LAUNCHER, NO_LAUNCHER_HINT
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.launcher_slice import find_launches, launch_segment
from xpiler.raising.places import place_of, unsupported
from xpiler.raising.structure import constant_value, entry, operations, walk

CORES = 4  # MLU cores of a cluster, on every multi-core architecture


@dataclass(frozen=True)
class Launch:
    """How many tasks run, and on how many clusters a union of them is (0 for Block)."""

    tasks: tuple[int, int, int]
    clusters: int

    def sizes(self) -> dict[str, int]:
        """The index variables that are sizes, by kind."""
        x, y, z = self.tasks
        dims = {"task_dim": x * y * z, "task_dim_x": x, "task_dim_y": y, "task_dim_z": z}
        return dims | {"core_dim": CORES, "cluster_dim": self.clusters}


def loop_over_tasks(kernel: ir.Operation, launch: Launch) -> None:
    """Put the kernel's body into a parallel loop over its tasks; index variables become arithmetic on the loop's."""
    block = entry(kernel)
    body = operations(block)[:-1]
    top = EmissionPoint(ir.InsertionPoint.at_block_terminator(block), kernel.location)
    dimensions = [d for d in (2, 1, 0) if launch.tasks[d] != 1] or [0]
    inside, variables = top.forall([top.constant(launch.tasks[d]) for d in dimensions])
    for op in body:
        op.move_before(inside.at.ref_operation)
    indices = Indices(launch, inside, dict(zip(dimensions, variables, strict=True)))
    replaced = [op for op in walk(kernel) if op.name in ("bang.index", "bang.is_memory_core")]
    for op in replaced:
        op.results[0].replace_all_uses_with(indices.value(op))
    for op in replaced:  # not before: the first of them may be where values are written
        op.erase()


def find_launch(module: ir.Module, kernel: ir.Operation) -> Launch:
    """The launch in the module, or Union4 on four clusters."""
    launches = find_launches(module, kernel)
    found = {_launch(op) for op in launches}
    if len(found) > 1:
        raise unsupported(launches[1], "the kernel is launched with several numbers of tasks", "give each launch a kernel of its own")
    if not found:
        warn(NO_LAUNCHER, place_of(kernel.location), NO_LAUNCHER_HINT)
        return Launch(DEFAULT_TASKS, DEFAULT_CLUSTERS)
    return found.pop()


def _launch(op: ir.Operation) -> Launch:
    counts = [constant_value(value) for value in launch_segment(op, "tasks")]
    if any(count is None for count in counts):
        raise unsupported(op, "the number of tasks is not a constant", "launch a constant number of tasks and give each a share")
    tasks = tuple([*counts, 1, 1][:3])
    clusters = int(word(op.attributes["task_kind"]).removeprefix("union").replace("block", "0"))
    if clusters and tasks[0] % (CORES * clusters):
        raise unsupported(op, f"dim.x of Union{clusters} must be a multiple of {CORES * clusters}, got {tasks[0]}")
    return Launch(tasks, clusters)


class Indices:
    """Values of the index variables (i32) inside the task loop."""

    def __init__(self, launch: Launch, emit: EmissionPoint, variables: dict[int, ir.Value]):
        self.launch = launch
        self.emit = EmissionPoint(ir.InsertionPoint.at_block_begin(emit.at.block), emit.location)
        self.i32 = self.emit.integer_type(32)
        self.variables = variables

    def value(self, op: ir.Operation) -> ir.Value:
        """What an index operation gives."""
        if op.name == "bang.is_memory_core":  # the memory core only runs copies, which no result depends on
            return self.emit.constant(0, self.emit.integer_type(1))
        kind = word(op.attributes["kind"])
        sizes = self.launch.sizes()
        if kind in sizes:
            return self.emit.constant(sizes[kind], self.i32)
        if kind in ("core_id", "cluster_id") and not self.launch.clusters:
            raise unsupported(op, f"{kind} has no documented value in a Block task", "use taskId, or launch a Union")
        return self.emit.cast(self._index(kind), self.i32)

    def _index(self, kind: str) -> ir.Value:
        x, y, z = (self.variables.get(d, self.emit.constant(0)) for d in range(3))
        emit = self.emit
        if kind == "task_id":
            outer = emit.add(emit.mul(z, emit.constant(self.launch.tasks[1])), y)
            return emit.add(emit.mul(outer, emit.constant(self.launch.tasks[0])), x)
        if kind == "core_id":
            return emit.rem(x, emit.constant(CORES))
        if kind == "cluster_id":
            return emit.rem(emit.floor_div(x, emit.constant(CORES)), emit.constant(self.launch.clusters))
        return {"task_id_x": x, "task_id_y": y, "task_id_z": z}[kind]
