"""BANG: tasks in sequence with private on-chip memory, builtins by their meaning, asynchronous copies until their sync."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.semantics import Wanted
from xpiler.dialects.words import word
from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.control import call
from xpiler.verify.model.copies import Copies
from xpiler.verify.model.meanings import meaning_of, run_meaning
from xpiler.verify.model.outputs import written
from xpiler.verify.model.program import Compiler, Function, Machine, Registers, Step, Thread, compiles, place_of

KIND_ATTRIBUTES = ("kind", "layout")
QUEUES = frozenset({"io", "move", "compute"})
# The queues a sync waits for; one that is not here is taken to wait for nothing, which can only find more races.
WAITS = {"all_queues": QUEUES, "io_move_compute": QUEUES, **{queue: frozenset({queue}) for queue in QUEUES}}
# How many operands that are no buffers these have where no fix position is given.
PLAIN_OPERANDS = {"bang.matmul": 3, "bang.convert": 1}
CORES_OF_A_CLUSTER = 4
WITHOUT_OPTIONS = ("bang.mlp", "bang.conv")


@compiles("bang.index")
def _index(compiler: Compiler, op: ir.Operation) -> Step:
    kind, result = word(op.attributes["kind"]), compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        if kind not in thread.coordinates:
            raise NotModelled(f"'bang.index<{kind}>'")
        registers[result] = thread.coordinates[kind]

    return run


@compiles("bang.is_memory_core")
def _is_memory_core(compiler: Compiler, op: ir.Operation) -> Step:
    """Only compute cores are run; that the memory core does nothing of its own is an assumption."""
    result = compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        thread.machine.assumed.add("the memory core of a cluster changes nothing")
        registers[result] = 0

    return run


@compiles("bang.barrier")
def _barrier(compiler: Compiler, op: ir.Operation) -> Step:
    raise NotModelled("tasks that meet at a barrier")


@compiles("bang.sync")
def _sync(compiler: Compiler, op: ir.Operation) -> Step:
    queues = WAITS.get(word(op.attributes["kind"]), frozenset())

    def run(registers: Registers, thread: Thread) -> None:
        thread.copies.wait(thread.stamp(), queues)

    return run


def _queue(op: ir.Operation) -> str:
    """Where a copy runs: what has an end off the chip in the queue of input and output, plain copies inside of NRAM with the compute."""
    direction = word(op.attributes["direction"]) if "direction" in op.attributes else ""
    if "gdram" in direction or "ldram" in direction or not direction:
        return "io"
    return "compute" if direction == "nram2nram" and op.name == "bang.memcpy" else "move"


@compiles("bang.*")
def _builtin(compiler: Compiler, op: ir.Operation) -> Step:
    """Any other operation is what semantics.mlir says it is."""
    wanted = _wanted(op)
    program = meaning_of(wanted, op)
    operands, results = compiler.registers(op.operands), compiler.registers(op.results)
    is_async, where, queue = "async" in op.attributes, place_of(op), _queue(op)
    if is_async and op.name not in ("bang.memcpy", "bang.memcpy_2d", "bang.memcpy_3d"):
        raise NotModelled(f"an asynchronous '{op.name}'")
    approximate = f"{op.name}<{wanted.kinds[0]}>" if wanted.kinds and "active" in wanted.kinds[0] else ""

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where or thread.where
        if approximate:
            thread.machine.approximations.add(approximate)
        thread.recording, thread.copies.queue = is_async, queue
        values = run_meaning(program, [registers[r] for r in operands], thread)
        thread.recording = False
        for register, value in zip(results, values, strict=True):
            registers[register] = value

    return run


def _wanted(op: ir.Operation) -> Wanted:
    """What to ask semantics.mlir for: kinds, the form of the operands, element types of the buffers."""
    kinds = tuple(word(op.attributes[name]) for name in KIND_ATTRIBUTES if name in op.attributes)
    if op.name == "bang.matmul" and "layout" not in op.attributes:
        kinds = (*kinds, "nk")
    if op.name == "bang.memcpy" and len(op.operands) > 3:
        raise NotModelled("a copy to another cluster")
    if op.name in WITHOUT_OPTIONS:
        raise NotModelled(f"'{op.name}'")
    buffers = [value for value in op.operands if isinstance(value.type, ir.MemRefType)]
    types = tuple(str(ir.MemRefType(value.type).element_type) for value in buffers)
    return Wanted(op.name, kinds, frozenset(_words(op, len(op.operands) - len(buffers))), types)


def _words(op: ir.Operation, plain: int) -> list[str]:
    if op.name in PLAIN_OPERANDS:
        return ["fixed"] if plain > PLAIN_OPERANDS[op.name] else []
    if op.name == "bang.fusion":
        return ["_".join(_shape(op.operands[k]) for k in (2, 3))]
    if op.name in ("bang.atomic", "bang.atomic_reduce"):
        return [_shape(op.operands[len(op.operands) - 2])]
    return []


def _shape(operand: ir.Value) -> str:
    return "vector" if isinstance(operand.type, ir.MemRefType) else "scalar"


def launch(machine: Machine, kernel: Function, arguments: list, tasks: tuple[int, ...], kind: str = "block") -> None:
    """Runs all tasks of a launch; nothing orders two of them, so each is a block of its own."""
    if any(n <= 0 for n in tasks):
        raise Defect("launch", f"a launch of {tasks} tasks")
    for log in machine.logs:
        log.clear()
    dx, dy, dz = tasks
    clusters = int(kind.removeprefix("union")) if kind.startswith("union") else 0
    for number in machine.chosen(dx * dy * dz):
        x, y, z = number % dx, number // dx % dy, number // (dx * dy)
        coordinates = {"task_id": number, "task_dim": dx * dy * dz}
        coordinates |= {"task_id_x": x, "task_id_y": y, "task_id_z": z, "task_dim_x": dx, "task_dim_y": dy, "task_dim_z": dz}
        thread = Thread(machine, coordinates | _cores(x, clusters), block=number, copies=Copies())
        with written(kernel, arguments):
            call(kernel, list(arguments), thread)
        thread.copies.finish(thread.stamp())


def _cores(x: int, clusters: int) -> dict[str, int]:
    """Where a task of a union runs; a task of a block job may run on any core, and has no numbers of them."""
    dims = {"core_dim": CORES_OF_A_CLUSTER, "cluster_dim": clusters}
    if not clusters:
        return dims
    return dims | {"core_id": x % CORES_OF_A_CLUSTER, "cluster_id": x // CORES_OF_A_CLUSTER % clusters}
